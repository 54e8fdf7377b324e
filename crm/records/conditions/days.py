"""Conditions on days and moments, in the reader's calendar."""

from datetime import date, datetime, time, timedelta

from crm import clock
from crm.db.list_parts import Condition
from crm.db.values import Params
from crm.records.conditions import values
from crm.records.conditions.clauses import Compiling, range_of
from crm.records.conditions.fields import QUIET, FilterField
from crm.records.conditions.grammar import Criterion
from crm.records.conditions.periods import span_of

SPARE = timedelta(days=3)
"""A record of a day has a moment of it, in some zone."""
LATEST = date(9999, 12, 28)
ONE = timedelta(days=1)
Bounds = tuple[date | None, date | None]


def day_conditions(to: Compiling, known: FilterField, criterion: Criterion) -> list[Condition]:
    """All of which must hold. Raises ValueError for a value that does not fit."""
    inside = _within(to, known, _bounds_of(to, criterion))
    return [_outside(known, inside)] if criterion.op == "is_not" else inside


def _bounds_of(to: Compiling, criterion: Criterion) -> Bounds:
    """The first day, and the one after the last."""
    value, calendar = criterion.value, to.calendar
    if criterion.op == QUIET:
        return None, calendar.today - timedelta(days=values.whole_days(value)) + ONE
    if criterion.op == "between":
        begin, end = (span_of(each, calendar) for each in values.two(value))
        return begin.first, end.last + ONE
    span = span_of(value, calendar)
    if criterion.op == "before":
        return None, span.first
    return (span.last + ONE, None) if criterion.op == "after" else (span.first, span.last + ONE)


def _outside(known: FilterField, inside: list[Condition]) -> Condition:
    """What is empty is outside, too."""
    params: Params = {name: value for each in inside for name, value in each.params.items()}
    held = " AND ".join(f"({each.sql})" for each in inside)
    return Condition(f"({known.column} IS NULL OR NOT ({held}))", params, drives=False)


def _within(to: Compiling, known: FilterField, bounds: Bounds) -> list[Condition]:
    if known.day_column:
        return _of_either(to, known, bounds)
    texts = _as_days(bounds) if known.type == "day" else _as_moments(to, bounds)
    signed = list(zip((">=", "<"), texts, strict=True))
    if not known.around:
        return [range_of(to, known.column, signed, indexed=known.indexed)]
    walked = range_of(to, known.around, signed, indexed=True)
    return [walked, Condition(f"{known.column} IS NOT NULL", drives=False)]


def _of_either(to: Compiling, known: FilterField, bounds: Bounds) -> list[Condition]:
    """A record of a day is asked for its day, another for its moment; an index narrows both before."""
    days = range_of(
        to, known.day_column, list(zip((">=", "<"), _as_days(bounds), strict=True)), indexed=False
    )
    moments = range_of(
        to, known.column, list(zip((">=", "<"), _as_moments(to, bounds), strict=True)), indexed=False
    )
    either = f"({known.day_column} IS NULL AND {moments.sql} OR {days.sql})"
    first, below = bounds
    beside = (first and first - SPARE, min(below, LATEST) + SPARE if below else None)
    near = range_of(
        to, known.around, list(zip((">=", "<"), _as_moments(to, beside), strict=True)), indexed=True
    )
    exact = Condition(either, {**days.params, **moments.params}, drives=False)
    return [near, exact, Condition(f"{known.column} IS NOT NULL", drives=False)]


def _as_days(bounds: Bounds) -> tuple[str | None, ...]:
    return tuple(day.isoformat() if day else None for day in bounds)


def _as_moments(to: Compiling, bounds: Bounds) -> tuple[str | None, ...]:
    begin = time()
    return tuple(
        clock.as_text(datetime.combine(day, begin, to.calendar.zone)) if day else None for day in bounds
    )
