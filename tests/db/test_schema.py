"""The house rules of tables: strict, of a workspace, tied within it, and nothing deleted in passing."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from crm.config import PROJECT_ROOT
from crm.db.migrations import load_migrations
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.migrations import migrate
from crm.db.sqlite.statements import learn_schema
from crm.db.tables import TENANT_COLUMN
from crm.kinds import KINDS

RECORDED = re.compile(r'record\(\s*[^,]+,\s*(?:"[a-z_.]+"|\w+),\s*"([a-z_]+)"')
DELETED = re.compile(r"DELETE FROM (\w+)")
OF_NOBODY = {
    "schema_migrations", "login_attempts", "undecided_deliveries", "identity_revisions", "alert_settings",
    "incidents", "incident_notices",
}  # fmt: skip
TENANTS = "workspaces"


# Files that wait for a lead are in no entry until it is there, and only those that still wait are deleted.
NAMED_LATER = {"files"}


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[apsw.Connection]:
    connection = open_writer(tmp_path_factory.mktemp("schema") / "crm.db", create=True)
    migrate(connection, load_migrations())
    yield connection
    connection.close()


def asked(connection: apsw.Connection, sql: str, *values: str) -> list[tuple[Any, ...]]:
    return list(connection.execute(sql, values))


def tables(connection: apsw.Connection) -> list[str]:
    sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
    return [name for (name,) in asked(connection, sql) if not name.startswith("sqlite_")]


def test_every_table_is_strict(schema: apsw.Connection) -> None:
    sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict"
    assert [name for (name,) in asked(schema, sql) if not name.startswith("sqlite_")] == []


def test_every_table_is_of_a_workspace_but_for_those_of_nobody(schema: apsw.Connection) -> None:
    sql = 'SELECT 1 FROM pragma_table_info(?) WHERE name = ? AND "notnull"'
    without = {table for table in tables(schema) if not asked(schema, sql, table, TENANT_COLUMN)}
    assert without == OF_NOBODY | {TENANTS}
    assert set(tables(schema)) - learn_schema(schema).owned == OF_NOBODY


def test_every_reference_stays_within_its_workspace_and_restricts(schema: apsw.Connection) -> None:
    sql = 'SELECT id, "table", "from", "to", on_delete, on_update FROM pragma_foreign_key_list(?)'
    for table in tables(schema):
        references: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for number, *reference in asked(schema, sql, table):
            references[number].append(tuple(reference))
        for columns in references.values():
            assert {column[3:] for column in columns} == {("NO ACTION", "NO ACTION")}, table
            own_workspace = (columns[0][0], TENANT_COLUMN, "id")
            pairs = {column[:3] for column in columns}
            tied = any(pair[1:] == (TENANT_COLUMN, TENANT_COLUMN) for pair in pairs)
            assert tied or (pairs == {own_workspace} and columns[0][0] == TENANTS), f"{table}: {pairs}"


def test_no_id_that_the_ledger_names_is_given_twice(schema: apsw.Connection) -> None:
    sources = [path.read_text(encoding="utf-8") for path in (PROJECT_ROOT / "crm").rglob("*.py")]
    named = {KINDS.table_of(entity) for source in sources for entity in RECORDED.findall(source)}
    emptied = {table for source in sources for table in DELETED.findall(source)}
    sql = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?"
    forgetful = {
        table for table in named & emptied if "AUTOINCREMENT" not in str(asked(schema, sql, table)[0][0])
    }
    assert {"invitations", "sessions"} <= named & emptied
    assert forgetful == NAMED_LATER


def test_ids_that_were_given_before_are_remembered(tmp_path: Path) -> None:
    migrations = load_migrations()
    before = next(place for place, migration in enumerate(migrations) if migration.name == "ids_once")
    connection = open_writer(tmp_path / "crm.db", create=True)
    migrate(connection, migrations[:before])
    connection.execute(
        """
        INSERT INTO workspaces (id, name, created_at, updated_at) VALUES (1, 'Acme', '', '');
        INSERT INTO users (id, workspace_id, email, name, name_key, role, password_hash, created_at,
                           updated_at)
        VALUES (1, 1, 'a@b', 'A', 'a', 'owner', '', '', '');
        INSERT INTO quick_replies VALUES (3, 1, 'Hello', 'hello', 'Hello!', '');
        INSERT INTO invitations VALUES (2, 1, NULL, 'member', 'hash', 1, '', '');
        INSERT INTO activities VALUES (1, 1, 1, 'invitation.revoked', 'invitation', 7, 'invitation', 7, 1,
                                       '', '', '', '', '');
        """
    ).fetchall()
    migrate(connection, migrations)
    given = dict(asked(connection, "SELECT name, seq FROM sqlite_sequence"))
    kept = asked(connection, "SELECT i.id, q.id, q.text FROM invitations i, quick_replies q")
    connection.close()
    assert given == {"sessions": 0, "invitations": 7, "message_templates": 0, "quick_replies": 3}
    assert kept == [(2, 3, "Hello!")]


def test_every_search_index_is_named_for_its_table(schema: apsw.Connection) -> None:
    sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual'"
    names = [name for (name,) in asked(schema, sql)]
    assert names and all(name.removesuffix("_search") in tables(schema) for name in names)


def test_the_migrations_leave_a_sound_database(schema: apsw.Connection) -> None:
    assert asked(schema, "PRAGMA integrity_check") == [("ok",)]
    assert asked(schema, "PRAGMA foreign_key_check") == []
    assert Path(schema.filename).exists()
