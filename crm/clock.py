"""The one source of time (UTC), and a monotonic clock that nobody can set."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def _system_now() -> datetime:
    return datetime.now(UTC)


def _since_boot() -> float:
    """With the time that the machine slept, where the system counts it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


_source: Callable[[], datetime] = _system_now
_steady_source: Callable[[], float] = _since_boot


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


def steady() -> float:
    """Seconds since this machine started, the same in all its processes: for waits, which no jump of the
    clock may lengthen or end.
    """
    return _steady_source()


@cache
def boot() -> str:
    """Which start of the machine `steady` counts from; empty where the system does not say."""
    try:
        return BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def set_source(source: Callable[[], datetime] | None, steady: Callable[[], float] | None = None) -> None:
    """Replace the sources of time, for tests; None puts the system's clock back."""
    global _source, _steady_source  # noqa: PLW0603 - one clock for the process is what this module is for
    _source = source or _system_now
    _steady_source = steady or _since_boot
