"""Lists of clients: filtered, sorted, searched, in keyset pages."""

from functools import partial

from crm.clients.client import WIDTH, Client, client_columns, client_of
from crm.clients.fields import Kind
from crm.clients.filters import CLIENTS, ClientFilter, clients_shown, filter_parts, sorts_for
from crm.custom_fields.custom_field import custom_fields_of
from crm.db.keyset import Page
from crm.db.list_pages import count_list, read_list
from crm.db.listing import COUNT_LIMIT, Count
from crm.db.transaction import Transaction
from crm.records.keys import sort_key
from crm.records.seen import only_seen

SUGGESTIONS = 8
AFTER_EVERY_NAME = "\U0010ffff"


def list_clients(
    tx: Transaction, wanted: ClientFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[Client]:
    """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
    return read_list(
        tx,
        clients_shown(tx).sorted_by(sorts_for(tx, sort)),
        filter_parts(tx, wanted),
        partial(client_of, custom=custom_fields_of(tx, "client")),
        width=WIDTH,
        sort=sort,
        deleted=wanted.deleted,
        limit=limit,
        cursor=cursor,
    )


def count_clients(tx: Transaction, wanted: ClientFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many clients such a list has. To stay quick it stops counting at `limit`; None counts all."""
    return count_list(tx, CLIENTS, filter_parts(tx, wanted), deleted=wanted.deleted, limit=limit)


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
