"""The description of a kind of channel: all that the room needs of WhatsApp, e-mail or web chat."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from crm.conversations.transport.channel_secrets import Secrets
from crm.conversations.transport.events import Event
from crm.conversations.transport.example_talk import ExampleTalk
from crm.conversations.transport.outgoing import MediaKind
from crm.conversations.transport.received import Received
from crm.db.transaction import Transaction
from crm.errors import Conflict
from crm.fields import Fields


@dataclass(frozen=True, slots=True)
class Setup:
    """How a channel is set up. `columns` gives the column of `channels` that each field of it fills.

    `handshake` is the secret by which the other side asks whether the address is ours. `prepare` brings what
    was typed into the form that is stored, and raises Invalid. `shape` is the channel as the API shows it.
    """

    fields: type[Fields]
    changes: type[Fields]
    shape: Callable[..., Any]
    columns: Mapping[str, str]
    secrets: tuple[str, ...]
    handshake: str | None = None
    prepare: Callable[[Transaction, dict[str, Any]], dict[str, Any]] = lambda _, values: values


@dataclass(frozen=True, slots=True)
class Reading:
    """How what is delivered is read. Before `is_signed` (bytes, signature, secrets) it may be of anybody.

    `addresses_of` and `accounts_of` find whom it is for, `split` its events, and `read` raises NotUnderstood.
    """

    addresses_of: Callable[[bytes], set[str]]
    accounts_of: Callable[[bytes], set[str]]
    is_signed: Callable[[bytes, str, Secrets], bool]
    split: Callable[[bytes], list[Event]]
    read: Callable[[bytes], Received]


@dataclass(frozen=True, slots=True)
class MediaRules:
    """`kinds` by media type; any other type is sent as a document. `caption` is in characters."""

    kinds: Mapping[str, MediaKind]
    caption: int


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """`name` is in the rows, `label` is what people read and the source of clients and leads.

    `window` is how long free text is taken after the person wrote, None for ever. `sender` is the class that
    speaks to the other side, a Medium, as `module:class`: the worker alone loads it. `unconnected` makes the
    refusal where no channel of the kind is connected, from the person's phone and the text. `link` is an
    address that opens the kind on the reader's own device. `examples`: how made-up conversations arrive.
    """

    name: str
    label: str
    window: timedelta | None
    has_templates: bool
    media: MediaRules
    setup: Setup
    reading: Reading
    sender: str
    unconnected: Callable[[str | None, str], Conflict]
    link: Callable[[str], str] | None = None
    examples: ExampleTalk | None = None
