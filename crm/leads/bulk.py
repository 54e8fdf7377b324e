"""What is done to many leads at once, with their clients found or created."""

from typing import Any, Literal

from crm.clients.clients import create_client
from crm.clients.fields import NewClient
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid
from crm.fields import Fields, Id, parse_fields
from crm.leads.fields import LeadChanges, LeadFields, LeadMove
from crm.leads.lead import Lead
from crm.leads.leads import change_lead, create_lead
from crm.leads.moves import move_lead
from crm.records.bulk import Bulk, Change, Version


class LeadCreation(Fields):
    """`client` is the live client with that e-mail or phone, or else a new one."""

    op: Literal["create"]
    fields: LeadFields
    client: NewClient | None = None


class Move(LeadMove):
    op: Literal["move"]
    id: Id
    version: Version | None = None


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


def create_with_client(tx: Transaction, operation: LeadCreation) -> Lead:
    return create_lead(tx, with_client(tx, operation.fields, operation.client), complete=True)


def _move(tx: Transaction, operation: Move) -> Lead:
    return move_lead(tx, operation.id, operation, expected_version=operation.version)


def _to_stage(lead_id: int, change: Change) -> Move:
    return parse_fields(Move, {"op": "move", "id": lead_id, "stage_id": change.number})


BULK = Bulk(
    LeadChanges,
    change_lead,
    owner="owner_id",
    own={"stage": _to_stage},
    others={LeadCreation: create_with_client, Move: _move},
)
