"""What a final invoice takes off: the deposits and parts of its quote or deal that were issued before."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import orjson

from crm.db.transaction import Transaction
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
    """In the order of issue; none for what is no final invoice."""
    if facts["type"] != "final" or (facts["quote_id"] is None and facts["deal_id"] is None):
        return []
    column, source = ("quote_id", facts["quote_id"]) if facts["quote_id"] else ("deal_id", facts["deal_id"])
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
        source=source,
        currency=facts["currency"],
    )
    found = [_deduction(row) for row in rows]
    return sorted((each for each in found if each.total > 0), key=lambda each: each.invoice_id)


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


def as_columns(deductions: list[Deduction]) -> dict[str, Any]:
    """What the row keeps of them."""
    return {
        "deductions": orjson.dumps([asdict(each) for each in deductions]).decode(),
        "deducted_minor": sum(_stored(each.total) for each in deductions),
    }


def _stored(amount: float) -> int:
    return as_stored(Decimal(str(amount)))
