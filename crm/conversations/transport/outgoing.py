"""An outgoing message, independent of the channel."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from crm.db.file_stores.store import Content

MediaKind = Literal["image", "video", "audio", "document"]
HeaderMedia = Literal["image", "document"]


@dataclass(frozen=True, slots=True)
class Link:
    """What fills the address of a button, which are counted from 0."""

    button: int
    text: str


@dataclass(frozen=True, slots=True)
class Template:
    """A text that the other side approved beforehand, with what fills its places.

    `header` fills the line above it, whose place may have a name; `header_media` says what the file there is.
    """

    name: str
    language: str
    parameters: list[str] = field(default_factory=list)
    named_parameters: dict[str, str] = field(default_factory=dict)
    header: str | None = None
    header_place: str | None = None
    header_media: HeaderMedia | None = None
    links: list[Link] = field(default_factory=list)


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
    return Outgoing(**payload, template=_template_from(template) if template else None)


def _template_from(payload: dict[str, Any]) -> Template:
    links = [Link(**link) for link in payload.pop("links", [])]
    return Template(**payload, links=links)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that the channel has, by its id there; `name` is what people know it by."""

    media_id: str
    name: str


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """`open` raises FileNotFoundError, and StoreAway."""

    open: Callable[[], Content]
    name: str
    media_type: str
