"""What a final invoice takes off: the deposits and parts of its order that were issued before.

A credit note of the whole final invoice gives them free again: it is of what that invoice asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from crm.db.transaction import Transaction
from crm.documents.orders import Source, sources_of_order
from crm.errors import Conflict, Sentence
from crm.money import as_major, as_stored

TAKEN_OFF = frozenset({"deposit", "part"})


@dataclass(frozen=True, slots=True)
class Deduction:
    """What was asked by an earlier invoice, less its credit notes: of `total`, `net` and `tax` are parts."""

    invoice_id: int
    invoice_number: str
    issued_on: str
    net: int | float
    tax: int | float
    total: int | float


def find_deductions(tx: Transaction, facts: Mapping[str, Any]) -> list[Deduction]:
    """In the order of issue; none for what is neither a final invoice nor the credit note of one."""
    if facts["type"] == "credit_note":
        return _given_back(tx, facts)
    if facts["type"] != "final":
        return []
    found = [each for source in _sources(tx, facts) for each in _asked_before(tx, source, facts["currency"])]
    return sorted(found, key=lambda each: each.invoice_id)


def _asked_before(tx: Transaction, source: Source, currency: str) -> list[Deduction]:
    column, source_id = source
    rows = tx.all(
        f"""
        SELECT i.id, i.invoice_number, i.issued_on, i.net_minor, i.tax_minor, i.total_minor,
               COALESCE(sum(c.net_minor), 0) AS net_back, COALESCE(sum(c.tax_minor), 0) AS tax_back
          FROM invoices i
          LEFT JOIN invoices c ON c.workspace_id = i.workspace_id AND c.corrects_id = i.id
                              AND c.state <> 'draft'
         WHERE i.workspace_id = :workspace_id
           AND i.{column} = :source
           AND i.deleted_at IS NULL
           AND i.type IN ('deposit', 'part')
           AND i.state <> 'draft'
           AND i.currency = :currency
         GROUP BY i.id, i.invoice_number, i.issued_on, i.net_minor, i.tax_minor, i.total_minor
        """,
        source=source_id,
        currency=currency,
    )
    return [each for each in map(_deduction, rows) if each.total > 0]


def _given_back(tx: Transaction, facts: Mapping[str, Any]) -> list[Deduction]:
    """Those of the invoice that is corrected, if the credit note has all of its lines."""
    row = tx.one(
        "SELECT lines, deductions FROM invoices WHERE workspace_id = :workspace_id AND id = :invoice_id",
        invoice_id=facts["corrects_id"],
    )
    if row is None or orjson.loads(row["lines"]) != facts["lines"]:
        return []
    return deductions_in(row)


def deductions_in(row: Mapping[str, Any]) -> list[Deduction]:
    return [Deduction(**each) for each in orjson.loads(row["deductions"])]


def _sources(tx: Transaction, facts: Mapping[str, Any]) -> list[Source]:
    return sources_of_order(tx, quote_id=facts["quote_id"], deal_id=facts["deal_id"])


def refuse_second_final(tx: Transaction, facts: Mapping[str, Any]) -> None:
    """Raises Conflict where the order has an issued final invoice that was not credited."""
    standing = _standing_finals(tx, facts) if facts["type"] == "final" else []
    if standing:
        number = standing[0]["invoice_number"]
        raise Conflict(
            Sentence("The final invoice {number} was issued already. Credit it first.", number=number)
        )


def refuse_taken_off(tx: Transaction, invoice_id: int, facts: Mapping[str, Any]) -> None:
    """Raises Conflict for a deposit or part that such a final invoice takes off."""
    if facts["type"] not in TAKEN_OFF:
        return
    for row in _standing_finals(tx, facts):
        if any(each.invoice_id == invoice_id for each in deductions_in(row)):
            number = row["invoice_number"]
            raise Conflict(
                Sentence(
                    "The final invoice {number} takes this one off. Credit that one first.", number=number
                )
            )


def _standing_finals(tx: Transaction, facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [row for row in standing_invoices(tx, _sources(tx, facts)) if row["type"] == "final"]


def standing_invoices(tx: Transaction, sources: Iterable[Source]) -> list[Mapping[str, Any]]:
    """The invoices of an order that ask for what was not asked before, issued and not credited."""
    found: list[Mapping[str, Any]] = []
    for column, source in sources:
        found += tx.all(
            f"""
            SELECT type, invoice_number, deductions, deducted_minor
              FROM invoices
             WHERE workspace_id = :workspace_id
               AND {column} = :source
               AND deleted_at IS NULL
               AND type IN ('invoice', 'final')
               AND state NOT IN ('draft', 'credited')
            """,
            source=source,
        )
    return found


def _deduction(row: Mapping[str, Any]) -> Deduction:
    net, tax = row["net_minor"] - row["net_back"], row["tax_minor"] - row["tax_back"]
    return Deduction(
        row["id"],
        row["invoice_number"],
        row["issued_on"],
        net=as_major(net),
        tax=as_major(tax),
        total=as_major(net + tax),
    )


def sum_of(deductions: Iterable[Deduction]) -> int:
    """As it is stored."""
    return sum(as_stored(Decimal(str(each.total))) for each in deductions)
