"""The last hour by minutes, for charts."""

from dataclasses import dataclass

from crm.monitoring.figures import Figures, Minute
from crm.monitoring.reports import moment

SHOWN = 60
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Course:
    """Lists of one value a minute, oldest first, null before the counting began. The last has only begun.

    `requests` and `errors` are counts; `request_ms` and `transaction_ms` averages, null where there was none;
    `waiting` and `active` the most threads that waited and readers that were at work at once.
    """

    at: list[str]
    requests: list[float | None]
    errors: list[float | None]
    request_ms: list[float | None]
    transaction_ms: list[float | None]
    waiting: list[float | None]
    busy: list[float | None]
    active: list[float | None]
    log_mb: list[float | None]


def course_of(figures: Figures, now: float) -> Course:
    last = int(now) // MINUTE * MINUTE
    known = {minute.at: minute for minute in figures.minutes}
    starts = range(last - (SHOWN - 1) * MINUTE, last + 1, MINUTE)
    begun = int(figures.since) // MINUTE * MINUTE
    minutes = [None if at < begun else known.get(at) or Minute(at) for at in starts]
    return Course(
        [moment(at) for at in starts],
        _counts(minutes, "requests"),
        _counts(minutes, "errors"),
        [_average(minute, "request_time", "requests") for minute in minutes],
        [_average(minute, "transaction_time", "reads", "writes") for minute in minutes],
        _peaks(minutes, "waiting"),
        _counts(minutes, "busy"),
        _peaks(minutes, "active"),
        [None if peak is None else round(peak / 1024**2, 2) for peak in _peaks(minutes, "log_bytes")],
    )


def _counts(minutes: list[Minute | None], name: str) -> list[float | None]:
    return [None if minute is None else minute.counts.get(name, 0) for minute in minutes]


def _peaks(minutes: list[Minute | None], name: str) -> list[float | None]:
    return [None if minute is None else minute.peaks.get(name, 0) for minute in minutes]


def _average(minute: Minute | None, total: str, *counts: str) -> float | None:
    if minute is None:
        return None
    count = sum(minute.counts.get(name, 0) for name in counts)
    return round(minute.counts.get(total, 0) / count / 1e6, 2) if count else None
