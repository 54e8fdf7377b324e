"""From nothing, or from an older program, to a database in order; a crash or a race midway costs nothing."""

import os
from pathlib import Path

import apsw
import pytest

from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.instance import UPLOADS_MARKER, load_instance, marker_path, uploads_owner
from crm.db.migrations import Migration, load_migrations
from crm.db.presence import Presence, alone
from crm.db.refusal import StartRefused
from crm.db.sqlite import startup
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.snapshots import SnapshotFailed, take_snapshot, verify_database
from crm.db.sqlite.startup import needs_migration, prepare
from tests.support.cast import insert_workspace
from tests.support.places import settings_below
from tests.support.processes import run_in_processes
from tests.support.scratch import increment, read_counter

FILES = {"crm.db", "crm.db-wal", "crm.db-shm", "crm.db.instance", "crm.db.lock"}
EXTRA = "CREATE TABLE extra (id INTEGER PRIMARY KEY) STRICT"


def with_extra(sql: str = EXTRA) -> list[Migration]:
    known = load_migrations()
    return [*known, Migration(len(known) + 1, "extra", sql)]


@pytest.fixture
def upgraded(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the program is one migration newer."""
    newer = with_extra()
    monkeypatch.setattr(startup, "load_migrations", lambda: newer)


def files_beside(settings: Settings) -> set[str]:
    return {path.name for path in settings.sqlite_path.parent.iterdir()}


def test_the_first_start_makes_everything_for_its_owner_alone(settings: Settings) -> None:
    prepare(settings)
    assert files_beside(settings) == FILES
    assert settings.sqlite_path.parent.stat().st_mode & 0o777 == 0o700
    assert settings.upload_folder.stat().st_mode & 0o777 == 0o700
    instance = load_instance(settings.sqlite_path)
    assert instance is not None and instance.clean
    assert uploads_owner(settings.upload_folder) == instance.instance_id
    assert not needs_migration(settings.sqlite_path)


def test_the_second_start_changes_nothing(settings: Settings) -> None:
    prepare(settings)
    before = settings.sqlite_path.read_bytes(), marker_path(settings.sqlite_path).read_bytes()
    prepare(settings)
    assert before == (settings.sqlite_path.read_bytes(), marker_path(settings.sqlite_path).read_bytes())


def die_at(settings: Settings, module: str, function: str, call: int) -> None:
    """Prepare, and end as by kill -9 where that function is called for the `call`th time."""
    calls = 0

    def die_or_go_on(*args: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == call:
            os._exit(9)
        return original(*args, **named)

    holder: object = __import__(module, fromlist=[function])
    if "." in function:
        holder, function = getattr(holder, function.split(".", maxsplit=1)[0]), function.split(".")[1]
    original = getattr(holder, function)
    setattr(holder, function, die_or_go_on)
    prepare(settings)


@pytest.mark.parametrize(
    ("module", "function", "call"),
    [
        ("crm.db.sqlite.startup", "make_folder", 2),
        ("crm.db.sqlite.startup", "open_writer", 1),
        ("crm.db.sqlite.startup", "open_writer", 2),
        ("crm.db.sqlite.migrations", "_record", 1),
        ("crm.db.sqlite.migrations", "_record", 2),
        ("pathlib", "Path.replace", 1),
        ("crm.db.sqlite.startup", "sync_folder", 1),
        ("crm.db.sqlite.startup", "create_instance", 1),
        ("crm.db.instance", "_save", 1),
    ],
)
def test_a_first_start_killed_midway_is_repeated_whole(
    settings: Settings, module: str, function: str, call: int
) -> None:
    with pytest.raises(Exception, match="terminated abruptly"):
        run_in_processes(die_at, [(settings, module, function, call)])
    prepare(settings)
    prepare(settings)
    verify_database(settings.sqlite_path)
    assert files_beside(settings) == FILES
    assert not needs_migration(settings.sqlite_path)


def prepare_and_write(folder: Path) -> None:
    settings = settings_below(folder)
    prepare(settings)
    db = Database.open(settings)
    db.write(insert_workspace, SYSTEM, "one of many")
    db.close()


def test_first_starts_that_race_make_one_database(settings: Settings, tmp_path: Path) -> None:
    run_in_processes(prepare_and_write, [(tmp_path,)] * 6)
    db = Database.open(settings)
    assert db.read(lambda tx: tx.value("SELECT count(*) FROM workspaces"), SYSTEM) == 6
    db.close()


@pytest.mark.usefixtures("upgraded")
def test_an_upgrade_takes_a_verified_snapshot_first(prepared: Settings) -> None:
    db = Database.open(prepared)
    db.write(increment, SYSTEM)
    db.close()
    assert needs_migration(prepared.sqlite_path)
    prepare(prepared)
    assert not needs_migration(prepared.sqlite_path)
    [snapshot] = prepared.sqlite_path.parent.glob("crm.before-migration-*.db")
    verify_database(snapshot)
    connection = open_writer(snapshot)
    assert connection.execute("SELECT value FROM scratch_counters WHERE name = 'a'").fetchall() == [(1,)]
    with pytest.raises(apsw.SQLError):
        connection.execute("SELECT * FROM extra")
    connection.close()


@pytest.mark.usefixtures("upgraded")
def test_without_a_snapshot_there_is_no_upgrade(prepared: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise SnapshotFailed("crm.db: row 1 missing from index")

    monkeypatch.setattr(startup, "take_snapshot", fail)
    with pytest.raises(StartRefused, match="missing from index"):
        prepare(prepared)
    assert needs_migration(prepared.sqlite_path)


def test_a_failed_upgrade_leaves_the_database_to_the_older_program(
    prepared: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(startup, "load_migrations", lambda: with_extra("INSERT INTO nowhere VALUES (1)"))
        with pytest.raises(StartRefused, match="nowhere"):
            prepare(prepared)
    prepare(prepared)
    db = Database.open(prepared)
    assert db.write(increment, SYSTEM) == 1
    db.close()


@pytest.mark.usefixtures("upgraded")
def test_an_upgrade_waits_for_no_running_process_but_refuses(prepared: Settings) -> None:
    db = Database.open(prepared)
    db.write(increment, SYSTEM)
    with pytest.raises(StartRefused, match="in use by another process"):
        prepare(prepared, wait=0.1)
    assert db.read(read_counter, SYSTEM) == 1
    db.close()
    prepare(prepared, wait=0)


def test_a_start_beside_a_running_process_only_looks(prepared: Settings) -> None:
    presence = Presence(prepared.sqlite_path, wait=0)
    prepare(prepared, wait=0)
    presence.end()


def test_a_start_during_a_restore_does_not_touch_the_file(prepared: Settings) -> None:
    with alone(prepared.sqlite_path), pytest.raises(StartRefused, match="in use by another process"):
        prepare(prepared, wait=0.1)


def test_a_database_copied_without_its_marker_gets_one(prepared: Settings) -> None:
    marker_path(prepared.sqlite_path).unlink()
    (prepared.upload_folder / UPLOADS_MARKER).unlink()
    prepare(prepared)
    assert load_instance(prepared.sqlite_path) is not None


def test_a_snapshot_of_a_database_under_write_load_is_whole(db: Database, tmp_path: Path) -> None:
    db.write(increment, SYSTEM)
    connection = open_writer(db.path)
    odd = tmp_path / "a #1 100%? snapshot.db"
    take_snapshot(connection, odd)
    connection.close()
    verify_database(odd)
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_snapshot_that_does_not_verify_is_removed(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db.write(increment, SYSTEM)
    connection = open_writer(db.path)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("INSERT INTO slips (workspace_id, text) VALUES (77, 'of nobody')")
    with pytest.raises(SnapshotFailed, match="1 rows refer to a row that is not there"):
        take_snapshot(connection, tmp_path / "snapshot.db")
    connection.close()
    assert {path.name for path in tmp_path.iterdir()} == {"data", "uploads"}
