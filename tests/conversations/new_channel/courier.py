"""A kind of channel that only this folder knows: letters by courier, to addresses that are no phone numbers.

A delivery is JSON, `{"box": BOX, "letters": [{"id", "from", "name", "at", "text"}]}`, with the box's word as
its signature. What goes out is put down in a file, a letter a line.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self

from crm.config import Settings
from crm.conversations.transport.channel_kind import ChannelKind, MediaRules, Reading, Setup
from crm.conversations.transport.channel_secrets import Secrets
from crm.conversations.transport.events import Event, digest_of
from crm.conversations.transport.medium import Line, MediaTrouble
from crm.conversations.transport.outgoing import Outgoing, OutgoingFile, Uploaded
from crm.conversations.transport.received import NotUnderstood, Received, ReceivedMessage, Sender
from crm.conversations.transport.send_results import SendResult, Sent
from crm.errors import Conflict
from crm.fields import Fields, left_out
from crm.fields import Line as LineText


class BoxFields(Fields):
    box: LineText
    word: LineText
    create_leads: bool = True


class BoxChanges(Fields):
    word: LineText = left_out()
    create_leads: bool = left_out()


@dataclass(frozen=True, slots=True)
class Box:
    id: int
    kind: str
    box: str
    account_id: str | None
    shown_as: str
    create_leads: bool
    verified_at: str | None
    fault: str | None
    fault_at: str | None
    version: int
    created_at: str
    updated_at: str


class Couriers:
    """A Medium."""

    def __init__(self, book: Path) -> None:
        self._book = book

    @classmethod
    def connect(cls, settings: Settings) -> Self:
        return cls(book_of(settings))

    def upload(self, _line: Line, file: OutgoingFile) -> str | SendResult:
        return f"enclosed {file.name}"

    def send(self, line: Line, message: Outgoing, file: Uploaded | None, token: str) -> SendResult:
        letter = {
            "from": line.address,
            "to": message.user_id,
            "kind": message.kind,
            "text": message.body,
            "enclosed": file.media_id if file else None,
            "word": line.secrets["word"],
        }
        with self._book.open("a") as book:
            book.write(json.dumps(letter) + "\n")
        return Sent(f"sent {token}")

    def fetch(self, line: Line, media_id: str, sha256: str | None, target: BinaryIO, limit: int) -> str:
        raise MediaTrouble(
            f"Couriers bring no files: {line.address} {media_id} {sha256} {target} {limit}", passing=False
        )

    def check(self, line: Line) -> Mapping[str, object] | SendResult:
        return {"id": line.address}


def book_of(settings: Settings) -> Path:
    return settings.sqlite_path.parent / "letters.jsonl"


def letters_in(settings: Settings) -> list[dict[str, Any]]:
    return [json.loads(line) for line in io.StringIO(book_of(settings).read_text())]


def parcel(*letters: dict[str, Any], box: str = "box-7") -> bytes:
    return json.dumps({"box": box, "letters": letters}).encode()


def letter(name: str, text: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "from": "ann@example.com", "name": "Ann Lee", "at": "2026-01-02T03:04:05.000Z",
            "text": text, **more}  # fmt: skip


def _boxes(raw: bytes) -> set[str]:
    return {json.loads(raw)["box"]}


def _is_signed(_raw: bytes, signature: str, secrets: Secrets) -> bool:
    return signature == secrets["word"]


def _split(raw: bytes) -> list[Event]:
    document = json.loads(raw)
    return [
        Event("message", f"letter {each['id']}", digest_of(alone), document["box"], alone)
        for each in document["letters"]
        for alone in [parcel(each, box=document["box"])]
    ]


def _read(payload: bytes) -> Received:
    document = json.loads(payload)
    (letter,) = document["letters"]
    if "text" not in letter:
        raise NotUnderstood("an empty letter")
    sender = Sender(None, letter["from"], letter["name"])
    return ReceivedMessage(document["box"], letter["id"], sender, "text", letter["text"], letter["at"])


COURIER = ChannelKind(
    name="courier",
    label="Courier",
    window=None,
    has_templates=False,
    media=MediaRules({"image/png": "image"}, caption=20),
    setup=Setup(
        fields=BoxFields,
        changes=BoxChanges,
        shape=Box,
        columns={"box": "address"},
        secrets=("word",),
        prepare=lambda _, values: {**values, "shown_as": values["box"]} if "box" in values else values,
    ),
    reading=Reading(_boxes, lambda _: set(), _is_signed, _split, _read),
    sender="tests.conversations.new_channel.courier:Couriers",
    unconnected=lambda _phone, _text: Conflict("No courier is at hand."),
)
