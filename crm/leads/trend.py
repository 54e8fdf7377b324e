"""The trend of a workspace, for each currency: won by week, and open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from crm import clock
from crm.db.transaction import Transaction
from crm.leads.sums import ClosedSum, OpenSum, sum_closed, sum_open
from crm.money import as_major

WEEKS = 12
COMPARED = 4


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the reader's calendar; the last one of a trend ends with today."""

    first: date
    last: date
    value: int | float


@dataclass(frozen=True, slots=True)
class Trend:
    """`won` and `won_leads` are of the last COMPARED weeks, `before` of as many days COMPARED weeks earlier;
    `change` is the one against the other in per cent, None where nothing was won before.
    """

    currency: str
    opened: OpenSum
    weeks: list[Week]
    won: int | float
    won_leads: int
    before: int | float
    change: int | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The first days of the weeks, and `tomorrow`, where the last one ends."""

    weeks: list[date]
    tomorrow: date

    @property
    def compared(self) -> date:
        """Where the days end that as many of the last COMPARED weeks are compared with."""
        return self.tomorrow - timedelta(weeks=COMPARED)

    @property
    def edges(self) -> list[date]:
        return sorted({*self.weeks, self.compared, self.tomorrow})


def show_trends(tx: Transaction, timezone: str, first_weekday: int = 0) -> list[Trend]:
    """Of all pipelines, of the currencies in which anything is open or was won in these weeks: the usual one
    first, then those of the most leads. Weeks begin on `first_weekday`, counted from Monday.
    """
    usual = str(tx.value("SELECT currency FROM workspaces WHERE id = :workspace_id"))
    calendar = _calendar(tx.now, timezone, first_weekday)
    bounds = [clock.as_text(datetime.combine(day, time(), ZoneInfo(timezone))) for day in calendar.edges]
    won: dict[str, list[ClosedSum]] = {}
    for each in sum_closed(tx, bounds):
        if each.status == "won":
            won.setdefault(each.currency, []).append(each)
    opened = {each.currency: each for each in sum_open(tx)}
    trends = [
        _trend(opened.get(code, OpenSum(code, 0, 0, 0)), won.get(code, []), calendar)
        for code in {*opened, *won}
    ]
    return sorted(trends, key=lambda of: (of.currency != usual, -of.opened.leads - of.won_leads, of.currency))


def _calendar(now: str, timezone: str, first_weekday: int) -> Calendar:
    today = clock.from_text(now).astimezone(ZoneInfo(timezone)).date()
    this_week = today - timedelta(days=(today.weekday() - first_weekday) % 7)
    weeks = [this_week - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    return Calendar(weeks, today + timedelta(days=1))


def _trend(opened: OpenSum, won: Sequence[ClosedSum], calendar: Calendar) -> Trend:
    days = [(calendar.edges[each.span], each) for each in won]

    def between(first: date, end: date) -> int:
        return sum(each.stored for day, each in days if first <= day < end)

    weeks, tomorrow = calendar.weeks, calendar.tomorrow
    recent = between(weeks[-COMPARED], tomorrow)
    before = between(weeks[-2 * COMPARED], calendar.compared)
    return Trend(
        currency=opened.currency,
        opened=opened,
        weeks=[
            Week(first, end - timedelta(days=1), as_major(between(first, end)))
            for first, end in pairwise([*weeks, tomorrow])
        ],
        won=as_major(recent),
        won_leads=sum(each.leads for day, each in days if day >= weeks[-COMPARED]),
        before=as_major(before),
        change=round(100 * (recent - before) / before) if before else None,
    )
