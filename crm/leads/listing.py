"""Lists of leads."""

from functools import partial

from crm.custom_fields.custom_field import custom_fields_of
from crm.db.transaction import Transaction
from crm.leads.filters import OPEN, LeadFilter, filter_parts, leads_shown, sorts_for
from crm.leads.lead import COLUMN, Lead, day_number, lead_of
from crm.records.record_list import RecordList

LEAD_LISTING: RecordList[LeadFilter, Lead] = RecordList(
    filters=LeadFilter,
    shown=leads_shown,
    sorts=sorts_for,
    parts=filter_parts,
    reading=lambda tx: partial(lead_of, custom=custom_fields_of(tx, "lead")),
    width=len(COLUMN),
    first={"status": OPEN},
    values=lambda tx: {"today": day_number(tx.now)},
)
list_leads = LEAD_LISTING.page
count_leads = LEAD_LISTING.count
suggest_leads = LEAD_LISTING.suggest


def list_stale_leads(tx: Transaction, limit: int) -> list[Lead]:
    """The actor's leads without activity for longer than their stage allows, the longest first."""
    wanted = LeadFilter(owner_id=tx.actor.user_id, stale=True)
    return list_leads(tx, wanted, sort="updated_at", limit=limit).rows
