"""An upgrade is made on a copy and loses nothing, or nothing is changed; and there is a way back."""

from pathlib import Path

import pytest

from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.backup.report import BackupFailed
from crm.db.backup.rolling_back import find_way_back, roll_back
from crm.db.database import Database
from crm.db.migrations import Migration, load_migrations
from crm.db.refusal import StartRefused
from crm.db.restored import load_restored
from crm.db.sqlite import startup, upgrading
from crm.db.sqlite.copies import count_rows
from crm.db.sqlite.engine import open_reader, wal_path
from crm.db.sqlite.startup import needs_migration, prepare
from tests.support.cast import gather_cast, insert_workspace

GOOD = "CREATE TABLE extra (id INTEGER PRIMARY KEY) STRICT"


@pytest.fixture
def old(settings: Settings) -> Settings:
    """A stopped appliance with two workspaces and three people."""
    prepare(settings)
    db = Database.open(settings)
    gather_cast(db)
    db.close()
    return settings


def bring(monkeypatch: pytest.MonkeyPatch, sql: str) -> None:
    """The next start knows one more migration."""
    known = load_migrations()
    monkeypatch.setattr(startup, "load_migrations", lambda: [*known, Migration(len(known) + 1, "next", sql)])


def rows_of(database: Path) -> dict[str, int]:
    connection = open_reader(database)
    try:
        return count_rows(connection)
    finally:
        connection.close()


def content_of(folder: Path) -> dict[str, bytes]:
    names = ("crm.db", "crm.db.instance")
    return {name: (folder / name).read_bytes() for name in names}


def test_an_upgrade_keeps_every_row_and_leaves_a_snapshot(
    old: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows_of(old.sqlite_path)
    bring(monkeypatch, GOOD)
    prepare(old)
    after = rows_of(old.sqlite_path)
    assert after.pop("extra") == 0 and after.pop("schema_migrations") == before.pop("schema_migrations") + 1
    assert after == before
    assert len(upgrading.snapshots_of(old.sqlite_path)) == 1
    assert list(old.sqlite_path.parent.glob("crm.db.new*")) == []


@pytest.mark.parametrize("sql", ["DELETE FROM users WHERE id = 3", "DROP TABLE tokens; DELETE FROM users"])
def test_an_upgrade_that_would_lose_rows_is_refused_and_changes_nothing(
    old: Settings, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    before = content_of(old.sqlite_path.parent)
    bring(monkeypatch, sql)
    with pytest.raises(StartRefused, match=r"would lose rows: .* of users"):
        prepare(old)
    assert content_of(old.sqlite_path.parent) == before
    assert upgrading.snapshots_of(old.sqlite_path) == []
    assert needs_migration(old.sqlite_path)


DELETE_ONE, DROP_OTHER = "DELETE FROM users WHERE id = 3;", "DROP TABLE tokens;"


@pytest.mark.parametrize(
    "sql",
    [
        f"-- drops rows of: users\n{DELETE_ONE}",
        f"-- What nobody needs any more.\n-- drops rows of: tokens, users\n{DROP_OTHER}\n{DELETE_ONE}",
    ],
)
def test_rows_that_a_migration_declares_to_drop_may_go(
    old: Settings, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    before = rows_of(old.sqlite_path)
    bring(monkeypatch, sql)
    prepare(old)
    after = rows_of(old.sqlite_path)
    assert after["users"] == before["users"] - 1
    assert after["workspaces"] == before["workspaces"]
    [snapshot] = upgrading.snapshots_of(old.sqlite_path)
    assert rows_of(snapshot) == before


@pytest.mark.parametrize(
    "sql",
    [
        f"-- drops rows of: tokens\n{DROP_OTHER}\n{DELETE_ONE}",
        f"-- drops rows of users\n{DELETE_ONE}",
        f"SELECT '-- drops rows of: users';\n{DELETE_ONE}",
    ],
)
def test_a_declaration_allows_nothing_beyond_the_tables_that_it_names(
    old: Settings, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    bring(monkeypatch, sql)
    with pytest.raises(StartRefused, match="would lose rows: 1 of users"):
        prepare(old)


def test_a_declaration_of_a_migration_that_ran_before_allows_nothing_later(
    old: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = load_migrations()
    first = Migration(len(known) + 1, "first", "-- drops rows of: users\nDELETE FROM users WHERE id = 3;")
    second = Migration(len(known) + 2, "second", "DELETE FROM users WHERE id = 2;")
    monkeypatch.setattr(startup, "load_migrations", lambda: [*known, first])
    prepare(old)
    monkeypatch.setattr(startup, "load_migrations", lambda: [*known, first, second])
    with pytest.raises(StartRefused, match="would lose rows: 1 of users"):
        prepare(old)


def test_attempts_that_fail_do_not_fill_the_disk_with_snapshots(
    old: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(monkeypatch, "INSERT INTO nowhere VALUES (1)")
    for _ in range(3):
        with pytest.raises(StartRefused, match="nowhere"):
            prepare(old)
    assert [path.name for path in old.sqlite_path.parent.iterdir() if "before" in path.name] == []
    assert not old.sqlite_path.with_name("crm.db.new").exists()


def test_changes_that_were_only_in_the_wal_are_upgraded_too(
    old: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = Database.open(old)
    gather = rows_of(old.sqlite_path)["workspaces"]
    db.write(insert_workspace, SYSTEM, "One more")
    kept = wal_path(old.sqlite_path).read_bytes()
    image = old.sqlite_path.read_bytes()
    db.close()
    old.sqlite_path.write_bytes(image)
    wal_path(old.sqlite_path).write_bytes(kept)
    bring(monkeypatch, GOOD)
    prepare(old)
    assert rows_of(old.sqlite_path)["workspaces"] == gather + 1


def test_rolling_back_brings_the_database_of_before_and_keeps_the_present_one(
    old: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows_of(old.sqlite_path)
    with monkeypatch.context() as newer:
        bring(newer, GOOD)
        prepare(old)
    db = Database.open(old)
    db.write(insert_workspace, SYSTEM, "One more")
    db.close()
    with pytest.raises(StartRefused, match="newer"):
        prepare(old)
    way = find_way_back(old.sqlite_path)
    assert way.differences is not None
    assert {one.table for one in way.differences if one.loses} == {"schema_migrations", "workspaces"}
    moved = roll_back(old.sqlite_path, way.snapshot)
    prepare(old)
    assert rows_of(old.sqlite_path) == before
    assert rows_of(moved[0])["workspaces"] == before["workspaces"] + 1
    assert load_restored(old.sqlite_path) is not None


def test_there_is_no_way_back_without_a_snapshot_or_by_a_damaged_one(
    old: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BackupFailed, match="no snapshot"):
        find_way_back(old.sqlite_path)
    bring(monkeypatch, GOOD)
    prepare(old)
    [snapshot] = upgrading.snapshots_of(old.sqlite_path)
    content = bytearray(snapshot.read_bytes())
    content[4096 * 3 : 4096 * 4] = bytes(4096)
    snapshot.write_bytes(bytes(content))
    with pytest.raises(BackupFailed, match="damaged"):
        find_way_back(old.sqlite_path)
