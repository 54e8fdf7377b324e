"""A reader that never ends keeps the -wal from being reused, until it is ended; then the -wal shrinks."""

import threading
import time

import pytest

from crm.db.actor import SYSTEM
from crm.db.sqlite import database_file, writer
from crm.db.sqlite.engine import open_reader, wal_path
from crm.db.transaction import Transaction
from crm.errors import Busy
from crm.kinds import open_database
from tests.support.appliance import wait_until as until
from tests.support.threads import join_all
from tests.support.torture.deeds import put
from tests.support.torture.kill_rounds import Arena, inspect

LIMIT = 6_000_000


def read_something(tx: Transaction) -> int:
    return int(tx.value("SELECT count(*) FROM deeds"))


def test_a_leaked_reading_is_ended_and_the_wal_is_emptied(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_file, "JOURNAL_LIMIT_BYTES", LIMIT)
    monkeypatch.setattr(writer, "CHECKPOINT_PAUSE_SECONDS", 0.5)
    settings = arena.settings.model_copy(update={"db_transaction_timeout": 2_000})
    db = open_database(settings)
    inside, failures = threading.Event(), list[Busy]()

    def leak(tx: Transaction) -> None:
        read_something(tx)
        inside.set()
        time.sleep(4)
        read_something(tx)

    def leaking() -> None:
        try:
            db.read(leak, SYSTEM)
        except Busy as error:
            failures.append(error)

    thread = threading.Thread(target=leaking)
    thread.start()
    assert inside.wait(5)
    number = 0
    while wal_path(db.path).stat().st_size < LIMIT:
        number += 1
        assert number < 5_000
        db.write(put, arena.actor, f"deed-{number}", 1, 400)
    until(lambda: wal_path(db.path).stat().st_size == 0)
    join_all(thread)
    assert "open for too long" in failures[0].message
    db.close()


def test_a_reader_of_another_program_costs_changes_a_moment_but_stops_none(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_file, "JOURNAL_LIMIT_BYTES", LIMIT)
    monkeypatch.setattr(writer, "CHECKPOINT_PAUSE_SECONDS", 0.5)
    db = open_database(arena.settings)
    other = open_reader(arena.settings.sqlite_path)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM deeds").fetchall()
    longest, number, end = 0.0, 0, time.monotonic() + 4
    while time.monotonic() < end:
        started = time.monotonic()
        number += 1
        db.write(put, arena.actor, f"deed-{number}", 1, 400)
        longest = max(longest, time.monotonic() - started)
    assert wal_path(db.path).stat().st_size > LIMIT
    assert longest < 2.5
    other.execute("ROLLBACK")
    other.close()
    until(lambda: wal_path(db.path).stat().st_size == 0)
    db.close()
    judgement, _ = inspect(arena)
    assert judgement.lost == []


def test_readings_that_overlap_without_end_do_not_let_the_wal_grow_without_end(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With always one reader on an older state, a passive checkpoint never gets to the end."""
    monkeypatch.setattr(database_file, "JOURNAL_LIMIT_BYTES", LIMIT)
    monkeypatch.setattr(writer, "CHECKPOINT_PAUSE_SECONDS", 0.5)
    db = open_database(arena.settings)
    stop = threading.Event()

    def overlap(tx: Transaction) -> None:
        read_something(tx)
        time.sleep(0.2)

    def read_on(delay: float) -> None:
        time.sleep(delay)
        while not stop.is_set():
            db.read(overlap, SYSTEM)

    readers = [threading.Thread(target=read_on, args=(0.07 * i,)) for i in range(3)]
    for reader in readers:
        reader.start()
    largest, number, end = 0, 0, time.monotonic() + 8
    try:
        while time.monotonic() < end:
            number += 1
            db.write(put, arena.actor, f"deed-{number}", 1, 400)
            largest = max(largest, wal_path(db.path).stat().st_size)
            time.sleep(0.005)
    finally:
        stop.set()
        join_all(*readers)
    db.close()
    assert largest < 5 * LIMIT
