"""Reading and writing are units of work: whole or not at all, nested or not, by threads at once."""

import threading

import apsw
import pytest

from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.failures import IntegrityConflict
from crm.db.sqlite.process import is_open
from crm.db.transaction import Transaction
from crm.errors import Busy, Conflict
from tests.db.conftest import OpenDatabase
from tests.support.appliance import wait_until
from tests.support.cast import Cast
from tests.support.scratch import add_note, increment, list_notes, read_counter
from tests.support.threads import join_all, run_in_threads


class OddError(Exception):
    pass


def test_what_was_written_is_read_by_all_connections(db: Database) -> None:
    assert db.write(increment, SYSTEM) == 1
    assert db.read(read_counter, SYSTEM) == 1
    assert db.write(read_counter, SYSTEM) == 1


def test_a_failure_between_two_changes_leaves_neither(db: Database, cast: Cast) -> None:
    def fail_between(tx: Transaction) -> None:
        add_note(tx, "first")
        if list_notes(tx) == ["first"]:
            raise OddError
        add_note(tx, "second")

    with pytest.raises(OddError):
        db.write(fail_between, cast.owner)
    assert db.read(list_notes, cast.owner) == []


def test_a_nested_failure_leaves_the_outer_change(db: Database, cast: Cast) -> None:
    def fail(tx: Transaction) -> None:
        add_note(tx, "inner")
        raise OddError

    def outer(tx: Transaction) -> None:
        add_note(tx, "before")
        with pytest.raises(OddError):
            db.write(fail, cast.owner)
        with pytest.raises(OddError), tx.savepoint() as part:
            fail(part)
        add_note(tx, "after")

    db.write(outer, cast.owner)
    assert db.read(list_notes, cast.owner) == ["before", "after"]


def test_parts_within_parts_fail_alone(db: Database, cast: Cast) -> None:
    def outer(tx: Transaction) -> None:
        with tx.savepoint() as first:
            add_note(first, "one")
            with pytest.raises(OddError), first.savepoint() as second:
                add_note(second, "two")
                with second.savepoint() as third:
                    add_note(third, "three")
                raise OddError
            with first.savepoint() as again:
                add_note(again, "four")

    db.write(outer, cast.owner)
    assert db.read(list_notes, cast.owner) == ["one", "four"]


def test_an_outer_failure_takes_the_nested_change_with_it(db: Database, cast: Cast) -> None:
    def outer(tx: Transaction) -> None:
        db.write(add_note, cast.owner, "inner")
        raise OddError

    with pytest.raises(OddError):
        db.write(outer, cast.owner)
    assert db.read(list_notes, cast.owner) == []


def test_a_refused_statement_can_be_answered_and_the_rest_is_kept(db: Database, cast: Cast) -> None:
    def outer(tx: Transaction) -> None:
        add_note(tx, "once")
        with pytest.raises(Conflict) as caught:
            add_note(tx, "once")
        assert isinstance(caught.value, IntegrityConflict)
        assert "slips" in caught.value.detail
        assert "slips" not in caught.value.message
        add_note(tx, "other")

    db.write(outer, cast.owner)
    assert db.read(list_notes, cast.owner) == ["once", "other"]


def test_a_reading_cannot_write(db: Database) -> None:
    with pytest.raises(apsw.ReadOnlyError):
        db.read(increment, SYSTEM)
    with pytest.raises(RuntimeError, match="a write inside a read"):
        db.read(lambda _: db.write(increment, SYSTEM), SYSTEM)
    assert db.read(read_counter, SYSTEM) == 0


def test_a_reading_keeps_its_snapshot_while_others_write(db: Database) -> None:
    def look_twice(tx: Transaction) -> tuple[int, int]:
        before = read_counter(tx)
        run_in_threads(lambda _: db.write(increment, SYSTEM), 1)
        return before, read_counter(tx)

    assert db.read(look_twice, SYSTEM) == (0, 0)
    assert db.read(read_counter, SYSTEM) == 1


def test_a_reading_inside_a_write_sees_what_it_wrote(db: Database) -> None:
    def write_and_look(tx: Transaction) -> int:
        increment(tx)
        return db.read(read_counter, SYSTEM)

    assert db.write(write_and_look, SYSTEM) == 1


def test_a_nested_unit_acts_for_its_own_actor(db: Database, cast: Cast) -> None:
    def outer(tx: Transaction) -> None:
        add_note(tx, "mine")
        db.write(add_note, cast.outsider, "theirs")
        add_note(tx, "mine too")

    db.write(outer, cast.owner)
    assert db.read(list_notes, cast.owner) == ["mine", "mine too"]
    assert db.read(list_notes, cast.outsider) == ["theirs"]


def test_the_time_of_a_transaction_stands_still(db: Database, cast: Cast) -> None:
    def times(tx: Transaction) -> set[str]:
        own = {tx.now, str(tx.value("SELECT :now")), str(tx.value("SELECT :now"))}
        return own | {db.write(lambda inner: inner.now, cast.owner)}

    assert len(db.write(times, SYSTEM)) == 1


def test_threads_lose_no_update(db: Database) -> None:
    run_in_threads(lambda _: [db.write(increment, SYSTEM) for _ in range(50)], 8)
    assert db.read(read_counter, SYSTEM) == 400


def test_a_transaction_kept_beyond_its_function_is_a_defect(db: Database) -> None:
    kept: list[Transaction] = []
    db.write(kept.append, SYSTEM)
    db.read(kept.append, SYSTEM)
    for tx in kept:
        with pytest.raises(RuntimeError, match="the transaction is over"):
            tx.value("SELECT 1")


def test_a_caller_cannot_bind_what_the_transaction_binds(db: Database, cast: Cast) -> None:
    for name in ("workspace_id", "actor_id", "now"):
        with pytest.raises(TypeError, match="by itself"):
            db.read(lambda tx, name=name: tx.value("SELECT 1", **{name: 2}), cast.owner)  # type: ignore[misc]


def test_after_closing_nothing_runs_and_what_ran_came_to_its_end(open_database: OpenDatabase) -> None:
    db = open_database()
    inside, go_on = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> int:
        inside.set()
        go_on.wait(5)
        return increment(tx)

    results: list[int] = []
    thread = threading.Thread(target=lambda: results.append(db.write(slow, SYSTEM)))
    thread.start()
    inside.wait(5)
    closing = threading.Thread(target=db.close)
    closing.start()
    wait_until(lambda: db._closed)
    with pytest.raises(Busy):
        db.read(read_counter, SYSTEM)
    with pytest.raises(Busy):
        db.write(increment, SYSTEM)
    go_on.set()
    join_all(thread, closing)
    assert results == [1]
    assert open_database().read(read_counter, SYSTEM) == 1


def test_closing_twice_or_unopened_is_harmless(open_database: OpenDatabase) -> None:
    db = open_database()
    db.close()
    db.close()
    with pytest.raises(Busy):
        db.read(read_counter, SYSTEM)


def test_closing_before_the_first_use_leaves_nothing_for_it_to_open(open_database: OpenDatabase) -> None:
    db = open_database()
    refused: list[Exception] = []

    def use() -> None:
        try:
            db.read(read_counter, SYSTEM)
        except Busy as error:
            refused.append(error)

    late = threading.Thread(target=use)
    with db._starting:
        late.start()
        late.join(0.1)
        db._closed = True
    join_all(late)
    assert len(refused) == 1
    assert db.active == 0 and not is_open(db.path)


def test_closing_leaves_no_connection_and_an_empty_wal(open_database: OpenDatabase) -> None:
    db = open_database()
    run_in_threads(lambda _: (db.write(increment, SYSTEM), db.read(read_counter, SYSTEM)), 4)
    db.version()
    db.close()
    assert not is_open(db.path)
    wal = db.path.with_name("crm.db-wal")
    assert wal.exists() and wal.stat().st_size == 0
