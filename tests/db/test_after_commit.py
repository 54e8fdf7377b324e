"""What is promised for after the commit happens once the change is durable, and only then."""

import pytest
from structlog.testing import capture_logs

from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from tests.support.scratch import increment, read_counter


class OddError(Exception):
    pass


def test_it_runs_after_the_commit_in_the_order_of_the_promises(db: Database) -> None:
    seen: list[tuple[str, int]] = []

    def change(tx: Transaction) -> None:
        tx.after_commit(lambda: seen.append(("first", db.read(read_counter, SYSTEM))))
        increment(tx)
        db.write(lambda inner: inner.after_commit(lambda: seen.append(("nested", 0))), SYSTEM)
        tx.after_commit(lambda: seen.append(("last", db.read(read_counter, SYSTEM))))
        assert seen == []

    db.write(change, SYSTEM)
    assert seen == [("first", 1), ("nested", 0), ("last", 1)]


def test_a_failed_change_keeps_no_promise(db: Database) -> None:
    seen: list[str] = []

    def change(tx: Transaction) -> None:
        tx.after_commit(lambda: seen.append("never"))
        raise OddError

    with pytest.raises(OddError):
        db.write(change, SYSTEM)
    assert seen == []


def test_a_part_that_failed_takes_its_own_promises_with_it(db: Database) -> None:
    seen: list[str] = []

    def change(tx: Transaction) -> None:
        tx.after_commit(lambda: seen.append("outer"))
        with pytest.raises(OddError), tx.savepoint() as part:
            part.after_commit(lambda: seen.append("lost"))
            with part.savepoint() as kept_until_then:
                kept_until_then.after_commit(lambda: seen.append("lost too"))
            raise OddError
        tx.after_commit(lambda: seen.append("after"))

    db.write(change, SYSTEM)
    assert seen == ["outer", "after"]


def test_a_promise_that_fails_is_logged_and_undoes_nothing(db: Database) -> None:
    seen: list[str] = []

    def fail() -> None:
        raise OddError

    def change(tx: Transaction) -> int:
        tx.after_commit(fail)
        tx.after_commit(lambda: seen.append("still"))
        return increment(tx)

    with capture_logs() as logs:
        assert db.write(change, SYSTEM) == 1
    assert seen == ["still"]
    assert [entry["event"] for entry in logs] == ["after-commit callback failed"]
    assert db.read(read_counter, SYSTEM) == 1


def test_it_may_write_again_without_waiting_for_itself(db: Database) -> None:
    db.write(lambda tx: tx.after_commit(lambda: db.write(increment, SYSTEM)), SYSTEM)
    assert db.read(read_counter, SYSTEM) == 1
