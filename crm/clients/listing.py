"""Lists of clients: filtered, sorted, searched, in keyset pages."""

from dataclasses import replace

from crm.clients.client import WIDTH, Client, client_columns, client_of
from crm.clients.fields import Kind
from crm.clients.filters import CLIENTS, ClientFilter, clients_shown, filter_parts, sorts_for
from crm.custom_fields.custom_field import custom_fields_of
from crm.db.keyset import Page, PageStart, read_page
from crm.db.list_parts import ListRow, Looked
from crm.db.list_plan import count_fitting, read_rows
from crm.db.listing import COUNT_LIMIT, Count, order_of
from crm.db.transaction import Transaction
from crm.records.keys import sort_key
from crm.records.seen import only_seen

SUGGESTIONS = 8
AFTER_EVERY_NAME = "\U0010ffff"


def list_clients(
    tx: Transaction, wanted: ClientFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[Client]:
    """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
    sorts = sorts_for(tx, sort)
    order = order_of(sorts, sort, deleted=wanted.deleted)
    parts = filter_parts(tx, wanted)

    custom = custom_fields_of(tx, "client")
    listed = replace(clients_shown(tx), sorts=sorts)

    def fetch(place: PageStart) -> Looked[ListRow]:
        if parts is None:
            return Looked([])
        way = order.turned(place.back)
        return read_rows(tx, listed, parts, way, after=place.keys, deleted=wanted.deleted, limit=limit + 1)

    page = read_page(fetch, cursor, sorts[order.key].shape, limit, lambda row: row[WIDTH:])
    return Page([client_of(row[:WIDTH], custom) for row in page.rows], page.next, page.previous)


def count_clients(tx: Transaction, wanted: ClientFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many clients such a list has. To stay quick it stops counting at `limit`; None counts all."""
    parts = filter_parts(tx, wanted)
    if parts is None:
        return Count(0, exact=True)
    return Count(*count_fitting(tx, CLIENTS, parts, deleted=wanted.deleted, limit=limit))


def suggest_clients(
    tx: Transaction, text: str, *, limit: int = SUGGESTIONS, kind: Kind | None = None
) -> list[Client]:
    """The best few for what is being typed: names that begin with it, then others with it, newest first.

    `kind` limits it to companies or people.
    """
    found: dict[int, Client] = {}
    begin = _beginning_with(tx, text, limit, kind) if text.strip() else []
    rest = list_clients(tx, ClientFilter(q=text, kind=kind), limit=limit).rows if len(begin) < limit else []
    for client in (*begin, *rest):
        found.setdefault(client.id, client)
    return list(found.values())[:limit]


def _beginning_with(tx: Transaction, text: str, limit: int, kind: Kind | None) -> list[Client]:
    key = sort_key(text)
    rows = tx.tuples(
        f"""
        SELECT {client_columns(tx)}
          FROM clients c
         WHERE c.workspace_id = :workspace_id
           AND c.deleted_at IS NULL
           {only_seen(tx, "client", "c")}
           AND c.name_key >= :low
           AND c.name_key < :high
           AND c.kind IN (:kind, :other)
         ORDER BY c.name_key, c.id
         LIMIT :limit
        """,
        low=key,
        high=key + AFTER_EVERY_NAME,
        kind=kind or "person",
        other=kind or "company",
        limit=limit,
    )
    custom = custom_fields_of(tx, "client")
    return [client_of(row, custom) for row in rows]
