"""Clocks, zones and languages to run the tests under: `pytest --clock NAME`, or `each` for one after another.

All of Python moves, here and in the processes that tests start, but for the monotonic clock. The times of
files and the clock inside of SQLite stay real: nothing of ours asks them what time it is.
"""

import locale
import os
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.support.surroundings import LOCALE

EACH = "each"
FOLDER = Path(__file__).with_name("moved_clock")
BEFORE = timedelta(seconds=1)
# What an old system without UTF-8 gives: nothing but ASCII.
ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
TURKISH = {"LANG": "tr_TR.UTF-8", "LANGUAGE": "tr", "LC_ALL": "tr_TR.UTF-8"}


def _first(now: datetime, met: Callable[[datetime], bool]) -> datetime:
    """The next full hour in UTC of which that is true, within some years."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    return next(at for n in count(1) if met(at := hour + timedelta(hours=n)))


def _day(now: datetime, month: int, day: int) -> datetime:
    return _first(now, lambda at: (at.month, at.day, at.hour) == (month, day, 0))


def _turn(now: datetime, zone: str, hours: int) -> datetime:
    """When the clocks of a zone are put on, or back (-1), next."""
    place = ZoneInfo(zone)

    def offset(at: datetime) -> timedelta:
        return at.astimezone(place).utcoffset() or timedelta()

    return _first(now, lambda at: offset(at) - offset(at - timedelta(hours=1)) == timedelta(hours=hours))


@dataclass(frozen=True, slots=True)
class Clock:
    """`start` is the time at which each test begins, by the real time."""

    start: Callable[[datetime], datetime]
    zone: str = "UTC"
    language: dict[str, str] = field(default_factory=dict)


CLOCKS = {
    "a-day-on": Clock(lambda now: now + timedelta(days=1), "Asia/Kathmandu"),
    "45-days-on": Clock(lambda now: now + timedelta(days=45), "America/St_Johns", TURKISH),
    "3-years-on": Clock(lambda now: now + timedelta(days=1096), "Pacific/Kiritimati"),
    "leap-day": Clock(lambda now: _day(now, 2, 29) + timedelta(hours=9), "Pacific/Niue"),
    "skipped-hour": Clock(lambda now: _turn(now, "Europe/Berlin", 1) - BEFORE, "Europe/Berlin"),
    # In the morning of a day that has no 00:00.
    "skipped-midnight": Clock(
        lambda now: _turn(now, "America/Santiago", 1) + timedelta(hours=3), "America/Santiago"
    ),
    "day-before-skipped-hour": Clock(
        lambda now: _turn(now, "Europe/Berlin", 1) - timedelta(hours=23, minutes=30), "Europe/Berlin"
    ),
    "repeated-hour": Clock(lambda now: _turn(now, "America/New_York", -1) - BEFORE, "America/New_York"),
    "new-year": Clock(lambda now: _day(now, 1, 1) - BEFORE, "Pacific/Auckland"),
    "end-of-january": Clock(lambda now: _day(now, 2, 1) - BEFORE, "Asia/Kolkata", ASCII),
}


class Mover:
    """A plugin of pytest: each test, or one of so many, begins at the start of its clock.

    The tests of a file have one clock: what a fixture made for all of them is of the same day.
    """

    def __init__(self, name: str, every: int) -> None:
        self._every = every
        now = datetime.now(UTC)
        chosen = CLOCKS.values() if name == EACH else [CLOCKS[name]]
        self._clocks = [(clock, clock.start(now)) for clock in chosen]
        self._of_test: dict[str, int] = {}
        self._travel: time_machine.travel | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item], config: pytest.Config) -> None:
        left_out = [item for number, item in enumerate(items) if number % self._every]
        items[:] = items[:: self._every]
        config.hook.pytest_deselected(items=left_out)
        files = {path: number for number, path in enumerate(dict.fromkeys(item.path for item in items))}
        self._of_test = {item.nodeid: files[item.path] % len(self._clocks) for item in items}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._move_to(*self._clocks[self._of_test[item.nodeid]])
        return (yield)

    def _move_to(self, clock: Clock, start: datetime) -> None:
        if self._travel:
            self._travel.stop()
        ahead = start - datetime.now(UTC)
        for name in LOCALE:
            os.environ.pop(name, None)
        os.environ |= {"TZ": clock.zone, "CLOCK_AHEAD": str(ahead.total_seconds())}
        os.environ |= {"PYTHONPATH": str(FOLDER), **clock.language}
        time.tzset()
        locale.setlocale(locale.LC_CTYPE, "C" if clock.language == ASCII else "C.UTF-8")
        self._travel = time_machine.travel(start)
        self._travel.start()
