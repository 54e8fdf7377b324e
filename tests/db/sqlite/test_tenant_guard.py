"""A statement that touches a workspace's rows names the workspace, or it is refused before it runs."""

import pytest

from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.failures import TenantViolation
from crm.db.sqlite.database_file import DatabaseFile
from crm.db.sqlite.statements import CATALOG_LIMIT, StatementRefused
from crm.db.transaction import Transaction
from tests.support.cast import Cast
from tests.support.scratch import add_note, list_notes

FORGETFUL = {
    "reading": "SELECT text FROM slips",
    "counting": "SELECT count(*) FROM slips",
    "by row id": "SELECT 1 FROM slips WHERE rowid = 1",
    "writing": "UPDATE slips SET text = 'x'",
    "deleting": "DELETE FROM slips",
    "inserting": "INSERT INTO slips (workspace_id, text) VALUES (1, 'x')",
    "replacing": "INSERT OR REPLACE INTO slips (id, workspace_id, text) VALUES (1, 1, 'x')",
    "in a comment": "SELECT text FROM slips /* :workspace_id */ -- :workspace_id",
    "in a string": "SELECT text FROM slips WHERE text <> ':workspace_id'",
    "as a column": "SELECT text FROM slips WHERE workspace_id = 1",
    "as another parameter": "SELECT text FROM slips WHERE workspace_id = :workspace_id_",
    "by an alias": "SELECT n.text FROM scratch_counters c JOIN slips n",
    "in a subquery": "SELECT name, (SELECT max(text) FROM slips) AS text FROM scratch_counters",
    "in a condition": "SELECT name FROM scratch_counters WHERE EXISTS (SELECT 1 FROM slips)",
    "in a WITH": "WITH found AS (SELECT text FROM slips) SELECT text FROM found",
    "in a WITH named like a trigger": (
        "WITH scratch_inbox_to_slips AS (SELECT text FROM slips) SELECT text FROM scratch_inbox_to_slips"
    ),
    "behind a subquery named like a trigger": (
        "SELECT text FROM (SELECT text FROM slips) AS scratch_inbox_to_slips"
    ),
    "in a compound": "SELECT name FROM scratch_counters UNION SELECT text FROM slips",
    "through a view": "SELECT text FROM long_slips",
    "feeding another table": "INSERT INTO scratch_counters (name, value) SELECT text, 1 FROM slips",
    "in a returning": "UPDATE scratch_counters SET value = 1 RETURNING (SELECT count(*) FROM slips) AS n",
    "a search index": "SELECT text FROM slips_search WHERE slips_search MATCH 'secret'",
    "the content of a search index": "SELECT c0 FROM slips_search_content",
    "the terms of a search index": "SELECT block FROM slips_search_data",
    "the workspaces themselves": "SELECT name FROM workspaces",
}


@pytest.mark.parametrize("sql", FORGETFUL.values(), ids=FORGETFUL.keys())
def test_a_statement_that_forgets_the_workspace_is_refused(db: Database, cast: Cast, sql: str) -> None:
    db.write(add_note, cast.outsider, "secret")
    for unit in (db.read, db.write):
        with pytest.raises(TenantViolation):
            unit(lambda tx: tx.all(sql), cast.owner)
    assert db.read(list_notes, cast.outsider) == ["secret"]


def test_the_workspace_cannot_be_bound_by_the_caller(db: Database, cast: Cast) -> None:
    def steal(tx: Transaction) -> None:
        tx.all(
            "SELECT text FROM slips WHERE workspace_id = :workspace_id",
            workspace_id=cast.outsider.workspace_id,
        )

    with pytest.raises(TypeError):
        db.read(steal, cast.owner)


def test_each_actor_sees_and_changes_the_own_workspace_by_the_same_statement(
    db: Database, cast: Cast
) -> None:
    db.write(add_note, cast.owner, "ours")
    db.write(add_note, cast.outsider, "theirs")
    assert db.read(list_notes, cast.owner) == db.read(list_notes, cast.colleague) == ["ours"]
    assert db.read(list_notes, cast.outsider) == ["theirs"]
    change = "UPDATE slips SET text = text || '!' WHERE workspace_id = :workspace_id"
    assert db.write(lambda tx: tx.run(change), cast.colleague) == 1
    assert db.read(list_notes, cast.outsider) == ["theirs"]


def test_a_table_of_nobody_needs_no_workspace(db: Database, cast: Cast) -> None:
    assert db.read(lambda tx: tx.value("SELECT value FROM scratch_counters"), cast.owner) == 0
    assert db.read(lambda tx: tx.value("SELECT value FROM json_each('[7]')"), cast.owner) == 7


def test_what_a_trigger_of_ours_touches_is_its_own_matter(db: Database, cast: Cast) -> None:
    db.write(lambda tx: tx.run("INSERT INTO scratch_inbox (text) VALUES ('mail')"), cast.owner)
    assert db.read(list_notes, cast.owner) == ["mail"]


def test_the_system_stands_outside_and_binds_the_workspace_itself(db: Database, cast: Cast) -> None:
    db.write(add_note, cast.owner, "ours")
    find = "SELECT count(*) FROM slips WHERE workspace_id = :workspace_id"
    assert db.read(lambda tx: tx.value("SELECT count(*) FROM slips"), SYSTEM) == 1
    ours = db.read(lambda tx: tx.value(find, workspace_id=cast.owner.workspace_id), SYSTEM)
    theirs = db.read(lambda tx: tx.value(find, workspace_id=cast.outsider.workspace_id), SYSTEM)
    assert (ours, theirs) == (1, 0)


def test_an_actor_of_a_workspace_without_a_user_is_guarded_too(db: Database, cast: Cast) -> None:
    with pytest.raises(TenantViolation):
        db.read(lambda tx: tx.all("SELECT text FROM slips"), Actor(cast.owner.workspace_id, None))


def test_a_foreign_parent_cannot_even_be_stored(db: Database, cast: Cast) -> None:
    with pytest.raises(Exception, match="contradicts"):
        db.write(add_note, Actor(999, None), "of nobody")


@pytest.mark.parametrize(
    "sql",
    [
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT mine",
        "RELEASE part_1",
        "ATTACH ':memory:' AS other",
        "PRAGMA query_only = OFF",
        "PRAGMA foreign_keys = OFF",
        "CREATE TEMP TABLE kept AS SELECT text FROM slips WHERE workspace_id = :workspace_id",
        "CREATE TABLE extra (id INTEGER)",
        "DROP TABLE scratch_counters",
        "DROP TRIGGER scratch_inbox_to_slips",
        "ALTER TABLE scratch_counters ADD COLUMN more TEXT",
        "SELECT 1 AS one; SELECT 2 AS two",
        "SELECT a.value, b.value FROM scratch_counters a JOIN scratch_counters b",
    ],
)
def test_what_no_operation_may_run_is_refused_and_nothing_of_it_stays(
    db: Database, cast: Cast, sql: str
) -> None:
    def attempt(tx: Transaction) -> None:
        add_note(tx, "before")
        tx.run(sql)

    for actor in (cast.owner, SYSTEM):
        with pytest.raises((StatementRefused, TypeError, KeyError)):
            db.write(attempt, actor) if actor is not SYSTEM else db.write(lambda tx: tx.run(sql), actor)
    assert db.read(list_notes, cast.owner) == []


def test_the_guard_still_knows_after_more_texts_than_it_remembers(db: Database, cast: Cast) -> None:
    def ask_much(tx: Transaction) -> None:
        for i in range(CATALOG_LIMIT + 10):
            tx.value(f"SELECT {i}")

    db.read(ask_much, cast.owner)
    assert isinstance(db._engine, DatabaseFile)
    assert len(db._engine._catalog._statements) <= CATALOG_LIMIT
    with pytest.raises(TenantViolation):
        db.read(lambda tx: tx.all("SELECT text FROM slips"), cast.owner)
