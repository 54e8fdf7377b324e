"""Reports on deals: how many there are in each state, and the gross of those delivered in a period.

Gross is for owners and admins alone. What was returned has none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from crm.accounts.users import list_users
from crm.catalogue.costs import sees_costs
from crm.db.transaction import Row, Transaction
from crm.db.values import Params
from crm.deals.deal_fields import State
from crm.leads.report_span import Span, span_of
from crm.money import LOW, as_major
from crm.records.seen import only_seen

NOBODY = 0
STATES = get_args(State)
SUMS = ("total", "gross_front", "gross_back")


@dataclass(frozen=True, slots=True)
class StateSum:
    """Of all deals as they are now; `total` is in major units."""

    state: str
    currency: str
    deals: int
    total: int | float


@dataclass(frozen=True, slots=True)
class GrossSum:
    """`label` is a month such as 2026-11, or the name of the salesperson (empty for nobody)."""

    label: str
    currency: str
    deals: int
    total: int | float
    gross_front: int | float
    gross_back: int | float
    salesperson_id: int | None = None


@dataclass(frozen=True, slots=True)
class DealReport:
    """`salesperson_id` is 0 for nobody. The gross is None for those who do not see costs."""

    salesperson_id: int | None
    since: str
    until: str
    by_state: list[StateSum]
    gross_by_month: list[GrossSum] | None
    gross_by_salesperson: list[GrossSum] | None


def report_deals(
    tx: Transaction,
    *,
    months: int,
    timezone: str,
    salesperson_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> DealReport:
    """Delivered in this month and those before, as months are where `timezone` is, or on the days `since` to
    `until`. Raises Invalid naming a day.
    """
    span = span_of(tx.now, timezone, months, since, until)
    gross = _delivered(tx, span, salesperson_id) if sees_costs(tx) else None
    return DealReport(
        salesperson_id=salesperson_id,
        since=span.since,
        until=span.until,
        by_state=_by_state(tx, salesperson_id),
        gross_by_month=None if gross is None else _by_month(gross, span),
        gross_by_salesperson=None if gross is None else _by_salesperson(tx, gross),
    )


def _of(salesperson_id: int | None) -> tuple[str, Params]:
    if salesperson_id is None:
        return "", {}
    if salesperson_id == NOBODY:
        return "AND d.salesperson_id IS NULL", {}
    return "AND d.salesperson_id = :salesperson_id", {"salesperson_id": salesperson_id}


def _by_state(tx: Transaction, salesperson_id: int | None) -> list[StateSum]:
    whose, params = _of(salesperson_id)
    rows = tx.all(
        f"""
        SELECT d.state, d.currency, count(*) AS deals, {_summed("total", "d")}
          FROM deals d
         WHERE d.workspace_id = :workspace_id
           AND d.deleted_at IS NULL
               {whose}
               {only_seen(tx, "deal", "d")}
         GROUP BY d.state, d.currency
        """,
        **params,
    )
    found = [StateSum(row["state"], row["currency"], row["deals"], _sum([row], "total")) for row in rows]
    return sorted(found, key=lambda each: (each.currency, STATES.index(each.state)))


def _delivered(tx: Transaction, span: Span, salesperson_id: int | None) -> list[Row]:
    """A row for each month, salesperson and currency."""
    whose, params = _of(salesperson_id)
    inner = {f"bound_{index}": bound for index, bound in enumerate(span.bounds[1:-1])}
    ladder = " ".join(f"WHEN d.delivered_at < :bound_{index} THEN {index}" for index in range(len(inner)))
    month = f"CASE {ladder} ELSE {len(inner)} END" if inner else "0"
    return tx.all(
        f"""
        SELECT sold.month, sold.salesperson_id, sold.currency, count(*) AS deals,
               {", ".join(_summed(name, "sold") for name in SUMS)}
          FROM (SELECT {month} AS month, d.salesperson_id, d.currency, d.total_minor, d.gross_front_minor,
                       d.gross_back_minor
                  FROM deals d
                 WHERE d.workspace_id = :workspace_id
                   AND d.deleted_at IS NULL
                   AND d.returned_at IS NULL
                   AND d.delivered_at >= :since
                   AND d.delivered_at < :until
                       {whose}
                       {only_seen(tx, "deal", "d")}) sold
         GROUP BY sold.month, sold.salesperson_id, sold.currency
        """,
        since=span.since,
        until=span.until,
        **inner,
        **params,
    )


def _summed(name: str, alias: str) -> str:
    """In two parts, neither of which grows too large to be added up."""
    return (
        f"sum({alias}.{name}_minor / {LOW}) AS {name}_high, sum({alias}.{name}_minor % {LOW}) AS {name}_low"
    )


def _sum(rows: Sequence[Row], name: str) -> int | float:
    return as_major(sum(int(row[f"{name}_high"] * LOW + row[f"{name}_low"]) for row in rows))


def _by_month(rows: Sequence[Row], span: Span) -> list[GrossSum]:
    """Of each currency in which anything was delivered all months, those without a delivery too."""
    return [
        _gross(label, currency, [row for row in rows if row["month"] == month])
        for currency in sorted({row["currency"] for row in rows})
        for month, label in enumerate(span.labels)
    ]


def _by_salesperson(tx: Transaction, rows: Sequence[Row]) -> list[GrossSum]:
    """Who earned most is first."""
    names = {user.id: user.name for user in list_users(tx)}
    found = [
        _gross(
            names.get(seller, ""), currency, [row for row in rows if row["salesperson_id"] == seller], seller
        )
        for currency, seller in {(row["currency"], row["salesperson_id"]) for row in rows}
    ]
    return sorted(found, key=lambda each: (each.currency, -each.gross_front - each.gross_back, each.label))


def _gross(label: str, currency: str, rows: Sequence[Row], seller: int | None = None) -> GrossSum:
    own = [row for row in rows if row["currency"] == currency]
    total, front, back = (_sum(own, name) for name in SUMS)
    return GrossSum(label, currency, sum(row["deals"] for row in own), total, front, back, seller)
