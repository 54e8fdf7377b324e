"""What arrived by a channel, in words that know no channel: what the reader of each channel fills."""

from dataclasses import dataclass, field
from typing import Any, Literal

StatusName = Literal["sent", "delivered", "read", "failed"]
MessageKind = Literal[
    "text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "reply",
    "order", "system", "template", "unknown",
]  # fmt: skip


class NotUnderstood(Exception):
    """An event that cannot be projected as it is; the message says why, for the quarantine."""


@dataclass(frozen=True, slots=True)
class Sender:
    """By phone (E.164), by the channel's own id of the person, or by both."""

    phone: str | None
    user_id: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class ReceivedMedia:
    """`sha256` as the sender tells it, in hex."""

    media_id: str
    media_type: str
    name: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """`body` is what people read, `facts` what else the kind has, `context_id` the message answered to."""

    phone_number_id: str
    external_id: str
    sender: Sender
    kind: MessageKind
    body: str
    sent_at: str
    facts: dict[str, Any] = field(default_factory=dict)
    context_id: str | None = None
    media: ReceivedMedia | None = None


@dataclass(frozen=True, slots=True)
class ReceivedStatus:
    """What became of a message sent from here; `token` is what we gave along with it."""

    phone_number_id: str
    external_id: str
    name: StatusName
    at: str
    token: str | None
    problem: str | None
    code: int | None
