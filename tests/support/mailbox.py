"""A real SMTP server on loopback, and what it took."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from crm.config import Settings
from tests.support.appliance import free_port


class Mailbox:
    """What the server took; `refusals` are its answers to the next letters."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refusals: list[str] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refusals:
            return self.refusals.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"


@contextmanager
def serving(mailbox: Mailbox, prepared: Settings) -> Iterator[Settings]:
    """Settings by which e-mail goes to the mailbox."""
    server = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    server.start()
    variables = {"smtp_url": f"smtp://127.0.0.1:{server.port}", "mail_from": "crm@example.org"}
    yield Settings(**{**prepared.model_dump(), **variables, "public_url": "https://crm.example.org"})
    server.stop()
