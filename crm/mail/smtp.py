"""Sending one letter over SMTP, as SMTP_URL says: by Python's own library, encrypted where that can be."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formataddr, formatdate, parseaddr
from urllib.parse import unquote, urlsplit

SECONDS = 20.0
PORTS = {"smtp": 587, "smtps": 465}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
FOR_GOOD = range(500, 600)


@dataclass(frozen=True, slots=True)
class Letter:
    """`message_id` stays the same when it is sent again, so that a mailbox can tell. `file` is a PDF,
    where there is a name for it."""

    recipient: str
    subject: str
    text: str
    sender_name: str
    reply_to: str | None
    message_id: str
    file_name: str = ""
    file: bytes = b""


class NotSent(Exception):
    """`for_good`: sending it again cannot help. `reached`: the server may have taken it all the same."""

    def __init__(self, reason: str, *, for_good: bool = False, reached: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good
        self.reached = reached


def send_letter(url: str, sender: str, letter: Letter) -> None:
    """Raises NotSent. Never within a transaction: it may take SECONDS for each step."""
    message = _message_of(sender, letter)
    try:
        with _connected(url) as server:
            _deliver(server, message)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise NotSent(_reason(code, said), for_good=code in FOR_GOOD) from None
    except smtplib.SMTPAuthenticationError:
        raise NotSent("The mail server refused the name or the password in SMTP_URL.") from None
    except smtplib.SMTPResponseException as error:
        raise NotSent(
            _reason(error.smtp_code, error.smtp_error), for_good=error.smtp_code in FOR_GOOD
        ) from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotSent(f"The mail server cannot be reached: {type(error).__name__}.") from None


def _deliver(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        server.send_message(message)
    except (smtplib.SMTPServerDisconnected, TimeoutError):
        raise NotSent("The connection broke while the mail was being sent.", reached=True) from None


def _connected(url: str) -> smtplib.SMTP:
    """Raises OSError and SMTPException; a password is only sent encrypted, or within this machine."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    try:
        _secure(server, parts.scheme, host, context, needed=parts.username is not None)
        if parts.username is not None:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _secure(server: smtplib.SMTP, scheme: str, host: str, context: ssl.SSLContext, *, needed: bool) -> None:
    server.ehlo()
    if scheme == "smtps":
        return
    if server.has_extn("starttls"):
        server.starttls(context=context)
        server.ehlo()
    elif needed and host not in LOOPBACK:
        raise NotSent("The mail server does not encrypt, so the password was not sent to it.")


def _message_of(sender: str, letter: Letter) -> EmailMessage:
    """Raises ValueError for a header of several lines, which no field of ours lets through."""
    name, address = parseaddr(sender)
    message = EmailMessage()
    message["From"] = formataddr((letter.sender_name or name, address), "utf-8")
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
    message.set_content(letter.text)
    if letter.file_name:
        message.add_attachment(letter.file, maintype="application", subtype="pdf", filename=letter.file_name)
    return message


def _reason(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return f"The mail server answered {code}: {plain[:300]}"
