"""Checks of an invoice: the records it refers to, its currency, days and sums; and its columns."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from crm.custom_fields.values import without_custom
from crm.db.transaction import Transaction
from crm.deals.deal import find_deal
from crm.documents.invoice_lines import checked_invoice_lines, totals_of_invoice
from crm.documents.quote import find_quote
from crm.documents.recipient import usual_currency, usual_language
from crm.documents.taking_off import taken_off
from crm.documents.validation import check_links
from crm.errors import Invalid
from crm.money import as_major, as_stored, check_current, check_places
from crm.records.keys import sort_key

Values = dict[str, Any]
OWN = frozenset({"tags", "owner_id"})
"""What the customer does not see of an invoice: it may change after the issue."""


def new_invoice_values(tx: Transaction, given: Values) -> Values:
    """All values of a new invoice, as they are kept. Raises Invalid."""
    values = dict(given)
    values["currency"] = values["currency"] or usual_currency(tx, values["client_id"])
    values["language"] = values["language"] or usual_language(tx, values["client_id"])
    values["owner_id"] = values["owner_id"] or tx.actor.user_id
    check_current(values["currency"])
    check_links(tx, values)
    _check_sources(tx, values)
    return as_kept_in_invoice(values, values, values["currency"])


def changed_invoice_values(tx: Transaction, held: Mapping[str, Any], given: Values) -> Values:
    """The given values of an invoice that has the facts `held`, as they are kept. Raises Invalid."""
    currency = given.get("currency", held["currency"])
    if currency != held["currency"]:
        check_current(currency)
    check_links(tx, {name: value for name, value in given.items() if held.get(name) != value})
    kept = as_kept_in_invoice(dict(given), held, currency)
    if currency != held["currency"]:
        rest = {name: held[name] for name in ("lines", "discount_amount") if name not in given}
        as_kept_in_invoice(rest, held, currency)
    return kept


def as_kept_in_invoice(values: Values, held: Mapping[str, Any], currency: str) -> Values:
    """In the form in which the invoice and the ledger hold them; `held` are those that are not given."""
    if "discount_amount" in values:
        check_places(Decimal(str(values["discount_amount"])), currency, "discount_amount")
    if "lines" in values:
        values["lines"] = checked_invoice_lines(values["lines"], currency)
    for name in ("discount", "discount_amount"):
        if name in values:
            values[name] = as_major(as_stored(Decimal(str(values[name]))))
    for name in ("delivered_on", "delivered_until"):
        if isinstance(values.get(name), date):
            values[name] = values[name].isoformat()
    first, last = (values.get(name, held.get(name)) for name in ("delivered_on", "delivered_until"))
    if last is not None and (first is None or str(last) < str(first)):
        raise Invalid.field("delivered_until", "may not be before the first day of delivery")
    return values


def _check_sources(tx: Transaction, values: Values) -> None:
    if values["quote_id"] is not None:
        quote = find_quote(tx, values["quote_id"])
        if quote is None or quote.deleted_at is not None:
            raise Invalid.field("quote_id", "is not a quote of this workspace")
    if values["deal_id"] is not None:
        deal = find_deal(tx, values["deal_id"])
        if deal is None or deal.deleted_at is not None:
            raise Invalid.field("deal_id", "is not a deal of this workspace")


def invoice_row(tx: Transaction, facts: Mapping[str, Any]) -> Values:
    """The columns that the facts make; numbers as they are stored. Raises Invalid."""
    totals = totals_of_invoice(facts)
    apart = {"lines", "tags", "discount_amount", "type", "quote_id", "deal_id", "corrects_id"}
    return {
        **{name: value for name, value in without_custom(facts).items() if name not in apart},
        **taken_off(tx, facts, totals.total),
        "lines": orjson.dumps(facts["lines"]).decode(),
        "title_key": sort_key(facts["title"] or ""),
        "prices_include_tax": int(facts["prices_include_tax"]),
        "discount": _stored(facts["discount"]),
        "discount_minor": _stored(facts["discount_amount"]),
        "total_minor": _stored(totals.total),
        "net_minor": _stored(totals.total_net),
        "tax_minor": _stored(totals.total_tax),
    }


def _stored(number: object) -> int:
    return as_stored(Decimal(str(number)))
