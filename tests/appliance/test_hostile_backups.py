"""A backup that somebody else made is no more believed than an export: what it brings, and by which paths."""

import io
import os
import shutil
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import orjson
import pytest

from crm.appliance.backups import back_up
from crm.appliance.contents import inspect
from crm.appliance.records import accept_offer, offer_record
from crm.appliance.restoring import examine, restore_beside
from crm.db.backup.extracting import HEADER_BYTES
from crm.db.backup.manifest import digest_of, load_manifest
from crm.db.backup.parcel import unpack
from crm.db.backup.report import BackupFailed, Silence
from crm.db.backup.rolling_back import find_way_back
from crm.db.backup.verifying import verify_backup
from crm.db.sqlite.upgrading import snapshot_path
from crm.db.stored_files import LeadsOut
from tests.appliance.test_records import attached, made
from tests.support.filled import Filled

SECRET = b"not for everybody"


@pytest.fixture
def folder(appliance: Filled) -> Path:
    """A good backup, with a file of a client in it."""
    settings, db, cast = appliance.settings, appliance.db, appliance.cast
    attached(db, cast, settings, made(db, cast, name="Ada"), b"letter")
    (settings.sqlite_path.parent / "secret.txt").write_bytes(SECRET)
    return back_up(settings, Silence())


def reseal(folder: Path, **changes: Any) -> None:
    """With the sizes and hashes of what is there now."""
    facts = orjson.loads((folder / "manifest.json").read_bytes())
    for entry in facts["files"]:
        if (folder / entry["path"]).is_file():
            entry["size"], entry["sha256"] = digest_of(folder / entry["path"])
    (folder / "manifest.json").write_bytes(orjson.dumps(facts | changes))
    _reseal_text(folder)


def _reseal_text(folder: Path) -> None:
    _, digest = digest_of(folder / "manifest.json")
    (folder / "manifest.sha256").write_text(f"{digest}  manifest.json\n")


def files_of(folder: Path) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = orjson.loads((folder / "manifest.json").read_bytes())["files"]
    return facts


def alter(folder: Path, sql: str) -> None:
    """Change the database of a backup, and seal it anew."""
    with closing(apsw.Connection(str(folder / "database.db"))) as connection:
        connection.pragma("ignore_check_constraints", "ON")
        connection.pragma("trusted_schema", "OFF")
        connection.execute(sql)
    reseal(folder)


def refuse_everywhere(appliance: Filled, folder: Path, reason: str) -> None:
    """Verifying, restoring in place and beside: nothing of it is put anywhere."""
    settings = appliance.settings
    with pytest.raises((BackupFailed, LeadsOut), match=reason):
        verify_backup(folder, inspect, Silence())
    with pytest.raises((BackupFailed, LeadsOut), match=reason):
        examine(settings, str(folder), Silence())
    assert (settings.sqlite_path.parent / "secret.txt").read_bytes() == SECRET


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


@pytest.mark.parametrize("name", ["../data/secret.txt", "/etc/passwd", "1/../../data/secret.txt"])
def test_a_stored_name_in_the_database_of_a_backup_is_refused(
    appliance: Filled, folder: Path, name: str
) -> None:
    alter(folder, f"UPDATE files SET stored_name = '{name}'")
    refuse_everywhere(appliance, folder, "leads out|damaged")
    with pytest.raises((BackupFailed, LeadsOut)):
        offer_record(appliance.settings, appliance.db, str(folder), "files/1")


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        (
            "CREATE TRIGGER spy AFTER INSERT ON users BEGIN UPDATE users SET role = 'owner'; END",
            "a trigger 'spy'",
        ),
        ("CREATE VIEW spy AS SELECT * FROM users", "a view 'spy'"),
        ("CREATE INDEX spy ON users (abs(id))", "a index 'spy'"),
        ("CREATE TABLE spy (id INTEGER PRIMARY KEY, x TEXT CHECK (x <> '')) STRICT", "a table 'spy'"),
        ('CREATE TABLE "\x1b[2J" (id INTEGER PRIMARY KEY) STRICT', "a table"),
        ("CREATE VIRTUAL TABLE spy USING fts5 (x)", "a table 'spy"),
        ("DROP TRIGGER activities_keep_delete", "lacks the trigger activities_keep_delete"),
        ("DROP INDEX users_email", "lacks the index users_email"),
        ("ALTER TABLE users ADD COLUMN more TEXT", "a table 'users'"),
        ("PRAGMA user_version = 9999", "newer Holdfast"),
        ("UPDATE schema_migrations SET digest = 'x' WHERE number = 3", "not a successor"),
        (
            """
            INSERT INTO tags (id, workspace_id, name, name_key, created_at)
            VALUES (9223372036854775807, 1, 'x', 'x', 'x')
            """,
            "too high",
        ),
    ],
)
def test_a_database_that_is_not_of_our_making_is_refused(
    appliance: Filled, folder: Path, sql: str, reason: str
) -> None:
    alter(folder, sql)
    refuse_everywhere(appliance, folder, reason)


def test_further_plain_tables_and_indexes_are_taken(appliance: Filled, folder: Path) -> None:
    alter(folder, "CREATE INDEX mine ON users (created_at)")
    verify_backup(folder, inspect, Silence())


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


def test_a_row_of_a_backup_follows_the_rules_of_written_ones(appliance: Filled, folder: Path) -> None:
    alter(folder, "UPDATE clients SET website = 'javascript:alert(1)'")
    with pytest.raises(BackupFailed, match="A row of clients does not fit: website"):
        accept_offer(
            appliance.settings,
            appliance.db,
            offer_record(appliance.settings, appliance.db, str(folder), "clients/1"),
        )


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


def tar_of(folder: Path, target: Path, *more: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.add(path, f"{folder.name}/{path.relative_to(folder)}")
        for info, content in more:
            info.size = len(content) if info.isreg() else 0
            archive.addfile(info, io.BytesIO(content))
    return target


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def test_a_parcel_that_we_packed_is_unpacked(appliance: Filled, folder: Path, tmp_path: Path) -> None:
    parcel = tar_of(folder, tmp_path / "backup.tar")
    (tmp_path / "shelf").mkdir()
    unpacked = unpack(parcel, tmp_path / "shelf", None)
    assert load_manifest(unpacked) == load_manifest(folder)
    verify_backup(unpacked, inspect, Silence())


NAME = "holdfast-20261121T073911123Z"


@pytest.mark.parametrize(
    "hostile",
    [
        member("../evil"),
        member("/tmp/evil"),
        member(f"{NAME}/../../evil"),
        member(f"{NAME}/uploads/../../../evil"),
        member(f"{NAME}/evil.sh"),
        member("evil"),
        member(f"{NAME}/uploads/1/ab/link", tarfile.SYMTYPE, "/etc/passwd"),
        member(f"{NAME}/uploads/1/ab/link", tarfile.LNKTYPE, "database.db"),
        member(f"{NAME}/database.db", tarfile.FIFOTYPE),
        member(f"{NAME}/database.db", tarfile.CHRTYPE),
        member(f"{NAME}/database.db", tarfile.BLKTYPE),
        member(f"{NAME}/uploads", tarfile.DIRTYPE),
    ],
    ids=lambda info: f"{info.name} {info.type!r}",
)
def test_a_parcel_with_anything_else_in_it_is_refused_and_leaves_nothing(
    folder: Path, tmp_path: Path, hostile: tarfile.TarInfo
) -> None:
    parcel = tar_of(folder, tmp_path / "backup.tar", (hostile, b"evil"))
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    with pytest.raises(BackupFailed, match=r"does not belong in a backup|not a plain file"):
        unpack(parcel, shelf, None)
    assert list(shelf.iterdir()) == []
    assert not (tmp_path / "evil").exists() and not Path("/tmp/evil").exists()


def test_a_parcel_with_a_file_twice_or_cut_off_is_refused(folder: Path, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    twice = tar_of(folder, tmp_path / "twice.tar", (member(f"{folder.name}/manifest.json"), b"{}"))
    with pytest.raises(BackupFailed, match="twice"):
        unpack(twice, shelf, None)
    whole = tar_of(folder, tmp_path / "backup.tar").read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BackupFailed):
        unpack(tmp_path / "cut.tar", shelf, None)
    assert list(shelf.iterdir()) == []


def test_a_header_as_long_as_the_memory_is_not_read(folder: Path, tmp_path: Path) -> None:
    long = tarfile.TarInfo("x")
    long.type, long.size = tarfile.XHDTYPE, 4 * HEADER_BYTES
    (tmp_path / "long.tar").write_bytes(long.tobuf(tarfile.USTAR_FORMAT) + bytes(5 * HEADER_BYTES))
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    with pytest.raises(BackupFailed, match="header is too long"):
        unpack(tmp_path / "long.tar", shelf, None)
