"""The one source of time (UTC)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def _system_now() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_now


def now() -> datetime:
    return _source()


def timestamp() -> str:
    """Now as RFC 3339 in UTC with milliseconds, the form in which times are stored and sent."""
    return as_text(now())


def as_text(moment: datetime) -> str:
    """An aware moment in the stored form, which sorts as text in order of time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    return datetime.fromisoformat(text)


def later(text: str, span: timedelta) -> str:
    """A stored time moved by a span, which may be negative."""
    return as_text(from_text(text) + span)


def set_source(source: Callable[[], datetime] | None) -> None:
    """Replace the source of time, for tests; None puts the system's clock back."""
    global _source  # noqa: PLW0603 - one clock for the process is what this module is for
    _source = source or _system_now
