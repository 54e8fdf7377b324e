"""Bulk changes of leads in one transaction, with their clients found or created."""

from typing import Any, Literal, assert_never

from crm.clients.clients import create_client
from crm.clients.fields import NewClient
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid
from crm.fields import Fields, Id, parse_fields
from crm.leads.fields import LeadChanges, LeadFields, LeadMove
from crm.leads.lead import LEAD_RECORD, Lead, find_lead
from crm.leads.leads import change_lead, create_lead
from crm.leads.moves import move_lead
from crm.leads.trash import delete_lead, restore_lead
from crm.records.bulk import Assignment, Deletion, Outcome, Restoration, Tagging, Version, with_tags
from crm.records.skeleton import existing


class LeadCreation(Fields):
    """`client` is the live client with that e-mail or phone, or else a new one."""

    op: Literal["create"]
    fields: LeadFields
    client: NewClient | None = None


class LeadUpdate(Fields):
    op: Literal["update"]
    id: Id
    fields: LeadChanges
    version: Version | None = None


class Move(LeadMove):
    op: Literal["move"]
    id: Id
    version: Version | None = None


LeadOperation = LeadCreation | LeadUpdate | Tagging | Assignment | Move | Deletion | Restoration


def run_operation(tx: Transaction, operation: LeadOperation) -> Outcome:
    """One of many changes. Raises Invalid, NotFound and Conflict."""
    match operation:
        case LeadCreation():
            lead = create_lead(tx, with_client(tx, operation.fields, operation.client), complete=True)
        case LeadUpdate():
            lead = change_lead(tx, operation.id, operation.fields, expected_version=operation.version)
        case Tagging():
            lead = existing(LEAD_RECORD, find_lead(tx, operation.id))
            tags = with_tags(lead.tags, operation.add, operation.remove)
            lead = _set(tx, operation.id, {"tags": tags})
        case Assignment():
            lead = _set(tx, operation.id, {"owner_id": operation.owner_id})
        case Move():
            lead = move_lead(tx, operation.id, operation, expected_version=operation.version)
        case Deletion():
            delete_lead(tx, operation.id, expected_version=operation.version)
            lead = existing(LEAD_RECORD, find_lead(tx, operation.id))
        case Restoration():
            lead = restore_lead(tx, operation.id)
        case _:
            assert_never(operation)
    return Outcome(operation.op, lead.id, lead.version, tx.actor.operation_id)


def with_client(tx: Transaction, fields: LeadFields, given: NewClient | None) -> LeadFields:
    """The lead of the live client with that e-mail or phone, or else of a new one. Raises Invalid."""
    if given is None:
        return fields
    if fields.client_id is not None:
        raise Invalid.field("client", "cannot be combined with client_id")
    try:
        client_id = create_client(tx, given, allow_duplicate=given.allow_duplicate).id
    except Conflict as conflict:
        candidates: Any = conflict.extra["candidates"]
        client_id = candidates[0]["id"]
    return fields.model_copy(update={"client_id": client_id})


def _set(tx: Transaction, lead_id: int, values: dict[str, Any]) -> Lead:
    return change_lead(tx, lead_id, parse_fields(LeadChanges, values))
