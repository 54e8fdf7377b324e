"""Readers are opened when they are needed, up to a maximum, kept for a while, and never lost."""

import threading
import time

import apsw
import pytest

from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.sqlite import pool as pool_module
from crm.db.sqlite.database_file import DatabaseFile
from crm.db.transaction import Transaction
from crm.errors import Busy
from tests.db.conftest import OpenDatabase
from tests.support.appliance import wait_until as until
from tests.support.scratch import read_counter, read_endlessly
from tests.support.threads import join_all, run_in_threads


def pool_of(db: Database) -> pool_module.ReaderPool:
    db.read(read_counter, SYSTEM)
    assert isinstance(db._engine, DatabaseFile)
    return db._engine._readers


def hold(db: Database, count: int) -> tuple[threading.Event, list[threading.Thread]]:
    """So many readings that stay open until the event is set."""
    release, started = threading.Event(), threading.Semaphore(0)

    def stay(tx: Transaction) -> None:
        read_counter(tx)
        started.release()
        release.wait(10)

    threads = [threading.Thread(target=lambda: db.read(stay, SYSTEM)) for _ in range(count)]
    for thread in threads:
        thread.start()
        assert started.acquire(timeout=5)
    return release, threads


def let_go(release: threading.Event, threads: list[threading.Thread]) -> None:
    release.set()
    join_all(*threads)


def test_readings_one_after_the_other_share_one_connection(open_database: OpenDatabase) -> None:
    db = open_database()
    for _ in range(20):
        db.read(read_counter, SYSTEM)
    assert pool_of(db).size == 1


def test_no_more_than_the_maximum_is_ever_open(open_database: OpenDatabase) -> None:
    db = open_database(db_pool_max=3)
    sizes: list[int] = []

    def look(tx: Transaction) -> None:
        assert isinstance(db._engine, DatabaseFile)
        sizes.append(db._engine._readers.size)
        read_counter(tx)

    run_in_threads(lambda _: [db.read(look, SYSTEM) for _ in range(50)], 12)
    assert max(sizes) <= 3
    assert len(sizes) == 600


def test_who_finds_no_free_reader_waits_and_then_is_refused(open_database: OpenDatabase) -> None:
    db = open_database(db_pool_max=2, db_connect_timeout=200)
    held = hold(db, 2)
    started = time.monotonic()
    with pytest.raises(Busy, match="connections"):
        db.read(read_counter, SYSTEM)
    assert 0.2 <= time.monotonic() - started < 2
    assert db.statistics.transactions("read").outcomes["busy"] == 1
    let_go(*held)
    assert db.read(read_counter, SYSTEM) == 0


def test_who_waits_gets_the_reader_that_comes_free(open_database: OpenDatabase) -> None:
    db = open_database(db_pool_max=1)
    release, threads = hold(db, 1)
    threading.Timer(0.1, release.set).start()
    assert db.read(read_counter, SYSTEM) == 0
    let_go(release, threads)
    assert db.statistics.transactions("read").longest_wait > 50_000_000


def test_unused_readers_are_closed_down_to_the_minimum(open_database: OpenDatabase) -> None:
    db = open_database(db_pool_max=6, db_pool_min=2, db_idle_timeout=100)
    let_go(*hold(db, 6))
    assert pool_of(db).size == 6
    until(lambda: pool_of(db).size == 2)
    time.sleep(0.6)
    assert pool_of(db).size == 2


def test_the_minimum_is_opened_and_kept_open(open_database: OpenDatabase) -> None:
    db = open_database(db_pool_max=6, db_pool_min=3, db_idle_timeout=1)
    until(lambda: pool_of(db).size == 3)
    time.sleep(0.6)
    assert pool_of(db).size == 3


def test_a_reader_that_fails_to_open_costs_no_place(
    open_database: OpenDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = open_database(db_pool_max=1, db_pool_min=0, db_idle_timeout=1)
    pool = pool_of(db)
    until(lambda: pool.size == 0)
    hidden = db.path.with_name("hidden")
    db.path.rename(hidden)
    for _ in range(3):
        with pytest.raises(Busy, match="storage"):
            db.read(read_counter, SYSTEM)
    hidden.rename(db.path)
    assert db.read(read_counter, SYSTEM) == 0
    assert pool.size == 1


def test_an_interrupted_reader_is_used_again(open_database: OpenDatabase) -> None:
    db = open_database(db_pool_max=1, db_statement_timeout=50)
    for _ in range(3):
        with pytest.raises(Busy, match="too long"):
            db.read(read_endlessly, SYSTEM)
        assert db.read(read_counter, SYSTEM) == 0
    assert pool_of(db).size == 1


def opened_since(before: list[apsw.Connection]) -> list[apsw.Connection]:
    """Earlier tests of this process may have left some."""
    return [each for each in apsw.connections() if each not in before]


def test_closing_waits_for_readings_and_closes_all(open_database: OpenDatabase) -> None:
    before = apsw.connections()
    db = open_database()
    release, threads = hold(db, 3)
    threading.Timer(0.2, release.set).start()
    started = time.monotonic()
    db.close()
    assert time.monotonic() - started >= 0.15
    let_go(release, threads)
    assert opened_since(before) == []


def test_closing_does_not_wait_for_ever(open_database: OpenDatabase) -> None:
    before = apsw.connections()
    db = open_database()
    held = hold(db, 1)
    started = time.monotonic()
    db.close(wait=0.3)
    assert time.monotonic() - started < 2
    let_go(*held)
    until(lambda: opened_since(before) == [])
