"""The trend of a workspace, for each currency: won by week, and open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm import clock
from crm.db.transaction import Transaction
from crm.leads.sums import ClosedSum, OpenSum, sum_closed, sum_open
from crm.money import as_major

WEEKS = 12
COMPARED = 4


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days, the last of which may be today."""

    first: date
    last: date
    value: int | float


@dataclass(frozen=True, slots=True)
class Trend:
    """`won` and `won_leads` are of the last COMPARED weeks, `before` of as many weeks before them; `change`
    is the one against the other in per cent, None where nothing was won before.
    """

    currency: str
    opened: OpenSum
    weeks: list[Week]
    won: int | float
    won_leads: int
    before: int | float
    change: int | None


def show_trends(tx: Transaction, timezone: str) -> list[Trend]:
    """Of all pipelines, of the currencies in which anything is open or was won in these weeks: the usual one
    own first, then those of the most leads.
    """
    usual = str(tx.value("SELECT currency FROM workspaces WHERE id = :workspace_id"))
    days = _week_starts(tx.now, timezone)
    bounds = [clock.as_text(datetime.combine(day, time(), ZoneInfo(timezone))) for day in days]
    won: dict[str, list[ClosedSum]] = {}
    for each in sum_closed(tx, bounds):
        if each.status == "won":
            won.setdefault(each.currency, []).append(each)
    opened = {each.currency: each for each in sum_open(tx)}
    trends = [
        _trend(opened.get(code, OpenSum(code, 0, 0, 0)), won.get(code, []), days) for code in {*opened, *won}
    ]
    return sorted(trends, key=lambda of: (of.currency != usual, -of.opened.leads - of.won_leads, of.currency))


def _week_starts(now: str, timezone: str) -> list[date]:
    """The first days of the weeks, and tomorrow."""
    tomorrow = clock.from_text(now).astimezone(ZoneInfo(timezone)).date() + timedelta(days=1)
    return [tomorrow - timedelta(weeks=back) for back in range(WEEKS, -1, -1)]


def _trend(opened: OpenSum, won: Sequence[ClosedSum], days: Sequence[date]) -> Trend:
    stored = [sum(each.stored for each in won if each.span == week) for week in range(WEEKS)]
    recent, before = sum(stored[-COMPARED:]), sum(stored[-2 * COMPARED : -COMPARED])
    return Trend(
        currency=opened.currency,
        opened=opened,
        weeks=[
            Week(first, following - timedelta(days=1), as_major(value))
            for first, following, value in zip(days, days[1:], stored, strict=False)
        ],
        won=as_major(recent),
        won_leads=sum(each.leads for each in won if each.span >= WEEKS - COMPARED),
        before=as_major(before),
        change=round(100 * (recent - before) / before) if before else None,
    )
