"""The months of daily figures, each with a counter of changes: its sums stand while the counter does."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints

from crm.db.transaction import Transaction

LONGEST_MONTH = 7


def _check_month(text: str) -> str:
    if not ("1970-01" <= text <= "9999-11"):
        raise ValueError("must be a month such as 2026-10")
    return text


Month = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", max_length=LONGEST_MONTH),
    AfterValidator(_check_month),
]


def month_of(day: str) -> str:
    return day[:LONGEST_MONTH]


def note_changes(
    tx: Transaction,
    new: Iterable[Mapping[str, Any]],
    changed: Iterable[Mapping[str, Any]],
    gone: Iterable[Mapping[str, Any]] = (),
) -> None:
    """Raise the counters of the months of these rows, so that their sums are made again."""
    added = Counter(month_of(each["day"]) for each in new)
    added.subtract(month_of(each["day"]) for each in gone)
    months = {*added, *(month_of(each["day"]) for each in changed)}
    tx.run_many(
        """
        INSERT INTO kpi_months (workspace_id, month, changes, daily_rows)
        VALUES (:workspace_id, :month, 1, :added)
            ON CONFLICT (workspace_id, month)
            DO UPDATE SET changes = kpi_months.changes + 1,
                          daily_rows = kpi_months.daily_rows + excluded.daily_rows
        """,
        [{"month": month, "added": added[month]} for month in sorted(months)],
    )


def first_and_last_day(month: str) -> tuple[str, str]:
    year, number = int(month[:4]), int(month[5:])
    return f"{month}-01", f"{month}-{monthrange(year, number)[1]:02}"


def months_between(first: str, last: str) -> list[str]:
    """Both included, in order."""
    begin, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(begin, end + 1)]


def stale_months(tx: Transaction, first: str, last: str) -> list[str]:
    """Those of a span whose days changed since they were summed up, in order."""
    rows = tx.tuples(
        """
        SELECT m.month
          FROM kpi_months m
         WHERE m.workspace_id = :workspace_id
           AND m.month >= :first
           AND m.month <= :last
           AND COALESCE(m.rolled, -1) <> m.changes
        """,
        first=first,
        last=last,
    )
    return sorted(row[0] for row in rows)
