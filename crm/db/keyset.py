"""Keyset pages: the cursor holds the last row's sort values, so that a page costs the same at any depth."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import orjson

from crm.errors import Invalid

T = TypeVar("T")
DEFAULT_LIMIT = 25
MAX_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`next` is the cursor of the following page, None on the last one."""

    rows: list[T]
    next: str | None


def page_of(rows: list[T], limit: int, keys: Callable[[T], Sequence[str | int]]) -> Page[T]:
    """A page from `limit + 1` fetched rows, whose surplus row tells that there are more."""
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], encode_cursor(keys(rows[limit - 1])))


def encode_cursor(keys: Sequence[str | int]) -> str:
    """Keys are never None: NULL compares with nothing, so a list sorts by an expression that has none."""
    if None in keys:
        raise TypeError("a cursor cannot hold NULL: sort by COALESCE")
    return base64.urlsafe_b64encode(orjson.dumps(list(keys))).rstrip(b"=").decode()


def decode_cursor(cursor: str, shape: Sequence[type]) -> list[str | int]:
    """The sort values in a cursor. Raises Invalid, naming `cursor`, for one that this list did not make."""
    try:
        keys = orjson.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise Invalid.field("cursor", "is not a cursor of this list") from error
    fits = isinstance(keys, list) and len(keys) == len(shape)
    if not fits or any(type(key) is not kind for key, kind in zip(keys, shape, strict=True)):
        raise Invalid.field("cursor", "is not a cursor of this list")
    if any(isinstance(key, int) and not -(2**63) <= key < 2**63 for key in keys):
        raise Invalid.field("cursor", "is not a cursor of this list")
    return [*keys]
