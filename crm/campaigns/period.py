"""The days of a report on campaigns, and those that it is compared with."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from crm.campaigns.missing_days import days_between
from crm.campaigns.months import first_and_last_day, month_of, months_between
from crm.errors import Invalid, Sentence
from crm.leads.report_span import MOST_MONTHS, Span, span_of
from crm.time_fields import LAST_DAY

Comparison = Literal["before", "year"]
MOST_DAYS_BY_DAY = 62


@dataclass(frozen=True, slots=True)
class Days:
    """Both days are included."""

    first: str
    last: str

    @property
    def months(self) -> list[str]:
        """All that have days of these."""
        return months_between(month_of(self.first), month_of(self.last))

    @property
    def whole(self) -> tuple[str, str] | None:
        """The first and the last month that are wholly in it."""
        first, last = month_of(self.first), month_of(self.last)
        begin = first if self.first == month_days(first).first else _further(first, 1)
        end = last if self.last == month_days(last).last else _further(last, -1)
        return (begin, end) if begin <= end else None

    @property
    def edges(self) -> list["Days"]:
        """Those of the first and of the last month, where they are not the whole month."""
        ends = sorted({month_of(self.first), month_of(self.last)}) if self.first <= self.last else []
        parts = [(self.within(month), month_days(month)) for month in ends]
        return [part for part, month in parts if part != month]

    @property
    def by_day(self) -> bool:
        return (_date(self.last) - _date(self.first)).days < MOST_DAYS_BY_DAY

    def within(self, month: str) -> "Days":
        whole = month_days(month)
        return Days(max(self.first, whole.first), min(self.last, whole.last))

    def span(self, now: str, timezone: str) -> Span:
        """Its moments in that zone. Raises Invalid where they are too many months."""
        return span_of(now, timezone, 1, _date(self.first), _date(self.last))


def month_days(month: str) -> Days:
    return Days(*first_and_last_day(month))


def _further(month: str, months: int) -> str:
    return _month_start(_date(f"{month}-01"), months).isoformat()[:7]


def last_months(today: date, months: int) -> Days:
    """The present month, and those before it."""
    return chosen_days(today, months, None, None)


def chosen_days(today: date, months: int, since: date | None, until: date | None) -> Days:
    """`since` to `until`; where both are missing, this month and those before it, and where one is, as many
    months as that to the other, or all to this month. Raises Invalid naming one of them.
    """
    begin = since or _month_start(until or today, 1 - months)
    end = until or _month_end(max(begin, today))
    if end < begin:
        raise Invalid.field("until", "must not be before the first day")
    days = Days(begin.isoformat(), end.isoformat())
    if len(days.months) > MOST_MONTHS:
        raise Invalid.field(
            "since" if until is None else "until",
            Sentence("the period may be at most {months} months long", months=MOST_MONTHS),
        )
    return days


def compared_days(days: Days, comparison: Comparison) -> Days:
    """As many months, or days, before these, or the same of the year before."""
    first, last = _date(days.first), _date(days.last)
    whole = not days.edges
    if comparison == "year" or whole:
        back = 12 if comparison == "year" else len(days.months)
        end = _months_back(last, back)
        return Days(_months_back(first, back).isoformat(), (_month_end(end) if whole else end).isoformat())
    length = last - first
    end = first - timedelta(days=1)
    return Days((end - length).isoformat(), end.isoformat())


def partial_months(days: Days, today: str) -> list[str]:
    """The last month where it is not over yet: of it only the days so far count."""
    return [month_of(days.last)] if max(days.first, f"{month_of(days.last)}-01") <= today < days.last else []


def point_labels(days: Days, today: date) -> list[str]:
    """Of a chart: the days up to today, or the months where they are many."""
    if not days.by_day:
        return days.months
    return list(days_between(days.first, min(days.last, max(today.isoformat(), days.first))))


def _date(day: str) -> date:
    return date.fromisoformat(day)


def _month_start(day: date, further: int) -> date:
    number = day.year * 12 + day.month - 1 + further
    return date(number // 12, number % 12 + 1, 1)


def _month_end(day: date) -> date:
    return min(day.replace(day=monthrange(day.year, day.month)[1]), LAST_DAY)


def _months_back(day: date, months: int) -> date:
    """The same day of that month, or its last."""
    start = _month_start(day, -months)
    return start.replace(day=min(day.day, monthrange(start.year, start.month)[1]))
