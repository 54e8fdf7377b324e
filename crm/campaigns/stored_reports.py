"""The reports that were stored with the sums of each month: what all campaigns came to, day by day."""

from dataclasses import dataclass, field

import orjson

from crm.campaigns.measures import Sums
from crm.campaigns.source_sums import SourcedSums
from crm.db.transaction import Transaction


@dataclass(slots=True)
class StoredDays:
    """Of a span of months: by day and currency, and by currency. `kept` months were stored as they are now,
    `waiting` ones have changed since, or are not stored yet: their days are as they were.
    """

    days: dict[tuple[str, str], SourcedSums] = field(default_factory=dict)
    sums: dict[str, SourcedSums] = field(default_factory=dict)
    kept: int = 0
    waiting: int = 0


def read_stored_days(tx: Transaction, first: str, last: str) -> StoredDays:
    """Both months are included."""
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
    found = StoredDays(kept=sum(bool(stands) for _, stands in rows))
    found.waiting = len(rows) - found.kept
    for body, _ in rows:
        for day, source, currency, *figures in orjson.loads(body)["days"] if body else ():
            told = Sums(*map(int, figures))
            found.days.setdefault((day, currency), SourcedSums()).add_of(source, told)
            found.sums.setdefault(currency, SourcedSums()).add_of(source, told)
    return found
