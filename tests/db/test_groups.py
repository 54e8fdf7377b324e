"""Changes that wait for each other in one process are committed together, and each keeps its own fate."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.sqlite import group
from crm.db.sqlite.database_file import DatabaseFile
from crm.db.sqlite.writer import Writer
from crm.db.transaction import Transaction
from crm.errors import Busy
from tests.db.conftest import OpenDatabase
from tests.support.appliance import wait_until
from tests.support.scratch import ENDLESS, increment, read_counter

Change = Callable[[Transaction], object]
SECONDS = 60
ADD = "UPDATE scratch_counters SET value = value + 1 WHERE name = :name"


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadPoolExecutor]:
    """A group of the tests may grow however slow the machine is."""
    monkeypatch.setattr(group, "GROWS_SECONDS", 600.0)
    pool = ThreadPoolExecutor(20)
    yield pool
    pool.shutdown(wait=False, cancel_futures=True)


def writer_of(db: Database) -> Writer:
    assert isinstance(db._engine, DatabaseFile)
    return db._engine._writer


def commits_of(db: Database) -> list[bool]:
    """One entry for each COMMIT from now on that changes something."""
    db.write(read_counter, SYSTEM)
    channel, seen = writer_of(db)._channel, list[bool]()
    assert channel is not None

    def note() -> bool:
        seen.append(True)
        return False

    channel.connection.set_commit_hook(note)
    return seen


def together(db: Database, threads: ThreadPoolExecutor, *changes: Change) -> list[Future[object]]:
    """They queue up in this order behind a first one, which adds one to counter "b", and are done then."""
    db.read(read_counter, SYSTEM)
    begun, go_on = threading.Event(), threading.Event()

    def first(tx: Transaction) -> None:
        increment(tx, "b")
        begun.set()
        assert go_on.wait(SECONDS)

    futures: list[Future[object]] = [threads.submit(db.write, first, SYSTEM)]
    assert begun.wait(SECONDS)
    for number, change in enumerate(changes, 1):
        futures.append(threads.submit(db.write, change, SYSTEM))
        wait_until(lambda number=number: len(writer_of(db)._turn._waiting) == number)  # type: ignore[misc]
    go_on.set()
    return futures


def add(tx: Transaction) -> int:
    return increment(tx)


def fail(tx: Transaction) -> None:
    increment(tx)
    raise ValueError("on purpose")


def counters(db: Database) -> tuple[int, int]:
    return db.read(read_counter, SYSTEM), db.read(read_counter, SYSTEM, "b")


def test_those_who_wait_share_one_commit_and_each_sees_what_went_before(
    db: Database, threads: ThreadPoolExecutor
) -> None:
    commits = commits_of(db)
    futures = together(db, threads, add, add, add)
    assert [future.result(SECONDS) for future in futures] == [None, 1, 2, 3]
    assert len(commits) == 1
    assert counters(db) == (3, 1)


def test_nobody_is_told_before_the_one_commit(db: Database, threads: ThreadPoolExecutor) -> None:
    called, go_on = list[str](), threading.Event()
    reached = threading.Event()

    def promise(tx: Transaction) -> None:
        increment(tx)
        tx.after_commit(lambda: called.append("promised"))

    def last(tx: Transaction) -> None:
        increment(tx)
        reached.set()
        assert go_on.wait(SECONDS)

    futures = together(db, threads, promise, last)
    assert reached.wait(SECONDS)
    assert not any(future.done() for future in futures) and not called
    assert counters(db) == (0, 0)
    go_on.set()
    assert [future.result(SECONDS) for future in futures] == [None] * 3
    assert called == ["promised"] and counters(db) == (2, 1)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_that_fails_undoes_itself_alone(db: Database, threads: ThreadPoolExecutor, place: int) -> None:
    changes: list[Change] = [add, add]
    changes.insert(place, fail)
    futures = together(db, threads, *changes)
    for number, future in enumerate(futures):
        if number == place + 1:
            with pytest.raises(ValueError, match="on purpose"):
                future.result(SECONDS)
        else:
            future.result(SECONDS)
    assert counters(db) == (2, 1)


def test_those_whom_an_interrupted_one_undid_are_run_again(
    open_database: OpenDatabase, threads: ThreadPoolExecutor
) -> None:
    db = open_database(db_statement_timeout=200)
    runs: list[str] = []

    def counted(tx: Transaction) -> int:
        runs.append("run")
        return increment(tx)

    def endless(tx: Transaction) -> None:
        numbers = ENDLESS.replace("count(*)", "i")
        tx.run(f"INSERT INTO scratch_counters (name, value) SELECT i, 0 FROM ({numbers})")

    first, early, ended, late = together(db, threads, counted, endless, counted)
    with pytest.raises(Busy):
        ended.result(SECONDS)
    assert first.result(SECONDS) is None
    assert sorted([early.result(SECONDS), late.result(SECONDS)]) == [1, 2]  # type: ignore[type-var]
    assert counters(db) == (2, 1) and len(runs) == 3


def test_those_whom_a_leaked_one_held_up_are_committed(
    open_database: OpenDatabase, threads: ThreadPoolExecutor
) -> None:
    db = open_database(db_transaction_timeout=1000)
    go_on = threading.Event()

    def overstay(tx: Transaction) -> None:
        increment(tx)
        assert go_on.wait(SECONDS)
        increment(tx)

    first, leaked = together(db, threads, overstay)
    assert first.result(SECONDS) is None
    assert counters(db) == (0, 1)
    go_on.set()
    with pytest.raises(Busy):
        leaked.result(SECONDS)
    assert counters(db) == (0, 1)


def test_what_is_checked_at_commit_is_committed_alone(db: Database, threads: ThreadPoolExecutor) -> None:
    commits = commits_of(db)

    def dangling(tx: Transaction) -> None:
        tx.defer_references()
        tx.run("INSERT INTO slips (workspace_id, text) VALUES (:workspace_id, 'of nobody')", workspace_id=-1)

    first, before, refused, after = together(db, threads, add, dangling, add)
    for future in (first, before, after):
        future.result(SECONDS)
    with pytest.raises(Exception, match="contradicts"):
        refused.result(SECONDS)
    assert counters(db) == (2, 1) and len(commits) == 1


def test_when_the_one_commit_fails_all_are_refused_and_nothing_is_stored(
    db: Database, threads: ThreadPoolExecutor
) -> None:
    db.write(read_counter, SYSTEM)
    channel = writer_of(db)._channel
    assert channel is not None
    channel.connection.set_commit_hook(lambda: True)
    futures = together(db, threads, add, add)
    for future in futures:
        with pytest.raises(Exception, match="contradicts"):
            future.result(SECONDS)
    channel.connection.set_commit_hook(None)
    assert counters(db) == (0, 0)
    assert db.write(increment, SYSTEM) == 1


def test_a_group_whose_next_one_went_away_is_committed_all_the_same(
    db: Database, threads: ThreadPoolExecutor
) -> None:
    """As if who was handed the turn had been interrupted before it began."""
    db.read(read_counter, SYSTEM)
    writer, begun, go_on = writer_of(db), threading.Event(), threading.Event()

    def first(tx: Transaction) -> None:
        increment(tx)
        begun.set()
        assert go_on.wait(SECONDS)

    future = threads.submit(db.write, first, SYSTEM)
    assert begun.wait(SECONDS)
    gone = threads.submit(writer._turn.acquire, SECONDS)
    wait_until(lambda: len(writer._turn._waiting) == 1)
    go_on.set()
    assert gone.result(SECONDS) is True
    writer._turn.release()
    future.result(SECONDS)
    assert counters(db) == (1, 0)


def test_closing_commits_those_who_have_done_their_parts(
    open_database: OpenDatabase, threads: ThreadPoolExecutor
) -> None:
    db = open_database()
    futures = together(db, threads, add, add)
    db.close(wait=SECONDS)
    assert [future.result(SECONDS) for future in futures] == [None, 1, 2]
    assert counters(open_database()) == (2, 1)
