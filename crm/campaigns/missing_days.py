"""The days of campaigns that are over and of which no source told anything."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from crm.campaigns.months import first_and_last_day
from crm.db.transaction import Transaction


@dataclass(frozen=True, slots=True)
class MissingDays:
    """Of the months in which there are figures of the campaign."""

    campaign_id: int
    name: str
    days: list[str]


def list_missing_days(tx: Transaction, since: str, until: str, today: date) -> list[MissingDays]:
    """By campaign, those with most missing days first; both days are included."""
    rows = tx.tuples(
        """
        SELECT c.id, c.name, c.start_date, c.end_date, s.month, s.days
          FROM campaign_summaries s
          JOIN campaigns c ON c.workspace_id = s.workspace_id AND c.id = s.campaign_id
         WHERE s.workspace_id = :workspace_id
           AND s.month >= :first
           AND s.month <= :last
           AND c.deleted_at IS NULL
        """,
        first=since[:7],
        last=until[:7],
    )
    present: dict[tuple[int, str], int] = {}
    for campaign_id, _, _, _, month, days in rows:
        present[campaign_id, month] = present.get((campaign_id, month), 0) | days
    known = {row[0]: row[1:4] for row in rows}
    found: dict[int, list[str]] = {}
    for (campaign_id, month), days in sorted(present.items()):
        _, start, end = known[campaign_id]
        missing = missing_days(max(start or since, since), min(end or until, until), month, days, today)
        found.setdefault(campaign_id, []).extend(missing)
    all_missing = [MissingDays(key, known[key][0], days) for key, days in found.items() if days]
    return sorted(all_missing, key=lambda each: (-len(each.days), each.campaign_id))


def missing_days(since: str | None, until: str | None, month: str, present: int, today: date) -> list[str]:
    """Of the month from `since` to `until`, up to yesterday. `present` has a bit for each day with some."""
    first, last = first_and_last_day(month)
    first = max(first, since or first)
    last = min(last, until or last, (today - timedelta(days=1)).isoformat())
    return [day for day in days_between(first, last) if not present >> (int(day[8:]) - 1) & 1]


def days_between(first: str, last: str) -> Iterator[str]:
    """Both included; none where the last is before the first."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    for number in range((end - begin).days + 1):
        yield (begin + timedelta(days=number)).isoformat()
