"""A workspace with a connected number, the stub of the Cloud API at its other end, a clock that stands."""

import io
from dataclasses import dataclass
from typing import Any

from crm.conversations.channels.channels import Channel
from crm.conversations.outbound.sending import Post, send_due
from crm.conversations.thread.opening import open_conversation
from crm.conversations.transport.received import Sender
from crm.conversations.writing.fields import Words
from crm.conversations.writing.writing import Written, write_message
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.files.files import attach_file
from crm.files.uploads import stored_upload
from crm.vault import Vault
from tests.support.arrivals import arrive, deliver, rows, value
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.cloud_api import CloudApiStub
from tests.support.frozen_clock import FrozenClock
from tests.support.samples import picture
from tests.support.whatsapp import CUSTOMER

PERSON = Sender(f"+{CUSTOMER}", None, "Kerry")


def person(number: int) -> Sender:
    return Sender(f"+49170{number:07}", None, None)


def write(db: Database, who: Actor, words: Words, to: Sender = PERSON) -> Written:
    def compose(tx: Transaction) -> Written:
        return write_message(tx, open_conversation(tx, to).conversation, words)

    return db.write(compose, who)


@dataclass(frozen=True, slots=True)
class Talk:
    db: Database
    cast: Cast
    vault: Vault
    channel: Channel
    stub: CloudApiStub
    post: Post
    clock: FrozenClock

    def write(self, words: Words | str = "Hello", to: Sender = PERSON) -> Written:
        return write(self.db, self.cast.owner, Words(text=words) if isinstance(words, str) else words, to)

    def send(self, seconds: float = 5.0) -> int:
        return send_due(self.db, self.post, seconds)

    def states(self) -> list[tuple[str, str]]:
        """Of the outbox, and of the message, in the order of writing."""
        sql = "SELECT o.state, m.status FROM outbox o JOIN messages m ON m.id = o.message_id ORDER BY o.id"
        return [(row["state"], row["status"]) for row in rows(self.db, sql)]

    def sent_texts(self) -> list[str]:
        return [message["text"]["body"] for message in self.stub.accepted]

    def arrive(self, *parts: dict[str, Any], **envelope: Any) -> None:
        arrive(self.db, self.vault, *parts, **envelope)

    def file_of_client(self) -> int:
        """A picture to send to the customer."""
        client = add_client(self.db, self.cast.owner, phone=f"+{CUSTOMER}")
        content, workspace_id = io.BytesIO(picture()), self.cast.owner.workspace_id or 0
        with stored_upload(self.post.files, workspace_id, "offer.png", content, limit=100_000) as upload:
            return self.db.write(attach_file, self.cast.owner, "client", client.id, upload).id

    def report_status(self, name: str, index: int = 0) -> None:
        """Let the status of an accepted message arrive."""
        deliver(self.db, self.vault, self.stub.status_of(index, name))

    def value(self, sql: str) -> Any:
        return value(self.db, sql)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return rows(self.db, sql)
