"""How made-up conversations are delivered by a kind of channel, as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from crm.fields import Fields


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something that was said at a time: by the customer or, `ours`, to them. `ad` is what brought them here;
    `key` tells it from all else.
    """

    key: str
    phone: str
    name: str
    text: str
    at: datetime
    ours: bool = False
    ad: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ExampleTalk:
    """`channel` are the fields of a number that nobody has, `delivery` is what was said as the channel
    delivers it, and `read` the report that somebody has read it.
    """

    channel: Callable[[], Fields]
    delivery: Callable[[Spoken], bytes]
    read: Callable[[Spoken], bytes]
