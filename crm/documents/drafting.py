"""What an accepted quote becomes, as the company says in its settings: the draft of a deal, or nothing."""

from decimal import Decimal
from typing import Any

from crm.db.transaction import Transaction
from crm.deals.deal import Deal
from crm.deals.deal_fields import MOST_LINES, DealFields
from crm.deals.deals import create_deal
from crm.documents.company import get_company
from crm.documents.lines import PricedDocumentLine
from crm.documents.quote import Quote
from crm.errors import Invalid
from crm.fields import parse_fields

LONGEST_TITLE = 200


def draft_from(tx: Transaction, quote: Quote) -> dict[str, Any]:
    """What the ledger says of it: the number of the deal. Nothing where the company wants none."""
    if get_company(tx).after_acceptance != "deal":
        return {}
    return {"deal_number": _draft_deal(tx, quote).deal_number}


def _draft_deal(tx: Transaction, quote: Quote) -> Deal:
    """For whoever looks after the quote, if they can still have one."""
    given = _deal_of(quote)
    try:
        with tx.savepoint():
            return create_deal(tx, parse_fields(DealFields, given))
    except Invalid as error:
        if {each.field for each in error.problems} != {"salesperson_id"}:
            raise
        return create_deal(tx, parse_fields(DealFields, given | {"salesperson_id": None}))


def _deal_of(quote: Quote) -> dict[str, Any]:
    """With the net of each line that counts; what is off the whole quote is off the deal's price."""
    lines = [line for line in quote.lines if line.counts]
    net = sum((Decimal(str(line.net)) for line in lines), Decimal(0))
    rates = {each.tax_rate for each in quote.taxes}
    scenario: dict[str, Any] = {"name": quote.quote_number, "discount": net - Decimal(str(quote.total_net))}
    scenario |= {"tax_rate": rates.pop()} if len(rates) == 1 else {}
    return {
        "client_id": quote.client_id,
        "lead_id": quote.lead_id,
        "salesperson_id": quote.owner_id,
        "currency": quote.currency,
        "lines": [_line(line) for line in lines[:MOST_LINES]]
        if len(lines) <= MOST_LINES
        else _one(quote, net),
        "notes": quote.title,
        "scenario": scenario,
    }


def _line(line: PricedDocumentLine) -> dict[str, Any]:
    """Its price where that times the quantity is its net, else the net as one."""
    title = (line.title or "")[:LONGEST_TITLE]
    if Decimal(str(line.quantity)) * Decimal(str(line.unit_price)) == Decimal(str(line.net)):
        return {"title": title, "quantity": line.quantity, "unit_price": line.unit_price}
    return {"title": title, "quantity": 1, "unit_price": line.net}


def _one(quote: Quote, net: Decimal) -> list[dict[str, Any]]:
    """For a quote of more lines than a deal may have."""
    return [{"title": quote.title or quote.quote_number, "unit_price": net}]
