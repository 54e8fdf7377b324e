"""A message as it is handed to a channel: in words that know no channel."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

MediaKind = Literal["image", "video", "audio", "document"]


@dataclass(frozen=True, slots=True)
class Template:
    """A text that the other side approved beforehand; `parameters` fill its places in their order."""

    name: str
    language: str
    parameters: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What the outbox keeps of a message. `body` is its text or a file's caption."""

    phone: str | None
    user_id: str | None
    kind: Literal["text", "template"] | MediaKind
    body: str
    template: Template | None = None
    file_id: int | None = None
    reply_to: str | None = None


def outgoing_from(payload: dict[str, Any]) -> Outgoing:
    template = payload.pop("template", None)
    return Outgoing(**payload, template=Template(**template) if template else None)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that the channel has, by its id there; `name` is what people know it by."""

    media_id: str
    name: str


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    path: Path
    name: str
    media_type: str
