"""Short lists, read completely and cut into pages."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from crm.db.keyset import Page, decode_cursor, page_of
from crm.web.lists.paging import PageQuery


class Record(Protocol):
    @property
    def id(self) -> int: ...


R = TypeVar("R", bound=Record)


def short_page(rows: Iterable[R], wanted: PageQuery) -> Page[R]:
    """A page of a short list, newest first."""
    newest_first = sorted(rows, key=lambda row: row.id, reverse=True)
    if wanted.cursor:
        last = int(decode_cursor(wanted.cursor, (int,))[0])
        newest_first = [row for row in newest_first if row.id < last]
    return page_of(newest_first[: wanted.limit + 1], wanted.limit, lambda row: (row.id,))
