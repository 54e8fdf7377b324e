"""A new company named in a contact's form: created with that change, or not at all."""

from crm.clients.client import Client
from crm.clients.clients import change_client, create_client
from crm.clients.fields import NewClient, PatchedClient
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import parse_fields


def create_company(tx: Transaction, name: str, *, field: str) -> int:
    """The id of a new company with that name. Raises Invalid for `field`, where the name was typed."""
    try:
        fields = parse_fields(NewClient, {"kind": "company", "name": name, "owner_id": tx.actor.user_id})
    except Invalid as error:
        raise Invalid.field(field, error.problems[0].message) from None
    return create_client(tx, fields).id


def create_client_of(tx: Transaction, fields: NewClient, company: str) -> Client:
    """A client of a new company with that name; if it is empty, of the company in `fields`.

    Raises Invalid, and Conflict with `candidates` for a duplicate.
    """
    if company:
        of = create_company(tx, company, field="company_id")
        fields = fields.model_copy(update={"company_id": of})
    return create_client(tx, fields, allow_duplicate=fields.allow_duplicate, complete=True)


def change_client_of(
    tx: Transaction, client_id: int, fields: PatchedClient, company: str, *, expected_version: int
) -> Client:
    """The same for a change of a client. Raises what `change_client` raises."""
    if company:
        of = create_company(tx, company, field="company_id")
        fields = fields.model_copy(update={"company_id": of})
    allowed = fields.allow_duplicate
    return change_client(tx, client_id, fields, expected_version=expected_version, allow_duplicate=allowed)
