"""Lists of clients: filtered, sorted, searched, in keyset pages."""

from dataclasses import dataclass
from typing import Any

from crm.clients.client import CLIENT_COLUMNS, COLUMN, Client, client_of
from crm.clients.keys import sort_key
from crm.clients.listing_sqlite import SORTS, ClientFilter, plan_count, plan_list
from crm.db.keyset import Page, Place, read_page
from crm.db.transaction import Transaction
from crm.errors import Invalid

DEFAULT_SORT = "-created_at"
TRASH_SORT = "-deleted_at"
COUNT_LIMIT = 10_000
SUGGESTIONS = 8
AFTER_EVERY_NAME = "\U0010ffff"
NAME_KEY = len(COLUMN)
PLACES = {**COLUMN, "name_key": NAME_KEY}


@dataclass(frozen=True, slots=True)
class Count:
    """When it is not exact, there are more than `total`."""

    total: int
    exact: bool


def list_clients(
    tx: Transaction, wanted: ClientFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[Client]:
    """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
    key, descending = _order(wanted, sort)

    def fetch(place: Place) -> list[tuple[Any, ...]]:
        plan = plan_list(tx, wanted, key, descending=descending != place.back, after=place.keys)
        return [] if plan is None else tx.tuples(plan.sql, limit=limit + 1, **plan.params)

    columns = [PLACES[name] for name in SORTS[key].cursor]
    page = read_page(fetch, cursor, SORTS[key].shape, limit, lambda row: [row[at] for at in columns])
    return Page([client_of(row[:NAME_KEY]) for row in page.rows], page.next, page.previous)


def count_clients(tx: Transaction, wanted: ClientFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many clients such a list has. To stay quick it stops counting at `limit`; None counts all."""
    plan = plan_count(tx, wanted)
    if plan is None:
        return Count(0, exact=True)
    total = int(tx.value(plan.sql, limit=-1 if limit is None else limit + 1, **plan.params))
    if limit is None or total <= limit:
        return Count(total, exact=True)
    return Count(limit, exact=False)


def suggest_clients(tx: Transaction, text: str, *, limit: int = SUGGESTIONS) -> list[Client]:
    """The best few for what is being typed: names that begin with it, then all that hold it, newest first."""
    found: dict[int, Client] = {}
    begin = _beginning_with(tx, text, limit) if text.strip() else []
    rest = list_clients(tx, ClientFilter(q=text), limit=limit).rows if len(begin) < limit else []
    for client in (*begin, *rest):
        found.setdefault(client.id, client)
    return list(found.values())[:limit]


def _beginning_with(tx: Transaction, text: str, limit: int) -> list[Client]:
    key = sort_key(text)
    rows = tx.tuples(
        f"""
        SELECT {CLIENT_COLUMNS}
          FROM clients c
         WHERE c.workspace_id = :workspace_id
           AND c.deleted_at IS NULL
           AND c.name_key >= :low
           AND c.name_key < :high
         ORDER BY c.name_key, c.id
         LIMIT :limit
        """,
        low=key,
        high=key + AFTER_EVERY_NAME,
        limit=limit,
    )
    return [client_of(row) for row in rows]


def _order(wanted: ClientFilter, sort: str | None) -> tuple[str, bool]:
    sort = sort or (TRASH_SORT if wanted.deleted else DEFAULT_SORT)
    known = [name for name, each in SORTS.items() if each.of_trash == wanted.deleted]
    key = sort.removeprefix("-")
    if key not in known:
        raise Invalid.field("sort", f"must be {' or '.join(known)}, with a minus before it for the reverse")
    return key, sort.startswith("-")
