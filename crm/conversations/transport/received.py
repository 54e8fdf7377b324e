"""What a channel received, independent of the channel."""

from dataclasses import dataclass, field
from typing import Any, Literal

StatusName = Literal["sent", "delivered", "read", "failed"]
MessageKind = Literal[
    "text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "reply",
    "order", "system", "template", "call", "unknown",
]  # fmt: skip
Direction = Literal["in", "out"]
# Live: just now. Echo: written in an app of our own. History: written before the number was connected.
Origin = Literal["live", "echo", "history"]

# They are no words of the customer: they open no window, wake nothing, and count as unread nowhere.
SILENT: frozenset[str] = frozenset({"reaction", "system", "call"})


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
    """`sha256` as the sender gave it, in hex; `problem`: why the channel does not have the file."""

    media_id: str
    media_type: str
    name: str | None
    sha256: str | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """`sender` is the customer, even of a message out. `body` is what people read, `facts` the rest of the
    content, `context_id` the message answered to, `referral` the ad that it came from.

    `moved`: from now on the person has this phone or id. `status` is that of a message out. Without
    `writer_is_sure` the place that is kept for it in its chat tells who wrote it.
    """

    address: str
    external_id: str
    sender: Sender
    kind: MessageKind
    body: str
    sent_at: str
    facts: dict[str, Any] = field(default_factory=dict)
    context_id: str | None = None
    media: ReceivedMedia | None = None
    referral: dict[str, Any] | None = None
    direction: Direction = "in"
    origin: Origin = "live"
    status: StatusName | None = None
    moved: Sender | None = None
    writer_is_sure: bool = True

    @property
    def is_word(self) -> bool:
        """Whether the customer said something, just now or before."""
        return self.direction == "in" and self.kind not in SILENT and self.writer_is_sure

    @property
    def is_news(self) -> bool:
        """Whether it wakes the conversation, and counts as unread."""
        return self.is_word and self.origin == "live"

    @property
    def is_placeholder(self) -> bool:
        """Whether the same message may still arrive with its content."""
        return self.kind == "unknown" or (self.kind == "call" and not self.facts.get("ended"))


@dataclass(frozen=True, slots=True)
class ReceivedChange:
    """Of a message that its writer edited or deleted; `body` is the new text."""

    address: str
    external_id: str
    direction: Direction
    kind: Literal["edit", "revoke"]
    body: str
    at: str


@dataclass(frozen=True, slots=True)
class ReceivedStatus:
    """A status of a message sent from here; `token` is the one that we sent with it.

    `channel_word` is the channel's own word where it differs, `participant` who of a group it is about,
    `recipient` the person who got it.
    """

    address: str
    external_id: str
    name: StatusName
    at: str
    token: str | None
    problem: str | None
    code: int | None
    channel_word: str | None = None
    participant: str | None = None
    recipient: Sender | None = None


@dataclass(frozen=True, slots=True)
class ReceivedContact:
    """A contact of the phone that has the number; `gone`: it was removed there."""

    address: str
    phone: str
    name: str
    gone: bool
    at: str


@dataclass(frozen=True, slots=True)
class ReceivedWish:
    """Whether a person wants marketing."""

    address: str
    sender: Sender
    marketing: bool
    said: str
    at: str


@dataclass(frozen=True, slots=True)
class ReceivedNews:
    """Of a number, or of the account (`address` is None): then it is shown at the number that got it.

    With `template` (its name and language) and `status` it is what became of a template.
    """

    address: str | None
    kind: str
    said: str
    is_serious: bool
    at: str | None
    template: tuple[str, str] | None = None
    status: str | None = None
    category: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class ReceivedIdentity:
    """A person's new phone or id, announced without a message."""

    address: str | None
    sender: Sender
    moved: Sender
    at: str


Received = (
    ReceivedMessage
    | ReceivedChange
    | ReceivedStatus
    | ReceivedContact
    | ReceivedWish
    | ReceivedNews
    | ReceivedIdentity
)
