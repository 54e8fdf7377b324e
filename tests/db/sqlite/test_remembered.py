"""What readers remember between transactions is true: it is forgotten with the commit of anybody."""

import pytest

from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from tests.db.conftest import OpenDatabase
from tests.db.sqlite.test_freshness import increment_elsewhere
from tests.support.processes import run_in_processes
from tests.support.scratch import increment, read_counter
from tests.support.threads import run_in_threads


def remembered_counter(tx: Transaction) -> int:
    if "counter" not in tx.remembered:
        tx.remembered["counter"] = read_counter(tx)
    known: int = tx.remembered["counter"]
    return known


def looks(db: Database) -> int:
    """How often the counter was read."""
    return sum(tally.count for sql, tally in db.statistics.statements().items() if "scratch_counters" in sql)


def test_what_is_remembered_is_not_read_again_until_somebody_commits(
    prepared: Settings, db: Database
) -> None:
    assert [db.read(remembered_counter, SYSTEM) for _ in range(3)] == [0, 0, 0]
    assert looks(db) == 1
    db.write(increment, SYSTEM)
    assert db.read(remembered_counter, SYSTEM) == 1
    run_in_processes(increment_elsewhere, [(prepared,)])
    assert db.read(remembered_counter, SYSTEM) == 2


def test_each_reader_sees_what_stood_when_it_began(open_database: OpenDatabase) -> None:
    db = open_database(db_pool_min=2, db_pool_max=2)

    def commit_meanwhile(tx: Transaction) -> tuple[int, int]:
        before = remembered_counter(tx)
        run_in_threads(lambda _: db.write(increment, SYSTEM), 1)
        assert run_in_threads(lambda _: db.read(remembered_counter, SYSTEM), 1) == [before + 1]
        return before, remembered_counter(tx)

    for turn in range(3):
        assert db.read(commit_meanwhile, SYSTEM) == (turn, turn)
    assert db.read(remembered_counter, SYSTEM) == 3


def test_what_a_change_remembers_is_its_own(db: Database) -> None:
    def change(tx: Transaction) -> int:
        assert remembered_counter(tx) == 0
        with pytest.raises(LookupError), tx.savepoint() as part:
            part.remembered.clear()
            increment(part)
            assert remembered_counter(part) == 1
            raise LookupError
        return remembered_counter(tx)

    assert db.write(change, SYSTEM) == 0
    db.write(increment, SYSTEM)
    assert db.write(remembered_counter, SYSTEM) == 1


def test_no_more_is_remembered_than_has_room(db: Database) -> None:
    def fill(tx: Transaction) -> int:
        tx.remembered.update({number: number for number in range(2_000)})
        return len(tx.remembered)

    assert db.read(fill, SYSTEM) >= 2_000
    assert db.read(lambda tx: len(tx.remembered), SYSTEM) == 0
