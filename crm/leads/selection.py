"""What can be done to many leads at once from their list."""

from crm.db.keyset import Page
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.leads.bulk import LeadOperation, Move, run_operation
from crm.leads.filters import LeadFilter
from crm.leads.lead import find_lead
from crm.leads.listing import count_leads, list_leads
from crm.records.many import (
    Change,
    Records,
    usual_operation,
)


def _page(tx: Transaction, wanted: LeadFilter, cursor: str | None, limit: int) -> Page[int]:
    page = list_leads(tx, wanted, sort="created_at", limit=limit, cursor=cursor)
    return Page([lead.id for lead in page.rows], page.next)


def _newest(tx: Transaction, wanted: LeadFilter) -> int:
    return max((lead.id for lead in list_leads(tx, wanted, sort="-created_at", limit=1).rows), default=0)


def _count(tx: Transaction, wanted: LeadFilter) -> int:
    return count_leads(tx, wanted, limit=None).total


def _name(tx: Transaction, lead_id: int) -> str | None:
    lead = find_lead(tx, lead_id)
    return lead.title if lead else None


def _operation(lead_id: int, change: Change) -> LeadOperation:
    if change.action == "stage":
        return parse_fields(Move, {"op": "move", "id": lead_id, "stage_id": change.number})
    return usual_operation(lead_id, change)


LEADS = Records(_page, _newest, _count, _name, _operation, run_operation)
