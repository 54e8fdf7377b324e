"""Whether the sums of each month are those of its days."""

from dataclasses import dataclass

from crm.campaigns.rolling_up import MonthSums, calculate_month
from crm.db.transaction import Transaction


@dataclass(frozen=True, slots=True)
class MonthBalance:
    """`differing` campaigns have other sums than their days; None while the month waits to be summed."""

    month: str
    rows: int
    differing: int | None


def balance_months(tx: Transaction) -> list[MonthBalance]:
    """Each month with figures, in order. It repairs nothing."""
    months = tx.tuples(
        """
        SELECT m.month, COALESCE(m.rolled, -1) = m.changes
          FROM kpi_months m
         WHERE m.workspace_id = :workspace_id
         ORDER BY m.month
        """
    )
    return [_balance(tx, month, standing=bool(standing)) for month, standing in months]


def _balance(tx: Transaction, month: str, *, standing: bool) -> MonthBalance:
    found = calculate_month(tx, month)
    return MonthBalance(month, found.rows, len(_differing(tx, found)) if standing else None)


def _differing(tx: Transaction, found: MonthSums) -> set[int]:
    rows = tx.tuples(
        """
        SELECT s.campaign_id, s.source, s.currency, s.days, s.impressions, s.clicks, s.spend, s.conversions,
               s.value, s.untold
          FROM campaign_summaries s
         WHERE s.workspace_id = :workspace_id
           AND s.month = :month
        """,
        month=found.month,
    )
    stored = {row[:3]: row[3:] for row in rows}
    made = {key: (found.days[key], *sums.stored()) for key, sums in found.sums.items()}
    return {key[0] for key in stored.keys() | made.keys() if stored.get(key) != made.get(key)}
