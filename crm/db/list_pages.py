"""A page of a list, its count, and the best few for what is being typed, for all lists."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from crm.db.keyset import Page, PageStart, read_page
from crm.db.list_parts import Listed, ListRow, Looked, Part
from crm.db.list_plan import count_fitting, read_rows
from crm.db.listing import Count, order_of
from crm.db.transaction import Transaction
from crm.db.values import SQLValue


class Identified(Protocol):
    @property
    def id(self) -> int: ...


R = TypeVar("R")
I = TypeVar("I", bound=Identified)  # noqa: E741 - one with an id


def read_list(
    tx: Transaction,
    listed: Listed,
    parts: Sequence[Part] | None,
    record_of: Callable[[ListRow], R],
    *,
    width: int,
    sort: str | None,
    deleted: bool,
    limit: int,
    cursor: str | None,
    **shown: SQLValue,
) -> Page[R]:
    """Newest first unless `sort` says otherwise; nothing where `parts` is None. The first `width` columns
    make a record. Raises Invalid naming `sort` or `cursor`.
    """
    order = order_of(listed.sorts, sort, deleted=deleted)

    def fetch(place: PageStart) -> Looked[ListRow]:
        if parts is None:
            return Looked([])
        way = order.turned(place.back)
        return read_rows(tx, listed, parts, way, after=place.keys, deleted=deleted, limit=limit + 1, **shown)

    page = read_page(fetch, cursor, listed.sorts[order.key].shape, limit, lambda row: row[width:])
    return Page([record_of(row[:width]) for row in page.rows], page.next, page.previous)


def count_list(
    tx: Transaction, listed: Listed, parts: Sequence[Part] | None, *, deleted: bool, limit: int | None
) -> Count:
    """To stay quick it stops counting at `limit`; None counts all."""
    if parts is None:
        return Count(0, exact=True)
    return Count(*count_fitting(tx, listed, parts, deleted=deleted, limit=limit))


def first_of(limit: int, search: Callable[..., Sequence[I]], *filters: object) -> list[I]:
    """The first few, of the best filter first; further ones are asked only where there are too few."""
    found: dict[int, I] = {}
    for wanted in filters:
        if len(found) < limit:
            for each in search(wanted):
                found.setdefault(each.id, each)
    return list(found.values())[:limit]
