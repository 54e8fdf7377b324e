"""A migration is committed together with its record, or nothing of it is; the database never runs ahead."""

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from crm.db.migrations import FOLDER, MigrationRefused, load_migrations
from crm.db.sqlite.engine import APPLICATION_ID, open_writer
from crm.db.sqlite.migrations import migrate, pending_migrations

TABLES = """
CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE children (parent_id INTEGER NOT NULL REFERENCES parents (id)) STRICT;
"""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[apsw.Connection]:
    opened = open_writer(tmp_path / "crm.db", create=True)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_tables.sql").write_text(TABLES)
    return folder


def names_in(connection: apsw.Connection) -> set[str]:
    return {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_schema")}


def recorded(connection: apsw.Connection) -> list[int]:
    return [
        int(str(n)) for (n,) in connection.execute("SELECT number FROM schema_migrations ORDER BY number")
    ]


def test_what_is_pending_runs_in_order_and_only_once(connection: apsw.Connection, folder: Path) -> None:
    (folder / "0002_more.sql").write_text("ALTER TABLE parents ADD COLUMN name TEXT")
    done = migrate(connection, load_migrations(folder))
    assert [migration.name for migration in done] == ["tables", "more"]
    assert recorded(connection) == [1, 2]
    assert migrate(connection, load_migrations(folder)) == []
    (folder / "0003_last.sql").write_text("CREATE TABLE last (id INTEGER) STRICT")
    assert [migration.number for migration in migrate(connection, load_migrations(folder))] == [3]
    assert connection.pragma("user_version") == 3
    assert connection.pragma("application_id") == APPLICATION_ID
    assert connection.pragma("foreign_keys") == 1


def test_a_failing_migration_leaves_nothing_of_itself_and_all_before_it(
    connection: apsw.Connection, folder: Path
) -> None:
    (folder / "0002_half.sql").write_text(
        "CREATE TABLE half (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1)"
    )
    with pytest.raises(apsw.SQLError, match="nowhere"):
        migrate(connection, load_migrations(folder))
    assert recorded(connection) == [1]
    assert "half" not in names_in(connection)
    assert not connection.in_transaction
    assert connection.pragma("foreign_keys") == 1
    (folder / "0002_half.sql").write_text("CREATE TABLE half (id INTEGER) STRICT")
    migrate(connection, load_migrations(folder))
    assert recorded(connection) == [1, 2]


def test_a_migration_runs_to_its_end_though_a_statement_of_it_returns_rows(
    connection: apsw.Connection, folder: Path
) -> None:
    (folder / "0002_rows.sql").write_text("SELECT 1; SELECT 2; CREATE TABLE later (id INTEGER) STRICT")
    migrate(connection, load_migrations(folder))
    assert "later" in names_in(connection)


def test_a_migration_that_leaves_dangling_references_is_undone(
    connection: apsw.Connection, folder: Path
) -> None:
    (folder / "0002_dangling.sql").write_text("INSERT INTO children VALUES (7)")
    with pytest.raises(MigrationRefused, match="dangling references"):
        migrate(connection, load_migrations(folder))
    assert recorded(connection) == [1]
    assert connection.execute("SELECT count(*) FROM children").fetchall() == [(0,)]


def test_a_table_can_be_rebuilt_though_others_refer_to_it(connection: apsw.Connection, folder: Path) -> None:
    migrate(connection, load_migrations(folder))
    connection.execute("INSERT INTO parents VALUES (1); INSERT INTO children VALUES (1)")
    (folder / "0002_rebuild.sql").write_text(
        """
        CREATE TABLE rebuilt (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '') STRICT;
        INSERT INTO rebuilt (id) SELECT id FROM parents;
        DROP TABLE parents;
        ALTER TABLE rebuilt RENAME TO parents;
        """
    )
    migrate(connection, load_migrations(folder))
    assert connection.execute("SELECT id, name FROM parents").fetchall() == [(1, "")]
    assert connection.execute("SELECT parent_id FROM children").fetchall() == [(1,)]


def test_a_migration_may_not_end_its_transaction(connection: apsw.Connection, folder: Path) -> None:
    (folder / "0002_commit.sql").write_text("CREATE TABLE early (id INTEGER) STRICT; COMMIT;")
    with pytest.raises(MigrationRefused, match="ends its transaction by itself"):
        migrate(connection, load_migrations(folder))
    assert recorded(connection) == [1]


@pytest.mark.parametrize("name", ["0003_gap.sql", "0001_twice.sql", "2_short.sql", "0002-dash.sql"])
def test_files_that_do_not_count_up_are_refused(folder: Path, name: str) -> None:
    (folder / name).write_text("SELECT 1")
    with pytest.raises(MigrationRefused, match="not numbered from 0001 without a gap"):
        load_migrations(folder)


def test_a_changed_file_is_refused(connection: apsw.Connection, folder: Path) -> None:
    migrate(connection, load_migrations(folder))
    (folder / "0001_tables.sql").write_text(TABLES + "-- but for a word")
    with pytest.raises(MigrationRefused, match=r"0001 \(tables\) differs"):
        pending_migrations(connection, load_migrations(folder))


def test_a_newer_or_odd_record_is_refused(connection: apsw.Connection, folder: Path) -> None:
    migrate(connection, load_migrations(folder))
    connection.execute("INSERT INTO schema_migrations VALUES (2, 'later', 'digest', 'now')")
    with pytest.raises(MigrationRefused, match="newer Holdfast"):
        pending_migrations(connection, load_migrations(folder))
    (folder / "0002_a.sql").write_text("SELECT 1")
    (folder / "0003_b.sql").write_text("SELECT 1")
    connection.execute("UPDATE schema_migrations SET number = 3 WHERE number = 2")
    with pytest.raises(MigrationRefused, match="differs"):
        pending_migrations(connection, load_migrations(folder))


def test_what_comes_before_the_first_is_called_once_and_stops_it_by_failing(
    connection: apsw.Connection, folder: Path
) -> None:
    calls: list[int] = []

    def fail() -> None:
        calls.append(1)
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - any will do
        migrate(connection, load_migrations(folder), fail)
    assert names_in(connection) == set()
    migrate(connection, load_migrations(folder), lambda: calls.append(2))
    migrate(connection, load_migrations(folder), lambda: calls.append(3))
    assert calls == [1, 2]


def test_the_migrations_of_the_program_are_in_order() -> None:
    assert len(load_migrations()) == len(list(FOLDER.glob("*.sql")))
