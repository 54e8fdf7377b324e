"""The period of a report: whole months or days, in the reader's time zone."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm import clock
from crm.errors import Invalid, Sentence
from crm.time_fields import LAST_DAY

MOST_MONTHS = 60


@dataclass(frozen=True, slots=True)
class Span:
    """The months by name, such as 2026-11, and the moments at which they begin, followed by the end."""

    labels: list[str]
    bounds: list[str]

    @property
    def since(self) -> str:
        return self.bounds[0]

    @property
    def until(self) -> str:
        return self.bounds[-1]


def span_of(now: str, timezone: str, months: int, first: date | None, last: date | None) -> Span:
    """The days `first` to `last`; where both are missing, this month and those before it, and where one is,
    as many months as that to the other, or all to this month. Raises Invalid naming `since` or `until`.
    """
    zone = ZoneInfo(timezone)
    today = clock.from_text(now).astimezone(zone).date()
    begin = first or _month_start(last or today, 1 - months)
    end = last or _month_end(max(begin, today))
    if end < begin:
        raise Invalid.field("until", "must not be before the first day")
    number = _month_number(end) - _month_number(begin) + 1
    if number > MOST_MONTHS:
        raise Invalid.field(
            "since" if last is None else "until",
            Sentence("the period may be at most {months} months long", months=MOST_MONTHS),
        )
    days = [begin, *(_month_start(begin, after) for after in range(1, number)), end + timedelta(days=1)]
    return Span(
        labels=[f"{day:%Y-%m}" for day in days[:-1]],
        bounds=[clock.as_text(datetime.combine(day, time(), zone)) for day in days],
    )


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _month_start(day: date, further: int = 0) -> date:
    """The first day of its month, or of one so many months further."""
    months = _month_number(day) + further
    return date(months // 12, months % 12 + 1, 1)


def _month_end(day: date) -> date:
    return min(day.replace(day=monthrange(day.year, day.month)[1]), LAST_DAY)
