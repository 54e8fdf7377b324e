"""One change for many leads at once: for the ticked ones, or for all that a list would show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from crm.clients.bulk import MOST, Assignment, Deletion, Restoration, Tagging, run_all
from crm.db.transaction import Transaction
from crm.errors import Conflict, FieldProblem, Invalid
from crm.fields import parse_fields
from crm.leads.bulk import LeadOperation, Move, run_operation
from crm.leads.lead import find_lead
from crm.leads.listing import list_leads
from crm.leads.listing_sqlite import LeadFilter

Action = Literal["stage", "owner", "tag", "untag", "delete", "restore"]


@dataclass(frozen=True, slots=True)
class Change:
    """`value` is the stage's or the owner's id (empty for nobody) or the tag; two actions need none."""

    action: Action
    value: str = ""


def change_selection(
    tx: Transaction, chosen: Sequence[int] | LeadFilter, change: Change, *, sort: str | None = None
) -> list[int]:
    """Change them all, or none; returns their ids. A filter stands for the first MOST leads of its list.

    Raises Invalid, naming in words the leads that stand in the way, and Conflict when none is chosen.
    """
    if isinstance(chosen, LeadFilter):
        ids = [lead.id for lead in list_leads(tx, chosen, sort=sort, limit=MOST).rows]
    else:
        ids = list(dict.fromkeys(chosen))
    if not ids:
        raise Conflict("No lead is chosen.")
    if len(ids) > MOST:
        raise Conflict(f"At most {MOST} leads can be changed at once.")
    operations = [_operation(lead_id, change) for lead_id in ids]
    try:
        run_all(tx, operations, run_operation)
    except Invalid as error:
        raise Invalid(*(_named(tx, ids, problem) for problem in error.problems)) from None
    return ids


def _operation(lead_id: int, change: Change) -> LeadOperation:
    number = int(change.value) if change.value.isdecimal() else None
    match change.action:
        case "stage":
            return parse_fields(Move, {"op": "move", "id": lead_id, "stage_id": number})
        case "owner":
            return parse_fields(Assignment, {"op": "assign", "id": lead_id, "owner_id": number})
        case "tag":
            return parse_fields(Tagging, {"op": "tag", "id": lead_id, "add": [change.value]})
        case "untag":
            return parse_fields(Tagging, {"op": "tag", "id": lead_id, "remove": [change.value]})
        case "delete":
            return Deletion(op="delete", id=lead_id)
        case "restore":
            return Restoration(op="restore", id=lead_id)
        case _:
            assert_never(change.action)


def _named(tx: Transaction, ids: Sequence[int], problem: FieldProblem) -> FieldProblem:
    """`operations.3.owner_id` becomes the title of the fourth lead."""
    lead_id = ids[int(problem.field.split(".")[1])]
    lead = find_lead(tx, lead_id)
    return FieldProblem(lead.title if lead else f"№ {lead_id}", problem.message)
