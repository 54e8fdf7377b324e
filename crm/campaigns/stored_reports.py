"""What all campaigns came to day by day: out of the reports stored with the sums of each month, and of the
days beside whole months.
"""

from dataclasses import dataclass, field

import orjson

from crm.campaigns.measures import Sums
from crm.campaigns.period import Days
from crm.campaigns.source_sums import SourcedSums
from crm.campaigns.span_sums import summed, sums_of
from crm.db.transaction import Transaction


@dataclass(slots=True)
class StoredDays:
    """By day and currency, and by currency. `kept` months were stored as they are now, `waiting` ones have
    changed since, or are not stored yet: their days are as they were.
    """

    days: dict[tuple[str, str], SourcedSums] = field(default_factory=dict)
    sums: dict[str, SourcedSums] = field(default_factory=dict)
    kept: int = 0
    waiting: int = 0

    def add(self, day: str, source: str, currency: str, told: Sums) -> None:
        self.days.setdefault((day, currency), SourcedSums()).add_of(source, told)
        self.sums.setdefault(currency, SourcedSums()).add_of(source, told)


def read_stored_days(tx: Transaction, days: Days) -> StoredDays:
    found = StoredDays()
    if days.whole:
        _read_months(tx, found, *days.whole)
    for edge in days.edges:
        _read_days(tx, found, edge)
    return found


def _read_months(tx: Transaction, found: StoredDays, first: str, last: str) -> None:
    rows = tx.tuples(
        """
        SELECT r.body, COALESCE(r.changes, -1) = m.changes
          FROM kpi_months m
          LEFT JOIN campaign_reports r ON r.workspace_id = :workspace_id AND r.month = m.month
         WHERE m.workspace_id = :workspace_id
           AND m.month >= :first
           AND m.month <= :last
        """,
        first=first,
        last=last,
    )
    found.kept = sum(bool(stands) for _, stands in rows)
    found.waiting = len(rows) - found.kept
    for body, _ in rows:
        for day, source, currency, *figures in orjson.loads(body)["days"] if body else ():
            found.add(day, source, currency, Sums(*map(int, figures)))


def _read_days(tx: Transaction, found: StoredDays, days: Days) -> None:
    rows = tx.tuples(
        f"""
        SELECT d.day, d.source, d.currency, {summed("d")}
          FROM daily_kpi_data d
         WHERE d.workspace_id = :workspace_id
           AND d.day >= :first
           AND d.day <= :last
         GROUP BY d.day, d.source, d.currency
        """,
        first=days.first,
        last=days.last,
    )
    for day, source, currency, *parts in rows:
        found.add(day, source, currency, sums_of(parts))
