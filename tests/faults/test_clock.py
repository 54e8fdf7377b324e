"""A clock that jumps by a day changes no deadline, no order and no chain."""

import threading
import time
from datetime import timedelta

import pytest

from crm.activity.activity import record
from crm.activity.chain import verify_chain
from crm.activity.timeline import ActivityFilter, list_activities
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Busy
from tests.support.cast import Cast
from tests.support.frozen_clock import START, FrozenClock

DAY = timedelta(days=1)


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_the_ledger_keeps_its_order_and_its_chain(
    db: Database, cast: Cast, frozen_clock: FrozenClock, jump: timedelta
) -> None:
    db.write(record, cast.owner, "a.first", "a", 1)
    frozen_clock.set(START + jump)
    db.write(record, cast.owner, "a.second", "a", 1)
    frozen_clock.set(START)
    db.write(record, cast.owner, "a.third", "a", 1)
    page = db.read(list_activities, cast.owner, ActivityFilter(), limit=10)
    assert [entry.action for entry in page.rows] == ["a.third", "a.second", "a.first"]
    assert db.read(verify_chain, cast.owner).complete


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_change_in_progress_is_neither_ended_nor_prolonged(
    db: Database, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    """The wall clock is turned for the whole process; deadlines are kept by the monotonic one."""
    wall = time.time

    def slow(tx: Transaction, seconds: float) -> str:
        monkeypatch.setattr(time, "time", lambda: wall() + jump.total_seconds())
        time.sleep(seconds)
        return str(tx.value("SELECT 'done'"))

    db.read(lambda tx: tx.value("SELECT 1"), SYSTEM)
    assert db.write(slow, SYSTEM, 0.8) == "done"
    db._transaction_seconds = 0.3
    started = time.monotonic()
    with pytest.raises(Busy):
        db.write(slow, SYSTEM, 0.8)
    assert time.monotonic() - started < 2
    assert threading.active_count() >= 1
