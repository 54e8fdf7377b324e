"""A new client named in a lead's form: created with that change, or not at all."""

from crm.accounts.owners import check_owner
from crm.clients.clients import create_client
from crm.clients.fields import NewClient
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import parse_fields
from crm.leads.fields import LeadChanges, given_values
from crm.leads.lead import Lead, get_lead
from crm.leads.leads import change_lead


def change_lead_of(
    tx: Transaction, lead_id: int, changes: LeadChanges, client_name: str, *, expected_version: int
) -> Lead:
    """With a new client of that name, unless it is empty. Raises what `change_lead` raises."""
    if client_name:
        owner_id = given_values(changes).get("owner_id", get_lead(tx, lead_id).owner_id)
        made = _create_client(tx, client_name, owner_id)
        changes = changes.model_copy(update={"client_id": made})
    return change_lead(tx, lead_id, changes, expected_version=expected_version)


def _create_client(tx: Transaction, name: str, owner_id: int | None) -> int:
    """The new client has no owner if the lead's owner cannot get new records."""
    try:
        if owner_id is not None:
            check_owner(tx, owner_id)
    except Invalid:
        owner_id = None
    try:
        fields = parse_fields(NewClient, {"name": name, "owner_id": owner_id})
    except Invalid as error:
        raise Invalid.field("client_id", error.problems[0].message) from None
    return create_client(tx, fields, allow_duplicate=True).id
