"""What an invoice takes off its total: earlier invoices of its order, and what a trade-in pays of it.

`deducted_minor` is both; what it is above the `deductions` is the trade-in's part.
"""

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import orjson

from crm.db.transaction import Transaction
from crm.deals.deal import Deal, find_deal
from crm.deals.rules import rules_in_force
from crm.deals.scenario import scenarios_of, terms_of, with_deal
from crm.documents.deductions import deductions_in, find_deductions, standing_invoices, sum_of
from crm.documents.orders import sources_of_order
from crm.money import as_stored

Facts = Mapping[str, Any]


def taken_off(tx: Transaction, facts: Facts, total: Decimal) -> dict[str, Any]:
    """The columns of it, of an invoice that comes to `total`."""
    deductions = find_deductions(tx, facts)
    asked = sum_of(deductions)
    return {
        "deductions": orjson.dumps([asdict(each) for each in deductions]).decode(),
        "deducted_minor": asked + _traded_in(tx, facts, as_stored(total) - asked),
    }


def _traded_in(tx: Transaction, facts: Facts, left: int) -> int:
    """Once for each order. An invoice of less than the trade-in is of something else, unless it is the final
    one; the whole credit note of one gives it back.
    """
    if facts["type"] == "credit_note":
        return _given_back(tx, facts)
    if facts["type"] not in ("invoice", "final"):
        return 0
    sources = sources_of_order(tx, quote_id=facts["quote_id"], deal_id=facts["deal_id"])
    deal = next((find_deal(tx, each) for column, each in sources if column == "deal_id"), None)
    if deal is None or deal.currency != facts["currency"]:
        return 0
    value = _value(tx, deal)
    if value <= 0 or (value > left and facts["type"] == "invoice"):
        return 0
    return 0 if any(traded_in_of(row) for row in standing_invoices(tx, sources)) else value


def _value(tx: Transaction, deal: Deal) -> int:
    """What the trade-ins pay: their allowance less what is owed on them. Nothing where that is a line
    of the invoice, as it lowers what is taxed; nor of a lease, whose cost it lowers.
    """
    active = next(each for each in scenarios_of(tx, deal.id) if each.active)
    terms = with_deal(tx, deal, terms_of(tx, active.id))
    base = terms.tax_base or rules_in_force(tx).tax.base
    if active.kind == "lease" or base == "price_less_trade":
        return 0
    return as_stored(terms.trade_allowance - terms.trade_payoff)


def _given_back(tx: Transaction, facts: Facts) -> int:
    row = tx.one(
        """
        SELECT lines, deductions, deducted_minor
          FROM invoices
         WHERE workspace_id = :workspace_id
           AND id = :invoice_id
        """,
        invoice_id=facts["corrects_id"],
    )
    return 0 if row is None or orjson.loads(row["lines"]) != facts["lines"] else traded_in_of(row)


def traded_in_of(row: Mapping[str, Any]) -> int:
    return int(row["deducted_minor"]) - sum_of(deductions_in(row))
