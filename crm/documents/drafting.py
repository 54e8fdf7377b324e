"""What an accepted quote becomes, as it or the company says: the draft of a deal or invoice, or nothing."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crm.accounts.owners import check_owner
from crm.db.transaction import Transaction
from crm.deals.deal_fields import MOST_LINES, DealFields
from crm.deals.deals import create_deal
from crm.documents.company import get_company
from crm.documents.invoice_fields import InvoiceFields
from crm.documents.invoices import create_invoice
from crm.documents.quote import Quote
from crm.documents.quote_in_deal import lines_of_quote, quote_discount, sums_of_quote
from crm.documents.quote_sources import link_deal
from crm.errors import Conflict, Invalid, Sentence
from crm.fields import parse_fields, whole_number

BY_HAND = {
    "deal": "Its deal could not be drafted: {reason}. Correct this, then make the deal by “New deal”.",
    "invoice": "Its invoice could not be drafted: {reason}. Correct this, then choose “Make an invoice” "
    "on the page of the quote.",
}


def draft_from(tx: Transaction, quote: Quote) -> dict[str, Any]:
    """What the ledger says of it: the number of the deal, or the name of the invoice's draft; or the `reason`
    why there is none. What cannot be drafted does not keep the customer from accepting.
    """
    wanted = _wanted(tx, quote)
    if wanted == "nothing" or (wanted == "deal" and quote.deal_id is not None):
        return {}
    try:
        with tx.savepoint():
            return _draft_deal(tx, quote) if wanted == "deal" else _draft_invoice(tx, quote)
    except (Conflict, Invalid) as error:
        return {"reason": _in_words(error)}


def _in_words(error: Conflict | Invalid) -> str:
    """The field by its name for people: `lines.0.unit_price` is the unit price of line 1."""
    if not isinstance(error, Invalid):
        return error.message
    problem = error.problems[0]
    parts = problem.field.removesuffix("_id").replace("_", " ").split(".")
    place = whole_number(parts[1]) if len(parts) > 2 else None
    named = f"the {parts[-1]}" if place is None else f"the {parts[-1]} of line {place + 1}"
    return f"{named} {problem.message}"


def _wanted(tx: Transaction, quote: Quote) -> str:
    return quote.after_acceptance or get_company(tx).after_acceptance


def what_to_draft(tx: Transaction, quote: Quote, drafted: Mapping[str, Any]) -> str:
    """What `draft_from` could not do and why, for whoever does it by hand; empty if nothing is left to do."""
    reason = drafted.get("reason")
    if reason is None:
        return ""
    by_hand = BY_HAND["deal" if _wanted(tx, quote) == "deal" else "invoice"]
    return str(Sentence(by_hand, reason=str(reason).rstrip(".")))


def _draft_deal(tx: Transaction, quote: Quote) -> dict[str, Any]:
    """For whoever looks after the quote, if they can still have one."""
    owner = _working_owner(tx, quote.owner_id)
    deal = create_deal(tx, parse_fields(DealFields, _deal_of(quote) | {"salesperson_id": owner}))
    link_deal(tx, quote.id, deal.id)
    return {"deal_number": deal.deal_number}


def _draft_invoice(tx: Transaction, quote: Quote) -> dict[str, Any]:
    given = {"quote_id": quote.id, "owner_id": _working_owner(tx, quote.owner_id)}
    return {"invoice_name": create_invoice(tx, parse_fields(InvoiceFields, given)).name}


def _working_owner(tx: Transaction, owner_id: int | None) -> int | None:
    """None for one who cannot log in any more."""
    try:
        if owner_id is not None:
            check_owner(tx, owner_id)
    except Invalid:
        return None
    return owner_id


def _deal_of(quote: Quote) -> dict[str, Any]:
    """Taxed as the quote is, to the cent: most of it at the scenario's rate, other lines at their own."""
    main = max(quote.taxes, key=lambda each: each.net).tax_rate if quote.taxes else 0
    lines = [line for line in quote.lines if line.counts]
    discount = quote_discount(quote, main)
    drafted = lines_of_quote(quote, lines, main)
    if len(lines) > MOST_LINES:
        discount, drafted = Decimal(0), sums_of_quote(quote, main)
    return {
        "client_id": quote.client_id,
        "lead_id": quote.lead_id,
        "currency": quote.currency,
        "lines": drafted,
        "notes": quote.title,
        "scenario": {
            "name": quote.quote_number, "discount": discount, "tax_rate": main, "tax_base": "price",
        },
    }  # fmt: skip
