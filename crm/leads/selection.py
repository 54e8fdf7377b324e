"""Bulk actions on the list of leads."""

from crm.fields import parse_fields
from crm.leads.bulk import LeadOperation, Move, run_operation
from crm.leads.filters import LeadFilter
from crm.leads.kind import LEAD
from crm.records.many import (
    Change,
    Records,
    usual_operation,
)


def _operation(lead_id: int, change: Change) -> LeadOperation:
    if change.action == "stage":
        return parse_fields(Move, {"op": "move", "id": lead_id, "stage_id": change.number})
    return usual_operation(lead_id, change)


LEADS: Records[LeadFilter] = Records(LEAD, _operation, run_operation)
