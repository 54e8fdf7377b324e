"""Lists of clients: filtered, sorted, searched, in keyset pages."""

from typing import Any

from crm.clients.client import CLIENT_COLUMNS, COLUMN, Client, client_of
from crm.clients.filters import SORTS, ClientFilter, plan_count, plan_list
from crm.db.keyset import Page, Place, read_page
from crm.db.listing import COUNT_LIMIT, Count, count_rows, order_of
from crm.db.transaction import Transaction
from crm.records.keys import sort_key

SUGGESTIONS = 8
AFTER_EVERY_NAME = "\U0010ffff"
OWN = len(COLUMN)


def list_clients(
    tx: Transaction, wanted: ClientFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[Client]:
    """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
    key, descending = order_of(SORTS, sort, deleted=wanted.deleted)

    def fetch(place: Place) -> list[tuple[Any, ...]]:
        plan = plan_list(tx, wanted, key, descending=descending != place.back, after=place.keys)
        return [] if plan is None else tx.tuples(plan.sql, limit=limit + 1, **plan.params)

    page = read_page(fetch, cursor, SORTS[key].shape, limit, lambda row: row[OWN:])
    return Page([client_of(row[:OWN]) for row in page.rows], page.next, page.previous)


def count_clients(tx: Transaction, wanted: ClientFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many clients such a list has. To stay quick it stops counting at `limit`; None counts all."""
    return count_rows(tx, plan_count(tx, wanted), limit)


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
