"""An event of a delivery, as stored until it is projected."""

import hashlib
from dataclasses import dataclass
from typing import Literal

Kind = Literal["message", "status", "other"]


@dataclass(frozen=True, slots=True)
class Event:
    """`key` is the same however often it is delivered; `payload` is a whole document with it alone.

    `address` is the channel's that it names. `digest` is of the event itself: another one under the same key
    is another event.
    """

    kind: Kind
    key: str
    digest: str
    address: str | None
    payload: bytes


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
