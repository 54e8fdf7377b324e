"""A backup that somebody else made is no more believed than an export: what it brings, and by which paths."""

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest

from crm.appliance.records import offer_record
from crm.appliance.restoring import examine, restore_beside
from crm.db.backup.report import BackupFailed, Silence
from crm.db.backup.rolling_back import find_way_back
from crm.db.sqlite.upgrading import snapshot_path
from crm.db.stored_files import LeadsOut
from tests.support.filled import Filled
from tests.support.hostile_backups import SECRET, files_of, refuse_everywhere, reseal


@pytest.mark.parametrize(
    "path",
    [
        "../data/secret.txt",
        "uploads/../../data/secret.txt",
        "/etc/passwd",
        "uploads//etc/passwd",
        "uploads/.holdfast",
        "uploads/1/ab/x.y.z",
        "data/crm.db",
        "manifest.json/x",
        "",
        "uploads/",
        "uploads\\..\\x",
    ],
)
def test_a_path_of_a_manifest_that_leads_elsewhere_is_refused(
    appliance: Filled, folder: Path, path: str
) -> None:
    entry = {"path": path, "size": len(SECRET), "sha256": "0" * 64}
    reseal(folder, files=[*files_of(folder), entry])
    refuse_everywhere(appliance, folder, "which does not belong in a backup")


@pytest.mark.parametrize(
    "changes",
    [
        {"files": "x"},
        {"files": [{"path": "database.db"}]},
        {"files": [{"path": "database.db", "size": -1, "sha256": "0" * 64}]},
        {"files": []},
        {"tables": {"users": "many"}},
        {"created_at": "\x1b[31mnow"},
        {"format": 2},
        {"more": 1},
        {"instance_id": 7},
    ],
)
def test_a_manifest_that_is_not_as_ours_are_is_refused(
    appliance: Filled, folder: Path, changes: dict[str, Any]
) -> None:
    reseal(folder, **changes)
    refuse_everywhere(appliance, folder, "the manifest|format 2")


def test_a_file_that_is_named_twice_is_refused(appliance: Filled, folder: Path) -> None:
    reseal(folder, files=[*files_of(folder), files_of(folder)[0]])
    refuse_everywhere(appliance, folder, "twice")


def _link(path: Path, target: Path) -> None:
    path.unlink()
    path.symlink_to(target)


def _pipe(path: Path, _: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder_link(path: Path, target: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.symlink_to(target.parent)


@pytest.mark.parametrize("how", [_link, _pipe])
@pytest.mark.parametrize("path", ["database.db", "instance.json", "manifest.json", "manifest.sha256"])
def test_links_and_pipes_in_a_backup_are_not_followed(
    appliance: Filled, folder: Path, path: str, how: Callable[[Path, Path], None]
) -> None:
    how(folder / path, appliance.settings.sqlite_path.parent / "secret.txt")
    refuse_everywhere(appliance, folder, "not a plain file|not a complete backup")


@pytest.mark.parametrize("how", [_link, _pipe, _folder_link])
def test_uploads_of_a_backup_that_lead_out_are_not_followed(
    appliance: Filled, folder: Path, how: Callable[[Path, Path], None]
) -> None:
    stored = next(entry["path"] for entry in files_of(folder) if entry["path"].startswith("uploads/1/"))
    how(folder / stored, appliance.settings.sqlite_path.parent / "secret.txt")
    refuse_everywhere(appliance, folder, "not a plain file")


def test_a_good_backup_of_elsewhere_is_restored(appliance: Filled, folder: Path, tmp_path: Path) -> None:
    away = shutil.move(folder, tmp_path / folder.name)
    intent = examine(appliance.settings, str(away), Silence())
    places = restore_beside(intent, tmp_path / "restored", Silence())
    assert places.database.is_file()


def test_a_record_of_another_appliance_is_not_brought_into_this_one(appliance: Filled, folder: Path) -> None:
    reseal(folder, instance_id="f" * 32)
    with pytest.raises(BackupFailed, match="from another server"):
        offer_record(appliance.settings, appliance.db, str(folder), "clients/1")
    with pytest.raises(BackupFailed, match="No good backup"):
        offer_record(appliance.settings, appliance.db, None, "clients/1")


@pytest.mark.parametrize(
    "sql", ["CREATE VIEW spy AS SELECT 1", "UPDATE files SET stored_name = '/etc/passwd'"]
)
def test_a_snapshot_that_is_not_of_our_making_is_no_way_back(
    appliance: Filled, folder: Path, sql: str
) -> None:
    database = appliance.settings.sqlite_path
    snapshot = snapshot_path(database)
    shutil.copy(folder / "database.db", snapshot)
    assert find_way_back(database).snapshot == snapshot
    alter_file(snapshot, sql)
    with pytest.raises((BackupFailed, LeadsOut), match=r"spy|leads out|damaged"):
        find_way_back(database)
    snapshot.unlink()
    snapshot.symlink_to(folder / "database.db")
    with pytest.raises(BackupFailed, match="not a plain file"):
        find_way_back(database)


def alter_file(database: Path, sql: str) -> None:
    with closing(apsw.Connection(str(database))) as connection:
        connection.pragma("ignore_check_constraints", "ON")
        connection.execute(sql)
