import pytest

from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.sqlite.freshness import Freshness
from crm.db.transaction import Transaction
from tests.support.cast import gather_cast
from tests.support.processes import run_in_processes
from tests.support.scratch import increment, read_counter


def increment_elsewhere(settings: Settings) -> None:
    db = Database.open(settings)
    try:
        db.write(increment, SYSTEM)
    finally:
        db.close()


def increment_and_fail(tx: Transaction) -> None:
    increment(tx)
    raise LookupError


def test_without_a_commit_the_version_stands(db: Database) -> None:
    before = db.version()
    db.read(read_counter, SYSTEM)
    with pytest.raises(LookupError):
        db.write(increment_and_fail, SYSTEM)
    assert before is not None
    assert db.version() == before


def test_a_commit_of_the_same_process_moves_the_version(db: Database) -> None:
    before = db.version()
    db.write(increment, SYSTEM)
    assert db.version() != before


def test_a_commit_of_another_process_moves_the_version(prepared: Settings, db: Database) -> None:
    before = db.version()
    run_in_processes(increment_elsewhere, [(prepared,)])
    assert db.version() != before


def test_a_number_that_triggers_move_is_read_again_only_after_a_commit(db: Database) -> None:
    def asked() -> tuple[int | None, int]:
        version = db.version()
        assert version is not None
        return db.revision("identity_revisions", version), version

    def rename(tx: Transaction) -> None:
        tx.run("UPDATE workspaces SET name = name || '!' WHERE id > 0")

    before, version = asked()
    db.write(increment, SYSTEM)
    again, moved = asked()
    assert again == before == 1 and moved != version
    gather_cast(db)
    cast, _ = asked()
    db.write(rename, SYSTEM)
    after, version = asked()
    assert after is not None and cast is not None and after > cast
    assert db.revision("no_such_table", version) is None


def test_once_closed_it_tells_no_version(prepared: Settings) -> None:
    freshness = Freshness(prepared.sqlite_path)
    assert freshness.version() is not None
    freshness.close()
    assert freshness.version() is None


def test_of_a_file_that_cannot_be_opened_it_tells_no_version(prepared: Settings) -> None:
    assert Freshness(prepared.sqlite_path.with_name("nowhere.db")).version() is None
