"""What the statistics count is exact: each statement and transaction once, whatever became of it."""

import threading
import time

import pytest

from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.statistics import OTHER, QUERIES, SLOW_TEXTS, TEXTS, Statistics
from crm.db.transaction import Transaction
from crm.errors import Busy
from tests.db.conftest import OpenDatabase
from tests.support.scratch import ENDLESS, increment, read_counter, read_endlessly
from tests.support.threads import join_all, run_in_threads

READ = "SELECT value FROM scratch_counters WHERE name = :name"
WRITE = "UPDATE scratch_counters SET value = :value WHERE name = :name"


def test_many_threads_are_counted_exactly_while_connections_come_and_go(open_database: OpenDatabase) -> None:
    db = open_database(db_idle_timeout=1, db_pool_min=0)

    def work(_: int) -> None:
        for i in range(60):
            db.write(increment, SYSTEM)
            db.read(read_counter, SYSTEM)
            if i % 20 == 0:
                time.sleep(0.3)

    run_in_threads(work, 8)
    statements = db.statistics.statements()
    assert statements[WRITE].count == 480
    assert statements[READ].count == statements[READ].rows == 960
    assert statements[READ].failed == statements[WRITE].failed == 0
    for kind in ("read", "write"):
        assert db.statistics.transactions(kind).outcomes == {"committed": 480}
        assert db.statistics.transactions(kind).count == 480
    db.close()
    assert db.statistics.statements()[READ].count == 960


def test_a_connection_that_closes_takes_no_other_ones_counts_with_it() -> None:
    """Two connections may hold equal tallies: which of them closes must not depend on that."""
    statistics = Statistics(slow_ms=1_000)
    first, second = statistics.new_tallies(), statistics.new_tallies()
    statistics.retire_tallies(second)
    statistics.note_statement(first, READ, 5, [()])
    assert statistics.statements()[READ].count == 1
    statistics.retire_tallies(first)
    statistics.retire_tallies(first)
    assert statistics.statements()[READ].count == 1


def test_each_outcome_is_counted_for_itself(open_database: OpenDatabase) -> None:
    db = open_database(db_transaction_timeout=200)

    def fail(tx: Transaction) -> None:
        increment(tx)
        raise KeyError

    db.write(increment, SYSTEM)
    with pytest.raises(KeyError):
        db.write(fail, SYSTEM)
    with pytest.raises(Busy):
        db.write(read_endlessly, SYSTEM)
    tally = db.statistics.transactions("write")
    assert tally.outcomes == {"committed": 1, "rolled_back": 1, "busy": 1}
    assert tally.count == 3
    endless = db.statistics.statements()[ENDLESS]
    assert (endless.count, endless.failed, endless.rows) == (1, 1, 0)
    assert 200e6 <= endless.longest == endless.total < 2e9


def test_waits_and_durations_are_measured(db: Database) -> None:
    inside = threading.Event()

    def slow(tx: Transaction) -> None:
        inside.set()
        time.sleep(0.2)

    thread = threading.Thread(target=lambda: db.write(slow, SYSTEM))
    thread.start()
    inside.wait(5)
    db.write(increment, SYSTEM)
    join_all(thread)
    tally = db.statistics.transactions("write")
    assert 0.15e9 < tally.longest_wait < 2e9
    assert 0.2e9 <= tally.longest < 2e9
    assert tally.total >= tally.longest


def test_a_slow_statement_is_kept_and_a_quick_one_is_not(open_database: OpenDatabase) -> None:
    db = open_database(db_slow_query_threshold=50)
    slow = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n LIMIT 1000000"
    db.read(lambda tx: tx.value(f"SELECT count(*) FROM ({slow})"), SYSTEM)
    db.read(read_counter, SYSTEM)
    [(text, tally)] = db.statistics.slow().items()
    assert slow in text
    assert tally.count == db.statistics.slow_count == 1
    assert 50e6 < tally.longest == tally.total < 5e9


def test_the_last_statements_are_kept_without_their_values(db: Database) -> None:
    db.read(read_counter, SYSTEM)
    with pytest.raises(Exception, match="no such table"):
        db.read(lambda tx: tx.value("SELECT 1\n  FROM nowhere WHERE name = :name", name="Ann"), SYSTEM)
    *_, first, last = db.statistics.queries()
    assert (first.sql, first.error) == (READ, None)
    assert (last.sql, last.error) == ("SELECT 1 FROM nowhere WHERE name = :name", "SQLError")
    for _ in range(QUERIES + 5):
        db.read(read_counter, SYSTEM)
    assert {query.sql for query in db.statistics.queries()} == {READ}
    assert len(db.statistics.queries()) == QUERIES


def test_of_a_process_that_polls_only_what_changes_fails_or_is_slow_is_kept(db: Database) -> None:
    db.statistics.polls = True
    db.write(increment, SYSTEM)
    for _ in range(QUERIES):
        db.read(read_counter, SYSTEM)
    with pytest.raises(Exception, match="no such table"):
        db.read(lambda tx: tx.value("SELECT 1 FROM nowhere"), SYSTEM)
    kept = [query.sql for query in db.statistics.queries()]
    assert any(text.startswith("UPDATE") for text in kept)
    assert READ not in kept[1:] and kept[-1] == "SELECT 1 FROM nowhere"
    assert db.statistics.all_statements().count > QUERIES


def test_slow_texts_without_end_leave_the_latest() -> None:
    statistics = Statistics(slow_ms=1)
    for i in range(SLOW_TEXTS + 5):
        statistics.note_statement(statistics.new_tallies(), f"SELECT {i}", 2_000_000, [])
    assert len(statistics.slow()) == SLOW_TEXTS
    assert f"SELECT {SLOW_TEXTS + 4}" in statistics.slow()
    assert statistics.slow_count == SLOW_TEXTS + 5


def test_savepoints_and_retries_are_counted(db: Database) -> None:
    def nested(tx: Transaction) -> None:
        for _ in range(3):
            with tx.savepoint():
                increment(tx)

    db.write(nested, SYSTEM)
    tally = db.statistics.transactions("write")
    assert (tally.savepoints, tally.retried, tally.delayed) == (3, 0, 0)
    db.statistics.note_transaction("write", "committed", 10, 2_000_000_000, 7)
    tally = db.statistics.transactions("write")
    assert (tally.retries, tally.retried, tally.delayed) == (7, 1, 1)


def test_texts_without_end_do_not_fill_the_memory() -> None:
    statistics = Statistics(slow_ms=1_000)
    tallies = statistics.new_tallies()
    for i in range(TEXTS + 50):
        statistics.note_statement(tallies, f"SELECT {i}", 1, [])
    assert len(tallies) == TEXTS + 1
    assert statistics.statements()[OTHER].count == 50
    statistics.note_statement(tallies, "SELECT 1", 1, [])
    assert statistics.statements()["SELECT 1"].count == 2
