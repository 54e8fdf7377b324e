"""Several processes on one file lose nothing between them; what was opened before a fork is refused."""

import os
import subprocess
import sys
import threading
import time

import apsw
import pytest

from crm.config import PROJECT_ROOT, Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.instance import load_instance
from crm.db.presence import Occupied, Presence, alone
from crm.db.sqlite import turnstile
from crm.db.sqlite.engine import open_reader, wal_path
from crm.db.sqlite.process import is_open
from crm.db.sqlite.turnstile import PATIENCE_SECONDS, Turnstile
from tests.db.conftest import OpenDatabase
from tests.support.forks import status_of
from tests.support.processes import run_in_processes
from tests.support.scratch import increment, read_counter
from tests.support.threads import join_all


def count_up(settings: Settings, times: int) -> int:
    db = Database.open(settings)
    try:
        for _ in range(times):
            db.write(increment, SYSTEM)
        return os.getpid()
    finally:
        db.close()


def test_a_counter_incremented_by_eight_processes_loses_nothing(prepared: Settings) -> None:
    processes = run_in_processes(count_up, [(prepared, 100)] * 8)
    assert len(set(processes)) == 8
    db = Database.open(prepared)
    assert db.read(read_counter, SYSTEM) == 800
    db.close()


def in_forked_child(question: object) -> str:
    """What `question()` says in a child that was forked here and now, or the name of its failure."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            answer = str(question())  # type: ignore[operator]
        except Exception as error:  # noqa: BLE001 - its name is the answer
            answer = type(error).__name__
        os.write(writing, answer.encode())
        os._exit(0)
    os.close(writing)
    status_of(child)
    with os.fdopen(reading) as stream:
        return stream.read()


def test_a_database_opened_before_a_fork_is_refused_in_the_child(open_database: OpenDatabase) -> None:
    db = open_database()
    db.write(increment, SYSTEM)
    assert in_forked_child(lambda: db.read(read_counter, SYSTEM)) == "FileInUse"
    assert in_forked_child(lambda: db.write(increment, SYSTEM)) == "FileInUse"
    assert in_forked_child(lambda: open_database().read(read_counter, SYSTEM)) == "FileInUse"
    assert in_forked_child(lambda: open_reader(db.path)) == "FileInUse"
    assert in_forked_child(db.close) == "None"
    assert db.write(increment, SYSTEM) == 2


def test_a_child_forked_while_another_thread_opens_does_not_hang(open_database: OpenDatabase) -> None:
    db = open_database()
    db.read(read_counter, SYSTEM)
    with db._starting:
        assert in_forked_child(lambda: db.read(read_counter, SYSTEM)) == "FileInUse"


def test_a_database_not_yet_used_may_be_forked(open_database: OpenDatabase) -> None:
    db = open_database()
    assert in_forked_child(lambda: db.write(increment, SYSTEM)) == "1"
    assert db.write(increment, SYSTEM) == 2


LEFT_BEHIND = """
import os, sys, time
from pathlib import Path
from crm.db.sqlite.engine import open_writer

connection = open_writer(Path(sys.argv[1]))
connection.execute("UPDATE scratch_counters SET value = 7")
if os.fork():
    os._exit(0)
time.sleep(0.2)
"""


def test_an_inherited_connection_is_never_closed_by_the_child(prepared: Settings) -> None:
    """Its last act would be a checkpoint by what was known at the fork. Here it outlives its parent."""
    subprocess.run(
        [sys.executable, "-c", LEFT_BEHIND, str(prepared.sqlite_path)],
        cwd=PROJECT_ROOT,
        check=True,
        capture_output=True,
        timeout=20,
    )
    assert wal_path(prepared.sqlite_path).stat().st_size > 0
    db = Database.open(prepared)
    assert db.read(read_counter, SYSTEM) == 7
    db.close()


def test_a_process_at_work_keeps_others_from_replacing_the_file(prepared: Settings) -> None:
    database = prepared.sqlite_path
    first, second = Presence(database, wait=0), Presence(database, wait=0)
    first.end()
    with pytest.raises(Occupied, match="in use by another process"), alone(database):
        pass
    second.end()
    with alone(database):
        started = time.monotonic()
        with pytest.raises(Occupied):
            Presence(database, wait=0.1)
        assert 0.1 <= time.monotonic() - started < 1
    Presence(database, wait=0).end()


def test_who_comes_while_the_file_is_replaced_waits_for_it(open_database: OpenDatabase) -> None:
    db = open_database()
    replaced = threading.Event()

    def replace() -> None:
        with alone(db.path):
            replaced.set()
            time.sleep(0.3)

    thread = threading.Thread(target=replace)
    thread.start()
    assert replaced.wait(5)
    started = time.monotonic()
    assert db.write(increment, SYSTEM) == 1
    assert time.monotonic() - started > 0.2
    join_all(thread)


def test_a_run_is_marked_unclean_until_its_last_process_left_in_order(
    prepared: Settings, open_database: OpenDatabase
) -> None:
    def is_clean() -> bool:
        instance = load_instance(prepared.sqlite_path)
        assert instance is not None
        return instance.clean

    first, second = open_database(), open_database()
    assert is_clean()
    first.read(read_counter, SYSTEM)
    second.read(read_counter, SYSTEM)
    assert not is_clean()
    first.close()
    assert not is_clean()
    second.close()
    assert is_clean()


def test_the_process_that_just_wrote_lets_the_others_pass(
    prepared: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = Turnstile(prepared.sqlite_path), Turnstile(prepared.sqlite_path)
    deadline = time.monotonic() + 60
    monkeypatch.setattr(turnstile, "BURST_SECONDS", 1.5)
    with mine.passing(deadline):
        pass
    with other.passing(deadline):
        started = time.monotonic()
        with mine.passing(deadline):
            assert time.monotonic() - started < PATIENCE_SECONDS, "within its burst it need not queue"
        time.sleep(1.5)
        started = time.monotonic()
        with mine.passing(deadline):
            assert time.monotonic() - started >= PATIENCE_SECONDS, "after it, it waits, but not for ever"
        with mine.passing(time.monotonic() + 0.05):
            pass
    mine.close()
    other.close()


def test_whether_a_file_is_open_is_known_while_another_thread_is_in_its_connection(
    prepared: Settings,
) -> None:
    connection = open_reader(prepared.sqlite_path)
    begun = threading.Event()

    def note_progress() -> bool:
        begun.set()
        return False

    connection.set_progress_handler(note_progress, 1_000)
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

    def work() -> None:
        with pytest.raises(apsw.InterruptError):
            connection.execute(endless).fetchall()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert begun.wait(10)
        assert is_open(prepared.sqlite_path)
        assert not is_open(prepared.sqlite_path.with_name("another.db"))
    finally:
        connection.interrupt()
        join_all(thread)
        connection.close()
    assert not is_open(prepared.sqlite_path)
