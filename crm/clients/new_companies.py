"""A new company named in a contact's form: created with that change, or not at all."""

from collections.abc import Sequence
from typing import Any, TypeVar

from crm.clients.client import Client
from crm.clients.clients import change_client, create_client
from crm.clients.fields import CompanyFields, NewClient, PatchedClient
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import parse_fields

F = TypeVar("F", NewClient, PatchedClient)


def create_company(tx: Transaction, name: str, *, field: str) -> int:
    """The id of a new company with that name. Raises Invalid for `field`, where the name was typed."""
    try:
        fields = parse_fields(NewClient, {"kind": "company", "name": name, "owner_id": tx.actor.user_id})
    except Invalid as error:
        raise Invalid.field(field, error.problems[0].message) from None
    return create_client(tx, fields).id


def create_client_of(tx: Transaction, fields: NewClient, company: str, role: str | None = None) -> Client:
    """A client of a new company with that name, with the role there; if it is empty, of the one in `fields`.

    Raises Invalid, and Conflict with `candidates` for a duplicate.
    """
    if company:
        fields = _with_new(tx, fields, company, role)
    return create_client(tx, fields, allow_duplicate=fields.allow_duplicate, complete=True)


def change_client_of(
    tx: Transaction,
    client_id: int,
    fields: PatchedClient,
    company: str,
    role: str | None = None,
    *,
    expected_version: int,
) -> Client:
    """The same for a change of a client. Raises what `change_client` raises."""
    if company:
        fields = _with_new(tx, fields, company, role)
    allowed = fields.allow_duplicate
    return change_client(tx, client_id, fields, expected_version=expected_version, allow_duplicate=allowed)


def _with_new(tx: Transaction, fields: F, company: str, role: str | None) -> F:
    """As the main one, before further ones that the fields name."""
    of = create_company(tx, company, field="company_id")
    update: dict[str, Any] = {"company_id": of}
    if fields.companies is not None or role:
        main = parse_fields(CompanyFields, {"company_id": of, "role": role, "main": True})
        update["companies"] = [main, *_further(fields.companies or [])]
    return fields.model_copy(update=update)


def _further(given: Sequence[CompanyFields]) -> list[CompanyFields]:
    return [each.model_copy(update={"main": False}) for each in given]
