"""Keyset pages: the cursor holds the last row's sort values, so that a page costs the same at any depth."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import orjson

from crm.db.list_parts import Looked
from crm.errors import Invalid

T = TypeVar("T")
Keys = list[str | int]
DEFAULT_LIMIT = 25
MAX_LIMIT = 200
BACK = "~"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`next` is the cursor of the following page, None on the last; `previous` is that of the one before.

    A page may have fewer rows than it could, or none, and yet a next one: where what fits is far apart.
    """

    rows: list[T]
    next: str | None
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a page begins: after `keys`, or at the start. `back` reads against the list's order."""

    keys: Keys | None = None
    back: bool = False


def read_page(
    fetch: Callable[[PageStart], Looked[T]],
    cursor: str | None,
    shape: Sequence[type],
    limit: int,
    keys: Callable[[T], Sequence[str | int]],
) -> Page[T]:
    """A page with the cursors of the next and the previous one.

    `fetch` reads `limit + 1` rows from a place on. Raises Invalid as `decode_cursor`.
    """
    if cursor and cursor.startswith(BACK):
        place = decode_cursor(cursor.removeprefix(BACK), shape)
        looked = fetch(PageStart(place, back=True))
        if len(looked.rows) > limit or looked.stopped is not None:
            return _page_before(looked, limit, keys)
        # The start is reached, perhaps with fewer rows than a page shows.
        cursor = None
    looked = fetch(PageStart(decode_cursor(cursor, shape) if cursor else None))
    page = page_of(looked.rows, limit, keys)
    if looked.stopped is not None and page.next is None:
        page = Page(page.rows, encode_cursor(looked.stopped))
    if cursor is None or not page.rows:
        return page
    return Page(page.rows, page.next, BACK + encode_cursor(keys(page.rows[0])))


def _page_before(looked: Looked[T], limit: int, keys: Callable[[T], Sequence[str | int]]) -> Page[T]:
    """Of rows that were read against the order."""
    rows = looked.rows[:limit][::-1]
    first = keys(rows[0]) if len(looked.rows) > limit else looked.stopped or []
    last = keys(rows[-1]) if rows else first
    return Page(rows, encode_cursor(last), BACK + encode_cursor(first))


def page_of(rows: list[T], limit: int, keys: Callable[[T], Sequence[str | int]]) -> Page[T]:
    """A page from `limit + 1` fetched rows; the surplus row shows that there are more."""
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], encode_cursor(keys(rows[limit - 1])))


def encode_cursor(keys: Sequence[str | int]) -> str:
    """Keys are never None: NULL compares with nothing, so a list sorts by an expression that has none."""
    if None in keys:
        raise TypeError("a cursor cannot hold NULL: sort by COALESCE")
    return base64.urlsafe_b64encode(orjson.dumps(list(keys))).rstrip(b"=").decode()


def decode_cursor(cursor: str, shape: Sequence[type]) -> Keys:
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
