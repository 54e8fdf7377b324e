"""What was invoiced by month, and what of it is open and overdue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from crm.catalogue.days_in_stock import workspace_today
from crm.db.transaction import Row, Transaction
from crm.documents.invoice import OVERDUE
from crm.money import LOW, as_major
from crm.records.seen import only_seen

SUMS = ("asked", "open", "overdue")


@dataclass(frozen=True, slots=True)
class InvoiceSums:
    """`month` is that of issue, such as 2026-11, or None for all months together. `asked` is what the
    invoices ask for, less deposits that they take off; `open` what of that is neither paid nor credited;
    `overdue` what is open after the day it was due. Credit notes count by what they take off the others.
    """

    month: str | None
    currency: str
    invoices: int
    asked: int | float
    open: int | float
    overdue: int | float


@dataclass(frozen=True, slots=True)
class InvoiceReport:
    """`all` are of all time, by currency; `months` of the last ones, the newest first."""

    all: list[InvoiceSums]
    months: list[InvoiceSums]


def report_invoices(tx: Transaction, *, months: int) -> InvoiceReport:
    """Days are of the workspace's time zone, so that all who look count alike."""
    today = workspace_today(tx)
    rows = tx.all(
        f"""
        SELECT i.issued_on, i.currency, count(*) AS invoices,
               {_sum("asked", "i.total_minor - i.deducted_minor")},
               {_sum("open", "i.open_minor")},
               {_sum("overdue", f"CASE WHEN {OVERDUE} THEN i.open_minor ELSE 0 END")}
          FROM invoices i
         WHERE i.workspace_id = :workspace_id
           AND i.deleted_at IS NULL
           AND i.issued_on IS NOT NULL
           AND i.type <> 'credit_note'
           {only_seen(tx, "invoice", "i")}
         GROUP BY i.issued_on, i.currency
         ORDER BY i.issued_on, i.currency
        """,
        today=today.isoformat(),
    )
    first = _month_before(today, months - 1)
    by_month = _added_up((row["issued_on"][:7], row) for row in rows if row["issued_on"][:7] >= first)
    return InvoiceReport(
        _added_up((None, row) for row in rows),
        sorted(by_month, key=lambda each: each.month or "", reverse=True),
    )


def _sum(name: str, sql: str) -> str:
    """In two parts, as the sum of many amounts could be more than a number of the engine holds."""
    return f"sum(({sql}) / {LOW}) AS {name}_high, sum(({sql}) % {LOW}) AS {name}_low"


def _added_up(rows: Iterable[tuple[str | None, Row]]) -> list[InvoiceSums]:
    found: dict[tuple[str | None, str], list[int]] = {}
    for month, row in rows:
        sums = found.setdefault((month, row["currency"]), [0, 0, 0, 0])
        sums[0] += row["invoices"]
        for place, name in enumerate(SUMS, 1):
            sums[place] += int(row[f"{name}_high"] * LOW + row[f"{name}_low"])
    return [
        InvoiceSums(month, currency, count, *(as_major(each) for each in amounts))
        for (month, currency), (count, *amounts) in found.items()
    ]


def _month_before(day: date, months: int) -> str:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return f"{year:04}-{month + 1:02}"
