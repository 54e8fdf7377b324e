"""A client named in the form of their lead: made together with the change of it, or not at all."""

from collections.abc import Mapping

from crm.clients.clients import create_client
from crm.clients.fields import NewClient
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import parse_fields
from crm.leads.fields import LeadChanges
from crm.leads.lead import Lead
from crm.leads.leads import change_lead


def change_lead_of(
    tx: Transaction,
    lead_id: int,
    changes: LeadChanges,
    client: Mapping[str, object],
    *,
    expected_version: int,
) -> Lead:
    """Of a new client with the fields in `client`, unless that is empty. Raises what `change_lead` raises."""
    if client:
        try:
            made = create_client(tx, parse_fields(NewClient, client), allow_duplicate=True)
        except Invalid as error:
            raise Invalid.field("client_id", error.problems[0].message) from None
        changes = changes.model_copy(update={"client_id": made.id})
    return change_lead(tx, lead_id, changes, expected_version=expected_version)
