"""SQLiteCounters hold by a clock that nobody can set, and begin anew with the machine."""

import time
from pathlib import Path

import pytest

from crm import clock
from crm.db.sqlite.counters import SQLiteCounters
from tests.support.frozen_clock import FrozenClock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "limits.db"


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
def test_a_jump_of_the_wall_clock_changes_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    one, two = SQLiteCounters(path), SQLiteCounters(path)
    assert one.add("a", 3, 900)[0] == 3
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() + jump)
    count, left = two.add("a", 1, 900)
    assert count == 4 and 890 < left <= 900
    one.close()
    two.close()


def test_a_counter_begins_anew_once_its_time_is_over(path: Path, frozen_clock: FrozenClock) -> None:
    counters = SQLiteCounters(path)
    assert counters.add("a", 3, 900) == (3, 900)
    frozen_clock.advance(seconds=899)
    assert counters.add("a", 3, 900) == (6, 1)
    frozen_clock.advance(seconds=1)
    assert counters.get("a") == (0, 0)
    assert counters.add("a", 3, 900) == (3, 900)
    counters.close()


def test_a_new_start_of_the_machine_forgets_all_counts(
    path: Path, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = SQLiteCounters(path)
    before.add("a", 3, 900)
    before.close()
    monkeypatch.setattr(clock, "boot", lambda: "the next start")
    after = SQLiteCounters(path)
    assert after.get("a") == (0, 0)
    after.close()
