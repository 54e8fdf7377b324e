"""Checks of a quote: the records it refers to, its currency, and its sums."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crm.accounts.owners import check_owner
from crm.clients.client import find_client
from crm.db.transaction import Transaction
from crm.documents.lines import add_up, checked_lines
from crm.documents.product_lines import with_products
from crm.documents.recipient import usual_currency, usual_language
from crm.documents.totals import Totals
from crm.errors import Invalid
from crm.leads.lead import Lead, find_lead
from crm.money import as_major, as_stored, check_current, check_places

Values = dict[str, Any]


def new_values(tx: Transaction, given: Values) -> Values:
    """All values of a new quote, as they are kept. Raises Invalid."""
    values = {name: value for name, value in given.items() if name not in {"deal_id", "template_id"}}
    if values["client_id"] is None and values["lead_id"] is not None:
        values["client_id"] = _live_lead(tx, values["lead_id"]).client_id
    values["currency"] = values["currency"] or usual_currency(tx, values["client_id"])
    values["language"] = values["language"] or usual_language(tx, values["client_id"])
    values["owner_id"] = values["owner_id"] or tx.actor.user_id
    check_current(values["currency"])
    check_links(tx, values)
    return as_kept(with_goods(tx, values, values["currency"]), values["currency"])


def changed_values(tx: Transaction, held: Mapping[str, Any], given: Values) -> Values:
    """The given values of a quote that has the facts `held`, as they are kept. Raises Invalid."""
    currency = given.get("currency", held["currency"])
    if currency != held["currency"]:
        check_current(currency)
    check_links(tx, {name: value for name, value in given.items() if held.get(name) != value})
    kept = as_kept(with_goods(tx, given, currency, held), currency)
    if currency != held["currency"]:
        as_kept({name: held[name] for name in ("lines", "discount_amount") if name not in given}, currency)
    return kept


def with_goods(
    tx: Transaction, given: Values, currency: str, held: Mapping[str, Any] | None = None
) -> Values:
    """With lines as their products fill them. Raises Invalid naming the line."""
    if "lines" not in given:
        return dict(given)
    inside = given.get("prices_include_tax", (held or {}).get("prices_include_tax", False))
    kept = (held or {}).get("lines", [])
    return given | {"lines": with_products(tx, given["lines"], currency, inside=inside, kept=kept)}


def as_kept(values: Values, currency: str) -> Values:
    """In the form in which the quote and the ledger hold them."""
    if "discount_amount" in values:
        check_places(Decimal(str(values["discount_amount"])), currency, "discount_amount")
    if "lines" in values:
        values["lines"] = checked_lines(_as_decimals(values["lines"]), currency)
    for name in ("discount", "discount_amount"):
        if name in values:
            values[name] = as_major(as_stored(Decimal(str(values[name]))))
    if values.get("valid_until") is not None:
        values["valid_until"] = values["valid_until"].isoformat()
    return values


def _as_decimals(lines: list[Values]) -> list[Values]:
    """Lines as they were kept have numbers that are sent."""
    return [
        {
            name: Decimal(str(value)) if isinstance(value, int | float) and not _is_plain(name) else value
            for name, value in line.items()
        }
        for line in lines
    ]


def _is_plain(name: str) -> bool:
    return name in {"optional", "alternative", "chosen", "product_id"}


def totals_in(facts: Mapping[str, Any]) -> Totals:
    """Raises Invalid naming the field."""
    totals = add_up(
        facts["lines"],
        facts["currency"],
        inside=facts["prices_include_tax"],
        discount=facts["discount"],
        off=facts["discount_amount"],
    )
    if totals.total_net < 0 or totals.total < 0:
        raise Invalid.field("lines", "take off more than they cost")
    return totals


def check_links(tx: Transaction, values: Values) -> None:
    """Raises Invalid."""
    if values.get("lead_id") is not None:
        _live_lead(tx, values["lead_id"])
    if values.get("client_id") is not None:
        client = find_client(tx, values["client_id"])
        if client is None or client.deleted_at is not None:
            raise Invalid.field("client_id", "is not a client of this workspace")
    if values.get("owner_id") is not None:
        check_owner(tx, values["owner_id"])


def _live_lead(tx: Transaction, lead_id: int) -> Lead:
    lead = find_lead(tx, lead_id)
    if lead is None or lead.deleted_at is not None:
        raise Invalid.field("lead_id", "is not a lead of this workspace")
    return lead
