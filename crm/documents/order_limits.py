"""What an order may still be invoiced for: all its invoices together come to no more than the order."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from crm.db.transaction import Transaction
from crm.deals.deal import find_deal
from crm.documents.deal_lines import invoice_lines_of_deal
from crm.documents.deductions import deductions_in, sum_of
from crm.documents.invoice_lines import checked_invoice_lines, totals_of_invoice
from crm.documents.orders import Source, sources_of_order
from crm.documents.quote import find_quote
from crm.errors import Conflict, Invalid, Sentence
from crm.money import as_major, as_stored

Facts = Mapping[str, Any]
WHOLE = frozenset({"invoice", "final"})


def refuse_beyond_order(tx: Transaction, facts: Facts, total: Decimal) -> None:
    """Raises Invalid naming the quote or deal that was invoiced already, whole or up to this `total`.

    The first invoice of an order may ask for more than the order, as what was added to it since; a deposit
    or part may not. A final invoice takes the deposits and parts off: it is held against the others alone.
    """
    sources = sources_of_order(tx, quote_id=facts["quote_id"], deal_id=facts["deal_id"])
    if facts["type"] == "credit_note" or not sources:
        return
    asked = [row for row in _asked(tx, sources) if _counts(row, facts)]
    if not asked and facts["type"] in WHOLE:
        return
    limit = _total_of(tx, sources, facts["currency"])
    if limit is None and not any(row["type"] in WHOLE for row in asked):
        return
    left = max((limit or 0) - sum(row["asked"] for row in asked), 0)
    if as_stored(total) > left:
        raise _refusal(facts, asked, left)


def _refusal(facts: Facts, asked: Sequence[Facts], left: int) -> Invalid:
    field = "deal_id" if facts["quote_id"] is None else "quote_id"
    amount = f"{as_major(left)} {facts['currency']}"
    if not asked:
        return Invalid.field(field, Sentence("has only {left} left to be invoiced", left=amount))
    numbers = ", ".join(row["invoice_number"] for row in asked)
    refusal = "was invoiced in {numbers} already: {left} is left. Credit an earlier invoice first."
    return Invalid.field(field, Sentence(refusal, numbers=numbers, left=amount))


def _counts(row: Facts, facts: Facts) -> bool:
    return row["asked"] > 0 and (facts["type"] != "final" or row["type"] in WHOLE)


def _asked(tx: Transaction, sources: Iterable[Source]) -> list[dict[str, Any]]:
    """The issued invoices of the order; `asked` is what each asks for itself, less its credit notes."""
    found = []
    for column, source in sources:
        rows = tx.all(
            f"""
            SELECT id, corrects_id, type, invoice_number, total_minor, deductions
              FROM invoices
             WHERE workspace_id = :workspace_id
               AND {column} = :source
               AND deleted_at IS NULL
               AND type <> 'credit_note'
               AND state NOT IN ('draft', 'credited')
             ORDER BY id
            """,
            source=source,
        )
        found += [{**row, "asked": _own(row) - _credited(tx, row["id"])} for row in rows]
    return found


def _credited(tx: Transaction, invoice_id: int) -> int:
    rows = tx.all(
        """
        SELECT total_minor, deductions
          FROM invoices
         WHERE workspace_id = :workspace_id
           AND corrects_id = :invoice_id
           AND state <> 'draft'
        """,
        invoice_id=invoice_id,
    )
    return sum(_own(row) for row in rows)


def _own(row: Facts) -> int:
    return int(row["total_minor"]) - sum_of(deductions_in(row))


def _total_of(tx: Transaction, sources: Iterable[Source], currency: str) -> int | None:
    """The highest of the order's deal and quotes; None where none of them tells it in this currency."""
    found = [_deal_total(tx, each, currency) for column, each in sources if column == "deal_id"]
    found += [_quote_total(tx, each, currency) for column, each in sources if column == "quote_id"]
    return max((each for each in found if each is not None), default=None)


def _quote_total(tx: Transaction, quote_id: int, currency: str) -> int | None:
    quote = find_quote(tx, quote_id)
    return None if quote is None or quote.currency != currency else as_stored(Decimal(str(quote.total)))


def _deal_total(tx: Transaction, deal_id: int, currency: str) -> int | None:
    """None where the lines of its invoice are for people to write, as those of a lease."""
    deal = find_deal(tx, deal_id)
    if deal is None or deal.currency != currency:
        return None
    try:
        lines = checked_invoice_lines(invoice_lines_of_deal(tx, deal, "en"), currency)
        free = {"discount": 0, "discount_amount": 0, "prices_include_tax": False}
        return as_stored(totals_of_invoice({"lines": lines, "currency": currency, **free}).total)
    except (Conflict, Invalid):
        return None
