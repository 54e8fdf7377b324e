"""A restore brings back all of a backup, deletes nothing, and never begins with one that is not whole."""

import os
from pathlib import Path

import pytest

from crm.activity.chain import verify_chain
from crm.appliance.backups import back_up
from crm.appliance.restoring import examine, restore, restore_beside
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.backup.report import BackupFailed, Silence
from crm.db.instance import load_instance
from crm.db.instance_lock import hold_instance
from crm.db.refusal import StartRefused
from crm.db.restored import load_restored, release_restored
from crm.db.sqlite.copies import count_rows, opened_copy
from crm.db.sqlite.engine import open_reader
from crm.db.sqlite.startup import prepare
from crm.kinds import open_database
from tests.support.cast import insert_workspace
from tests.support.documents import store_document
from tests.support.filled import Filled


def restore_newest(settings: Settings, backup: Path) -> list[Path]:
    return restore(settings, examine(settings, str(backup), Silence()), Silence())


def rows_of(database: Path) -> dict[str, int]:
    connection = open_reader(database)
    try:
        return count_rows(connection)
    finally:
        connection.close()


def test_an_empty_volume_gets_all_of_it_and_starts(appliance: Filled, tmp_path: Path) -> None:
    (appliance.settings.sqlite_path.parent / "secret.key").write_text("k" * 64)
    before = rows_of(appliance.settings.sqlite_path)
    backup = back_up(appliance.settings, Silence())
    empty = appliance.settings.model_copy(
        update={"sqlite_path": tmp_path / "new" / "data" / "crm.db", "upload_folder": tmp_path / "new" / "up"}
    )
    assert restore_newest(empty, backup) == []
    prepare(empty)
    assert rows_of(empty.sqlite_path) == before
    for document in appliance.documents:
        assert (empty.upload_folder / document.name).read_bytes() == document.read_bytes()
    assert (empty.sqlite_path.parent / "secret.key").read_text() == "k" * 64
    database = open_database(empty)
    assert database.read(verify_chain, appliance.cast.owner).entries == 5
    database.close()


def test_what_came_after_the_backup_is_shown_then_kept_beside(appliance: Filled) -> None:
    settings = appliance.settings
    backup = back_up(settings, Silence())
    appliance.note("client.renamed")
    late = store_document(appliance.db, settings.upload_folder, "late", b"later")
    appliance.db.close()
    intent = examine(settings, backup.name, Silence())
    assert intent.differences is not None
    found = {one.table: one.live - one.copied for one in intent.differences}
    assert found == {"activities": 1, "activity_contents": 1, "documents": 1}
    activities = next(one for one in intent.differences if one.table == "activities")
    assert activities.newest_live > activities.newest_copied > ""
    moved = restore(settings, intent, Silence())
    database = next(path for path in moved if ".db.replaced-" in path.name and path.suffix != ".db-wal")
    assert rows_of(database)["documents"] == 4
    uploads = next(path for path in moved if path.name.startswith("uploads.replaced-"))
    assert (uploads / "late").read_bytes() == b"later"
    assert not late.exists()
    prepare(settings)
    assert rows_of(settings.sqlite_path)["documents"] == 3


def test_a_stale_wal_is_not_played_over_the_restored_database(appliance: Filled) -> None:
    settings = appliance.settings
    backup = back_up(settings, Silence())
    for _ in range(50):
        appliance.note("client.renamed")
    appliance.db.close()
    wal = settings.sqlite_path.with_name("crm.db-wal")
    settings.sqlite_path.unlink()
    write_wal_of_another(settings, wal)
    restore_newest(settings, backup)
    assert not wal.exists()
    prepare(settings)
    found = rows_of(settings.sqlite_path)
    assert found["activities"] == 6


def write_wal_of_another(settings: Settings, wal: Path) -> None:
    """A -wal that the engine would believe: of a database with the same page size, and never checkpointed."""
    other = settings.sqlite_path.parent.parent / "other"
    others = settings.model_copy(
        update={"sqlite_path": other / "data" / "crm.db", "upload_folder": other / "uploads"}
    )
    prepare(others)
    database = open_database(others)
    database.write(insert_workspace, SYSTEM, "Another")
    wal.write_bytes(others.sqlite_path.with_name("crm.db-wal").read_bytes())
    assert wal.stat().st_size > 0
    database.close()


@pytest.mark.parametrize("holder", ["an appliance", "another process"])
def test_nothing_is_restored_under_a_running_appliance(appliance: Filled, holder: str) -> None:
    settings = appliance.settings
    backup = back_up(settings, Silence())
    before = sorted(settings.sqlite_path.parent.iterdir())
    held = None
    if holder == "an appliance":
        appliance.db.close()
        held = hold_instance(settings.sqlite_path)
    with pytest.raises((StartRefused, RuntimeError), match=r"running|in use|open in"):
        restore_newest(settings, backup)
    assert [path for path in before if not path.exists()] == []
    assert load_restored(settings.sqlite_path) is None
    if held is not None:
        os.close(held)


def test_a_damaged_backup_is_refused_and_nothing_moves(appliance: Filled) -> None:
    settings = appliance.settings
    backup = back_up(settings, Silence())
    appliance.db.close()
    database = backup / "database.db"
    content = bytearray(database.read_bytes())
    content[5_000] ^= 4
    database.write_bytes(bytes(content))
    with pytest.raises(BackupFailed, match=r"database\.db"):
        restore_newest(settings, backup)
    assert rows_of(settings.sqlite_path)["documents"] == 3


def test_sending_is_paused_until_it_is_released(appliance: Filled) -> None:
    backup = back_up(appliance.settings, Silence())
    appliance.db.close()
    restore_newest(appliance.settings, backup)
    paused = load_restored(appliance.settings.sqlite_path)
    assert paused is not None and paused.backup == backup.name
    release_restored(appliance.settings.sqlite_path)
    assert load_restored(appliance.settings.sqlite_path) is None


def test_a_damaged_database_in_use_does_not_stop_the_restore(appliance: Filled) -> None:
    settings = appliance.settings
    backup = back_up(settings, Silence())
    appliance.db.close()
    settings.sqlite_path.write_bytes(b"garbage" * 1000)
    intent = examine(settings, backup.name, Silence())
    assert intent.differences is None
    moved = restore(settings, intent, Silence())
    assert any(path.read_bytes().startswith(b"garbage") for path in moved if path.is_file())
    prepare(settings)
    assert rows_of(settings.sqlite_path)["documents"] == 3


def test_restoring_beside_leaves_the_data_in_use_alone(appliance: Filled, tmp_path: Path) -> None:
    backup = back_up(appliance.settings, Silence())
    intent = examine(appliance.settings, backup.name, Silence())
    places = restore_beside(intent, tmp_path / "elsewhere", Silence())
    with opened_copy(places.database) as copy:
        assert count_rows(copy.connection) == intent.manifest.tables
    appliance.note()
    assert load_restored(appliance.settings.sqlite_path) is None
    with pytest.raises(BackupFailed, match="not empty"):
        restore_beside(intent, tmp_path / "elsewhere", Silence())


def test_a_restored_place_counts_as_left_in_order(appliance: Filled) -> None:
    appliance.note()
    live = load_instance(appliance.settings.sqlite_path)
    assert live is not None and not live.clean
    backup = back_up(appliance.settings, Silence())
    appliance.db.close()
    restore_newest(appliance.settings, backup)
    restored = load_instance(appliance.settings.sqlite_path)
    assert restored is not None and restored.clean and restored.instance_id == live.instance_id


def test_a_restore_can_be_repeated_after_one_that_was_cut_off(appliance: Filled) -> None:
    """The database was moved aside and no more: the start refuses, and the restore can be run again."""
    settings = appliance.settings
    backup = back_up(settings, Silence())
    appliance.db.close()
    settings.sqlite_path.rename(settings.sqlite_path.with_name("crm.db.replaced-x"))
    (settings.upload_folder / ".part-restore").mkdir()
    (settings.sqlite_path.parent / ".part-restore").mkdir()
    with pytest.raises(StartRefused, match="missing"):
        prepare(settings)
    restore_newest(settings, backup)
    prepare(settings)
    assert rows_of(settings.sqlite_path)["documents"] == 3
