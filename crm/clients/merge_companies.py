"""The companies of a client into whom another one is merged."""

from typing import Any

from crm.clients.client import Client
from crm.clients.clients import check_links
from crm.clients.companies import main_company_first
from crm.clients.fields import given_values
from crm.clients.links import check_company
from crm.clients.merge_fields import ClientMerge
from crm.db.transaction import Transaction
from crm.errors import Invalid

Facts = dict[str, Any]


def companies_wanted(
    tx: Transaction, winner: Client, loser: Client, asked: ClientMerge, wanted: Facts
) -> Facts:
    """The main one, and all of both unless a list of them was given."""
    if "companies" in asked.fields.model_fields_set:
        _check_given(tx, winner, wanted)
        return {}
    main = _company(tx, winner, loser, asked)
    links = [link for link in wanted["companies"] if link["company_id"] not in (winner.id, loser.id)]
    return main_company_first(main, [links], kind=winner.kind)


def _company(tx: Transaction, winner: Client, loser: Client, asked: ClientMerge) -> int | None:
    """Never the merged company itself, nor one that is below it now."""
    given = given_values(asked.fields)
    if "company_id" in given:
        return _checked_company(tx, winner, given["company_id"], "fields.company_id")
    if "company_id" in asked.from_other:
        return _checked_company(tx, winner, loser.company_id, "from_other")
    for company_id in (winner.company_id, loser.company_id):
        if company_id is not None and company_id != loser.id and _fits(tx, winner, company_id):
            return company_id
    return None


def _checked_company(tx: Transaction, winner: Client, company_id: int | None, field: str) -> int | None:
    try:
        if company_id is not None:
            check_company(tx, company_id, of=winner.id)
    except Invalid as error:
        raise error.renamed({"company_id": field}) from None
    return company_id


def _fits(tx: Transaction, winner: Client, company_id: int) -> bool:
    try:
        check_company(tx, company_id, of=winner.id)
    except Invalid:
        return False
    return True


def _check_given(tx: Transaction, winner: Client, wanted: Facts) -> None:
    try:
        check_links(tx, wanted, of=winner.id, known=winner.companies)
    except Invalid as error:
        raise error.renamed({each.field: f"fields.{each.field}" for each in error.problems}) from None
