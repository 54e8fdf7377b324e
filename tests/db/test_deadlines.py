"""Nothing runs for ever: each reading and change ends at its deadline, and a late change fails whole."""

import threading
import time
from itertools import count
from types import SimpleNamespace

import apsw
import pytest
from structlog.testing import capture_logs

from crm.db.actor import SYSTEM
from crm.db.sqlite import session
from crm.db.sqlite.engine import open_writer
from crm.db.transaction import Transaction
from crm.errors import Busy
from tests.db.conftest import OpenDatabase
from tests.support.appliance import wait_until as until
from tests.support.cast import gather_cast
from tests.support.scratch import (
    ENDLESS,
    add_note,
    increment,
    list_notes,
    read_counter,
    read_endlessly,
)
from tests.support.threads import join_all


def test_a_reading_past_its_deadline_is_interrupted(open_database: OpenDatabase) -> None:
    db = open_database(db_statement_timeout=200)
    started = time.monotonic()
    with pytest.raises(Busy, match="too long"):
        db.read(read_endlessly, SYSTEM)
    assert 0.2 <= time.monotonic() - started < 2


def test_many_short_statements_end_at_the_deadline_of_the_whole(open_database: OpenDatabase) -> None:
    db = open_database(db_transaction_timeout=200)

    def go_on(tx: Transaction) -> None:
        while True:
            read_counter(tx)

    for unit in (db.read, db.write):
        started = time.monotonic()
        with pytest.raises(Busy, match="too long"):
            unit(go_on, SYSTEM)
        assert 0.2 <= time.monotonic() - started < 2


def test_a_change_interrupted_in_a_statement_leaves_nothing_though_its_failure_was_swallowed(
    open_database: OpenDatabase,
) -> None:
    db = open_database(db_statement_timeout=100)
    cast = gather_cast(db)
    endless_rows = ENDLESS.replace("count(*)", "i")
    writing = f"INSERT INTO slips (workspace_id, text) SELECT :workspace_id, i FROM ({endless_rows})"

    def swallow(tx: Transaction, sql: str) -> None:
        add_note(tx, "first")
        with pytest.raises(Busy):
            tx.run(sql)
        with pytest.raises(Busy):
            add_note(tx, "second")

    for sql in (writing, ENDLESS):
        with pytest.raises(Busy):
            db.write(swallow, cast.owner, sql)
        assert db.read(list_notes, cast.owner) == []
    db.write(add_note, cast.owner, "later")
    assert db.read(list_notes, cast.owner) == ["later"]


def test_a_rollback_by_the_engine_is_noticed_before_anything_else_is_written(
    open_database: OpenDatabase,
) -> None:
    """After it, statements would commit one by one; OR ROLLBACK stands for a full disk or an interrupt."""
    db = open_database()
    cast = gather_cast(db)

    def swallow(tx: Transaction) -> None:
        add_note(tx, "first")
        with pytest.raises(Exception, match="contradicts"):
            tx.run("INSERT OR ROLLBACK INTO scratch_counters (name, value) VALUES ('a', 1)")
        with pytest.raises(Exception, match="contradicts"):
            add_note(tx, "second")

    with pytest.raises(Exception, match="contradicts"):
        db.write(swallow, cast.owner)
    assert db.read(list_notes, cast.owner) == []


def test_a_change_that_dawdles_past_its_deadline_is_not_committed(open_database: OpenDatabase) -> None:
    db = open_database(db_transaction_timeout=100)

    def dawdle(tx: Transaction) -> None:
        increment(tx)
        time.sleep(0.12)

    with pytest.raises(Busy):
        db.write(dawdle, SYSTEM)
    assert db.read(read_counter, SYSTEM) == 0


def test_a_leaked_change_is_ended_named_and_lets_the_next_one_write(open_database: OpenDatabase) -> None:
    db = open_database(db_transaction_timeout=300)
    inside, go_on = threading.Event(), threading.Event()
    failures: list[Busy] = []

    def leak(tx: Transaction) -> None:
        increment(tx)
        inside.set()
        go_on.wait(10)
        increment(tx)

    def leaking() -> None:
        try:
            db.write(leak, SYSTEM)
        except Busy as error:
            failures.append(error)

    thread = threading.Thread(target=leaking)
    with capture_logs() as logs:
        thread.start()
        assert inside.wait(5)
        until(lambda: "leaked" in db.statistics.transactions("write").outcomes)
        assert db.write(increment, SYSTEM) == 1
    go_on.set()
    join_all(thread)
    assert "open for too long" in failures[0].message
    assert db.read(read_counter, SYSTEM) == 1
    entry = next(entry for entry in logs if entry["event"] == "leaked transaction ended")
    assert entry["kind"] == "write"
    assert "test_deadlines.py" in entry["place"] and " leak" in entry["place"]
    assert db.statistics.transactions("write").outcomes == {"leaked": 1, "committed": 1}


def test_a_leaked_reading_is_ended_and_its_connection_comes_back(open_database: OpenDatabase) -> None:
    db = open_database(db_transaction_timeout=200, db_pool_max=1)
    inside, go_on = threading.Event(), threading.Event()
    failures: list[Busy] = []

    def leak(tx: Transaction) -> None:
        read_counter(tx)
        inside.set()
        go_on.wait(10)
        read_counter(tx)

    def leaking() -> None:
        try:
            db.read(leak, SYSTEM)
        except Busy as error:
            failures.append(error)

    thread = threading.Thread(target=leaking)
    thread.start()
    assert inside.wait(5)
    until(lambda: "leaked" in db.statistics.transactions("read").outcomes)
    assert db.read(read_counter, SYSTEM) == 0
    go_on.set()
    join_all(thread)
    assert db.read(read_counter, SYSTEM) == 0
    assert len(failures) == 1
    assert db.statistics.transactions("read").outcomes["leaked"] == 1


def test_a_file_locked_by_another_program_is_busy_at_the_deadline_and_then_recovers(
    open_database: OpenDatabase,
) -> None:
    db = open_database(db_transaction_timeout=300)
    other = open_writer(db.path)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    with pytest.raises(Busy, match="busy"):
        db.write(increment, SYSTEM)
    assert 0.3 <= time.monotonic() - started < 1.5
    other.execute("ROLLBACK")
    other.close()
    assert db.write(increment, SYSTEM) == 1


def test_waiting_and_running_share_one_deadline(open_database: OpenDatabase) -> None:
    db = open_database(db_transaction_timeout=600)
    inside = threading.Event()

    def stay(tx: Transaction, seconds: float) -> None:
        inside.set()
        time.sleep(seconds)
        increment(tx)

    first = threading.Thread(target=lambda: db.write(stay, SYSTEM, 0.4))
    first.start()
    assert inside.wait(5)
    started = time.monotonic()
    with pytest.raises(Busy):
        db.write(stay, SYSTEM, 0.4)
    assert time.monotonic() - started < 1.2
    join_all(first)
    assert db.read(read_counter, SYSTEM) == 1


def test_the_watchdog_survives_its_own_failures(open_database: OpenDatabase) -> None:
    db = open_database(db_transaction_timeout=200)
    db.read(read_counter, SYSTEM)
    rounds = 0

    def fail() -> None:
        nonlocal rounds
        rounds += 1
        raise apsw.IOError("disk on fire")

    db._watchdog._tidy = fail
    with capture_logs() as logs:
        until(lambda: rounds >= 2)
    assert {entry["event"] for entry in logs} == {"a round of the watchdog failed"}


def test_each_row_of_a_batch_may_take_as_long_as_one_statement(
    open_database: OpenDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock that goes on by 0.1 s each time the engine looks at it."""
    db = open_database(db_statement_timeout=2_000, db_transaction_timeout=3_600_000)
    ticks = count()
    clock = SimpleNamespace(monotonic=lambda: next(ticks) / 10, perf_counter_ns=time.perf_counter_ns)
    monkeypatch.setattr(session, "time", clock)
    counting = f"SELECT count(*) FROM ({ENDLESS.replace('count(*)', 'i')} LIMIT :rows)"
    assert db.write(Transaction.run_many, SYSTEM, counting, [{"rows": 10_000}] * 40) == [(10_000,)] * 40
    assert next(ticks) > 40
    with pytest.raises(Busy, match="too long"):
        db.write(Transaction.run_many, SYSTEM, counting, [{"rows": 10_000}, {"rows": 10_000_000}])
