"""Making the search indexes anew from the rows, where these came by another way than their operations."""

from collections.abc import Callable, Mapping

from crm.clients.client import find_client
from crm.clients.clients import SEARCH as CLIENTS_SEARCH
from crm.clients.clients import index_client
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction


def reindex_client(tx: Transaction, client_id: int) -> None:
    forget_texts(tx, CLIENTS_SEARCH, client_id)
    client = find_client(tx, client_id)
    if client is not None and client.deleted_at is None:
        index_client(tx, client)


REINDEX: Mapping[str, Callable[[Transaction, int], None]] = {"clients": reindex_client}
"""By table."""


def reindex_workspace(tx: Transaction) -> None:
    """All rows of the actor's workspace."""
    for table, reindex in REINDEX.items():
        for row in tx.all(f"SELECT id FROM {table} WHERE workspace_id = :workspace_id ORDER BY id"):
            reindex(tx, row["id"])
