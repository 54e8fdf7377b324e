"""Making the search indexes anew from the rows, where these came by another way than their operations."""

from collections.abc import Callable, Mapping

from crm.clients.client import find_client
from crm.clients.clients import SEARCH as CLIENTS_SEARCH
from crm.clients.clients import index_client
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.leads.lead import find_lead
from crm.leads.leads import SEARCH as LEADS_SEARCH
from crm.leads.leads import index_lead, index_leads_of


def reindex_client(tx: Transaction, client_id: int) -> None:
    """With their leads, which are found by the client's name too."""
    _reindex_client_alone(tx, client_id)
    index_leads_of(tx, client_id)


def _reindex_client_alone(tx: Transaction, client_id: int) -> None:
    forget_texts(tx, CLIENTS_SEARCH, client_id)
    client = find_client(tx, client_id)
    if client is not None and client.deleted_at is None:
        index_client(tx, client)


def reindex_lead(tx: Transaction, lead_id: int) -> None:
    forget_texts(tx, LEADS_SEARCH, lead_id)
    lead = find_lead(tx, lead_id)
    if lead is not None and lead.deleted_at is None:
        index_lead(tx, lead)


REINDEX: Mapping[str, Callable[[Transaction, int], None]] = {
    "clients": reindex_client,
    "leads": reindex_lead,
}
"""By table."""


def reindex_workspace(tx: Transaction) -> None:
    """All rows of the actor's workspace."""
    for table, reindex in {**REINDEX, "clients": _reindex_client_alone}.items():
        for row in tx.all(f"SELECT id FROM {table} WHERE workspace_id = :workspace_id ORDER BY id"):
            reindex(tx, row["id"])
