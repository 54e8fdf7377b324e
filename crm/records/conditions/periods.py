"""Periods that are relative to today, such as `last 30 days` or `this quarter`, as days."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from crm.field_refusals import refusal_of
from crm.time_fields import Day

LONGEST = 3_650
ROLLING = re.compile(r"(last|next)_([0-9]{1,4})_(day|week)s?")
SINGLE = {"today": 0, "yesterday": -1, "tomorrow": 1}
WHICH = {"last": -1, "this": 0, "next": 1}
UNITS = ("week", "month", "quarter", "year")
NAMED = (*SINGLE, *(f"{which}_{unit}" for unit in UNITS for which in WHICH))
DAY: TypeAdapter[date] = TypeAdapter(Day)


class Unfit(ValueError):
    """A value that a condition cannot take, with the sentence."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The reader's: `today` in their zone; weeks begin on `first_weekday`, counted from Monday."""

    today: date
    zone: ZoneInfo
    first_weekday: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """From the first to the last day, both included."""

    first: date
    last: date


def span_of(value: Any, calendar: Calendar) -> Span:
    """Of a day, or of a period by its name. Raises Unfit."""
    name = plain_period(value)
    if name is None:
        return _one_day(value)
    rolling = ROLLING.fullmatch(name)
    if rolling is not None:
        days = timedelta(days=int(rolling[2]) * (7 if rolling[3] == "week" else 1))
        return _rolling(rolling[1], days, calendar.today)
    if name in SINGLE:
        day = calendar.today + timedelta(days=SINGLE[name])
        return Span(day, day)
    which, _, unit = name.partition("_")
    return _whole(unit, WHICH[which], calendar)


def plain_period(value: Any) -> str | None:
    """The one spelling of a period: `In the last 30 days` is `last_30_days`; None for anything else."""
    if not isinstance(value, str):
        return None
    words = [word for word in value.lower().replace("_", " ").split() if word not in {"in", "the"}]
    name = "_".join(words)
    return name if name in NAMED or ROLLING.fullmatch(name) else None


def _one_day(value: Any) -> Span:
    if isinstance(value, str) and not value[:1].isdigit():
        raise Unfit("must be a day such as 2026-11-21, or a period such as last 30 days or this quarter")
    try:
        day = DAY.validate_python(value)
    except ValidationError as error:
        raise Unfit(refusal_of(error).problems[0].message) from None
    return Span(day, day)


def _rolling(way: str, days: timedelta, today: date) -> Span:
    if not 1 <= days.days <= LONGEST:
        raise Unfit("must be from 1 to 3650 days")
    return Span(today - days, today) if way == "last" else Span(today, today + days)


def _whole(unit: str, apart: int, calendar: Calendar) -> Span:
    today = calendar.today
    if unit == "week":
        begin = (
            today - timedelta(days=(today.weekday() - calendar.first_weekday) % 7) + timedelta(weeks=apart)
        )
        return Span(begin, begin + timedelta(days=6))
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    begins = (today.year * 12 + today.month - 1) // months * months + apart * months
    return Span(_month(begins), _month(begins + months) - timedelta(days=1))


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
