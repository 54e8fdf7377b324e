"""Lists of clients."""

from functools import partial

from crm.clients.client import WIDTH, Client, client_columns, client_of
from crm.clients.fields import Kind
from crm.clients.filters import ClientFilter, clients_shown, filter_parts, sorts_for
from crm.custom_fields.custom_field import custom_fields_of
from crm.db.transaction import Transaction
from crm.records.keys import sort_key
from crm.records.record_list import RecordList
from crm.records.seen import only_seen

SUGGESTIONS = 8
AFTER_EVERY_NAME = "\U0010ffff"


CLIENT_LISTING: RecordList[ClientFilter, Client] = RecordList(
    filters=ClientFilter,
    shown=clients_shown,
    sorts=sorts_for,
    parts=filter_parts,
    reading=lambda tx: partial(client_of, custom=custom_fields_of(tx, "client")),
    width=WIDTH,
)
list_clients = CLIENT_LISTING.page
count_clients = CLIENT_LISTING.count


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
