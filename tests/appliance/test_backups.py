"""A backup is whole, restored on trial, and never at the cost of one that was there before."""

import stat
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from crm.appliance.backups import back_up, is_due, standing_of, verify_named
from crm.config import Settings
from crm.db.backup.manifest import load_manifest
from crm.db.backup.report import BackupFailed, Silence
from crm.db.backup.shelf import last_run, list_backups, locked_shelf
from crm.db.instance import create_instance
from crm.db.sqlite.copies import opened_copy
from crm.db.sqlite.engine import open_writer
from crm.db.stored_files import LeadsOut
from tests.support.documents import store_document
from tests.support.filled import Filled, Heard
from tests.support.frozen_clock import FrozenClock


def names_on(shelf: Path) -> list[str]:
    return [backup.name for backup in list_backups(shelf)]


def test_a_backup_holds_the_rows_the_files_the_key_and_the_marker(appliance: Filled, heard: Heard) -> None:
    (appliance.settings.sqlite_path.parent / "secret.key").write_text("k" * 64)
    folder = back_up(appliance.settings, heard)
    manifest = load_manifest(folder)
    assert {entry.path for entry in manifest.files} == {
        "database.db", "instance.json", "secret.key",
        "uploads/00document", "uploads/01document", "uploads/02document",
    }  # fmt: skip
    assert manifest.tables["documents"] == 3 and manifest.tables["activities"] == 6
    assert [head["entries"] for head in manifest.heads.values()] == [5, 1]
    assert [line.split(":")[0] for line in heard.steps] == [
        "lock", "space", "copy", "check", "ledgers", "uploads", "manifest", "named",
        "trial restore", "retention",
    ]  # fmt: skip
    assert list_backups(appliance.settings.backup_dir)[0].good


def test_nobody_else_may_read_a_backup(appliance: Filled) -> None:
    folder = back_up(appliance.settings, Silence())
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert modes <= {0o600, 0o700}


def test_nothing_is_left_beside_the_backup(appliance: Filled) -> None:
    folder = back_up(appliance.settings, Silence())
    assert {path.name for path in folder.parent.iterdir()} == {folder.name, ".lock", ".checks"}


def test_changes_that_are_only_in_the_wal_are_in_the_backup(appliance: Filled) -> None:
    appliance.note("client.renamed")
    assert appliance.settings.sqlite_path.with_name("crm.db-wal").stat().st_size > 0
    folder = back_up(appliance.settings, Silence())
    with opened_copy(folder / "database.db") as copy:
        found = copy.connection.execute("SELECT count(*) FROM activities WHERE action = 'client.renamed'")
        assert found.fetchall() == [(1,)]
    assert not list(folder.glob("*-wal"))


def test_a_second_simultaneous_backup_is_refused(appliance: Filled) -> None:
    back_up(appliance.settings, Silence())
    with locked_shelf(appliance.settings.backup_dir), pytest.raises(BackupFailed, match="is running"):
        back_up(appliance.settings, Silence())


@pytest.mark.parametrize("change", ["missing", "flipped", "shortened"])
def test_a_lost_upload_fails_the_backup_and_leaves_the_others(appliance: Filled, change: str) -> None:
    settings = appliance.settings
    kept = back_up(settings, Silence())
    late = store_document(appliance.db, settings.upload_folder, "late", b"content")
    damage(late, change)
    with pytest.raises(BackupFailed, match="late"):
        back_up(settings, Silence())
    assert names_on(settings.backup_dir) == [kept.name]
    verify_named(settings, kept.name, Silence())
    run = last_run(settings.backup_dir)
    assert run is not None and "late" in run.problem


def test_an_upload_that_went_missing_is_taken_from_the_previous_backup(
    appliance: Filled, heard: Heard
) -> None:
    back_up(appliance.settings, Silence())
    appliance.documents[0].unlink()
    folder = back_up(appliance.settings, heard)
    assert (folder / "uploads" / "00document").read_bytes() == bytes(5_000)
    assert any("00document" in line and "previous" in line for line in heard.steps)
    run = last_run(appliance.settings.backup_dir)
    assert run is not None and run.name == folder.name and "documents/1 (00document)" in run.problem


def test_a_database_that_cannot_be_read_is_a_failure_that_is_remembered(appliance: Filled) -> None:
    settings = appliance.settings
    kept = back_up(settings, Silence())
    appliance.db.close()
    settings.sqlite_path.write_bytes(b"")
    with pytest.raises(BackupFailed, match=r"zero bytes.*crm doctor"):
        back_up(settings, Silence())
    run = last_run(settings.backup_dir)
    assert run is not None and "cannot be read" in run.problem
    assert settings.sqlite_path.read_bytes() == b""
    assert names_on(settings.backup_dir) == [kept.name]


def test_a_backup_from_a_time_to_come_neither_hides_nor_hurries_the_others(
    appliance: Filled, frozen_clock: FrozenClock
) -> None:
    settings = appliance.settings.model_copy(update={"backup_every_hours": 24})
    frozen_clock.advance(days=400)
    back_up(settings, Silence())
    frozen_clock.advance(days=-400)
    assert standing_of(settings).stale and is_due(settings)
    back_up(settings, Silence())
    assert not standing_of(settings).stale and not is_due(settings)
    frozen_clock.advance(hours=27)
    assert standing_of(settings).stale and is_due(settings)


def test_a_name_that_leads_out_of_the_uploads_is_not_followed(appliance: Filled) -> None:
    connection = open_writer(appliance.settings.sqlite_path)
    connection.execute("UPDATE documents SET stored_name = '../data/secret.key' WHERE id = 1")
    connection.close()
    with pytest.raises(LeadsOut, match="documents/1 leads out"):
        back_up(appliance.settings, Silence())


def test_a_broken_ledger_fails_the_backup(appliance: Filled) -> None:
    connection = open_writer(appliance.settings.sqlite_path)
    connection.execute(
        "DROP TRIGGER activities_keep_update; UPDATE activities SET action = 'x' WHERE seq = 3"
    )
    connection.close()
    with pytest.raises(BackupFailed, match="broken at entry 3"):
        back_up(appliance.settings, Silence())
    assert names_on(appliance.settings.backup_dir) == []


def test_a_disk_without_room_is_refused_before_anything_is_copied(
    appliance: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    with pytest.raises(BackupFailed, match="needs"):
        back_up(appliance.settings, Silence())
    assert names_on(appliance.settings.backup_dir) == []


def test_what_a_killed_backup_left_is_cleared_by_the_next(appliance: Filled) -> None:
    draft = appliance.settings.backup_dir / ".part-holdfast-20261120T000000000Z"
    draft.mkdir(parents=True)
    (draft / "database.db").write_bytes(b"half")
    back_up(appliance.settings, Silence())
    assert not draft.exists()


def test_every_flipped_bit_and_every_missing_file_is_refused(appliance: Filled) -> None:
    folder = back_up(appliance.settings, Silence())
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 7
    for path in files:
        whole = path.read_bytes()
        path.unlink()
        refuse(appliance.settings, folder)
        for at in {0, len(whole) // 2, len(whole) - 1}:
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            refuse(appliance.settings, folder)
        path.write_bytes(whole[:-1])
        refuse(appliance.settings, folder)
        path.write_bytes(whole)
    verify_named(appliance.settings, folder.name, Silence())


def refuse(settings: Settings, folder: Path) -> None:
    with pytest.raises(BackupFailed):
        verify_named(settings, folder.name, Silence())
    assert not list_backups(settings.backup_dir)[0].good


def damage(path: Path, change: str) -> None:
    content = path.read_bytes()
    path.unlink()
    if change == "flipped":
        path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    if change == "shortened":
        path.write_bytes(content[:-1])


def test_retention_removes_the_old_only_after_a_success(appliance: Filled, frozen_clock: FrozenClock) -> None:
    settings = appliance.settings.model_copy(update={"backup_keep_weekly": 0, "backup_keep_monthly": 0})
    old = back_up(settings, Silence())
    frozen_clock.advance(days=9)
    late = store_document(appliance.db, settings.upload_folder, "late", b"content")
    whole = late.read_bytes()
    late.unlink()
    with pytest.raises(BackupFailed):
        back_up(settings, Silence())
    assert names_on(settings.backup_dir) == [old.name]
    late.write_bytes(whole)
    new = back_up(settings, Silence())
    assert names_on(settings.backup_dir) == [new.name]


def test_what_another_appliance_keeps_in_the_same_folder_is_neither_removed_nor_counted(
    appliance: Filled, frozen_clock: FrozenClock
) -> None:
    settings = appliance.settings.model_copy(update={"backup_keep_weekly": 0, "backup_keep_monthly": 0})
    theirs = back_up(settings, Silence())
    create_instance(settings.sqlite_path, settings.upload_folder)
    assert standing_of(settings).stale
    frozen_clock.advance(days=9)
    mine = back_up(settings, Silence())
    assert names_on(settings.backup_dir) == [mine.name, theirs.name]
    assert not standing_of(settings).stale


def test_one_a_week_and_one_a_month_are_kept_beyond_the_days(
    appliance: Filled, frozen_clock: FrozenClock
) -> None:
    settings = appliance.settings.model_copy(update={"backup_keep_weekly": 3, "backup_keep_monthly": 2})
    for _ in range(30):
        back_up(settings, Silence())
        frozen_clock.advance(days=2)
    ages = [round(backup.age / timedelta(days=1)) for backup in list_backups(settings.backup_dir)]
    assert [age for age in ages if age <= 7] == [2, 4, 6]
    assert 2 <= len([age for age in ages if age > 7]) <= 4


def test_what_was_made_of_an_upload_goes_along(appliance: Filled) -> None:
    small = appliance.documents[0].with_name("00document.96")
    small.write_bytes(b"a thumbnail")
    folder = back_up(appliance.settings, Silence())
    assert (folder / "uploads" / small.name).read_bytes() == b"a thumbnail"
    verify_named(appliance.settings, folder.name, Silence())
