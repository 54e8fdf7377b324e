"""Rebuilding the normalized forms of leads."""

from crm.custom_fields.rebuilding import rebuild_custom
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.leads.lead import find_lead
from crm.leads.leads import SEARCH, index_lead
from crm.records.keys import place_key


def rebuild_lead(tx: Transaction, lead_id: int) -> None:
    """Its keys and its place in the search; the lead's version stays."""
    forget_texts(tx, SEARCH, lead_id)
    lead = find_lead(tx, lead_id)
    if lead is None:
        return
    rebuild_custom(tx, "lead", lead_id, live=lead.deleted_at is None)
    tx.run(
        """
        UPDATE leads
           SET source_key = :source_key
         WHERE workspace_id = :workspace_id
           AND id = :lead_id
        """,
        lead_id=lead_id,
        source_key=place_key(lead.source),
    )
    if lead.deleted_at is None:
        index_lead(tx, lead)
