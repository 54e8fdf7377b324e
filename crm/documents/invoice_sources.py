"""What a new invoice takes from its quote or deal: whole, or the share that a deposit or part asks for."""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from crm.db.transaction import Transaction
from crm.deals.deal import Deal, find_deal
from crm.documents.deal_lines import invoice_lines_of_deal, trade_in_texts
from crm.documents.invoice_fields import InvoiceFields, given_of
from crm.documents.invoice_lines import WRITTEN, checked_invoice_lines, taxes_of, totals_of_invoice
from crm.documents.invoice_words import invoice_words
from crm.documents.quote import Quote, find_quote
from crm.documents.recipient import usual_currency, usual_language
from crm.documents.totals import Totals, rounded
from crm.errors import Invalid
from crm.formats import formats_of
from crm.money import places_of

Values = dict[str, Any]


def drafted_values(tx: Transaction, fields: InvoiceFields) -> Values:
    """All values of the invoice: those that were given, else its source's. Raises Invalid and Conflict."""
    given = given_of(fields)
    values = fields.model_dump() | given | {"corrects_id": None}
    share = values.pop("share")
    number, found = _source(tx, values, with_lines="lines" not in given)
    values |= {name: value for name, value in found.items() if name not in given}
    if share is None:
        return values
    if not found or values["type"] not in ("deposit", "part") or "lines" in given:
        raise Invalid.field("share", "is for a deposit or part of a quote or deal, without lines of its own")
    if not share:
        raise Invalid.field("share", "must be above 0")
    return values | _share_of(tx, values, share, number)


def _source(tx: Transaction, values: Values, *, with_lines: bool) -> tuple[str, Values]:
    """The number of the quote or deal, and what it gives; nothing where there is none."""
    if values["quote_id"] is not None:
        quote = find_quote(tx, values["quote_id"])
        return ("", {}) if quote is None or quote.deleted_at else (quote.quote_number, _of_quote(quote))
    if values["deal_id"] is not None:
        deal = find_deal(tx, values["deal_id"])
        if deal is None or deal.deleted_at:
            return "", {}
        language = values["language"] or usual_language(tx, deal.client_id)
        lines = {"lines": _lines_of_deal(tx, deal, language)} if with_lines else {}
        return deal.deal_number, _of_deal(deal) | lines
    return "", {}


def _of_quote(quote: Quote) -> Values:
    lines = [asdict(line) for line in quote.lines if line.counts or line.kind != "item"]
    same = ("title", "client_id", "owner_id", "currency", "language", "prices_include_tax", "discount")
    return {
        **{name: getattr(quote, name) for name in (*same, "discount_amount", "header", "footer")},
        "lines": [{name: line.get(name) for name in WRITTEN} for line in lines],
    }


def _lines_of_deal(tx: Transaction, deal: Deal, language: str) -> list[Values]:
    lines = invoice_lines_of_deal(tx, deal, language)
    return lines + trade_in_texts(deal, lines, language)


def _of_deal(deal: Deal) -> Values:
    return {
        "title": deal.vehicle_name,
        "client_id": deal.client_id,
        "owner_id": deal.salesperson_id,
        "currency": deal.currency,
    }


def _share_of(tx: Transaction, values: Values, share: Decimal, number: str) -> Values:
    """One line for each way of taxing, with its share of what is taxed so."""
    currency = values["currency"] or usual_currency(tx, values["client_id"])
    language = values["language"] or usual_language(tx, values["client_id"])
    lines = checked_invoice_lines(values["lines"], currency)
    whole = values | {"lines": lines, "currency": currency}
    shared = _shared(lines, totals_of_invoice(whole), share, currency)
    words = invoice_words(language)
    name = words[values["type"]]
    title = f"{name} {formats_of(language).percent(float(share))} · {number}"
    free = {"discount": 0, "discount_amount": 0, "prices_include_tax": False}
    return free | {"lines": [{**line, "title": title} for line in shared]}


def _shared(lines: Sequence[Values], totals: Totals, share: Decimal, currency: str) -> list[Values]:
    places = places_of(currency)
    return [
        {
            **dict.fromkeys(WRITTEN),
            "kind": "item",
            "quantity": 1,
            "unit_price": rounded(Fraction(str(each.net)) * Fraction(share) / 100, places),
            "tax_rate": each.tax_rate,
            "tax_category": each.tax_category,
            "tax_reason": each.tax_reason,
            "discount": 0,
            "discount_amount": 0,
        }
        for each in taxes_of(lines, totals)
        if each.net > 0
    ]
