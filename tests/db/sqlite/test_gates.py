"""Each start-up gate refuses with a sentence that says what to do, and changes no file."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from crm.config import PROJECT_ROOT, Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.refusal import StartRefused
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.gates import APPLICATION_ID_AT, check_absolute, check_gates, check_header
from crm.db.sqlite.process import FileInUse
from crm.db.sqlite.startup import prepare
from tests.support.gates import content_of, damage, refusal_of
from tests.support.scratch import increment


def test_an_appliance_in_order_is_let_through(prepared: Settings, tmp_path: Path) -> None:
    before = content_of(tmp_path)
    prepare(prepared)
    assert content_of(tmp_path) == before


def test_a_relative_path_is_refused_with_the_one_it_would_have_meant() -> None:
    with pytest.raises(StartRefused, match=f"write {Path.cwd()}/data/crm.db instead"):
        check_absolute(Path("data/crm.db"))


def test_a_database_under_two_names_is_refused(prepared: Settings, tmp_path: Path) -> None:
    (tmp_path / "other.db").hardlink_to(prepared.sqlite_path)
    assert "several names" in refusal_of(prepared, tmp_path)


def test_the_database_of_another_program_is_refused(prepared: Settings, tmp_path: Path) -> None:
    damage(prepared.sqlite_path, APPLICATION_ID_AT.start, b"\x0f\x05\x51\x12")
    assert "another program (application id 0xf055112)" in refusal_of(prepared, tmp_path)


@pytest.mark.parametrize(
    "trace",
    ["INSERT INTO schema_migrations VALUES (9999, 'later', 'digest', 'now')", "PRAGMA user_version = 9999"],
)
def test_a_newer_database_is_refused(prepared: Settings, tmp_path: Path, trace: str) -> None:
    connection = open_writer(prepared.sqlite_path)
    connection.execute(trace).fetchall()
    connection.close()
    assert "newer Holdfast" in refusal_of(prepared, tmp_path)


def test_a_folder_in_the_place_of_the_file_is_refused(settings: Settings, tmp_path: Path) -> None:
    settings.sqlite_path.mkdir(parents=True)
    assert "is not a file" in refusal_of(settings, tmp_path)


def test_a_file_in_the_place_of_a_folder_is_refused(settings: Settings, tmp_path: Path) -> None:
    settings.upload_folder.write_text("")
    assert "is not a folder" in refusal_of(settings, tmp_path)


WITHOUT_PRIVILEGE = """
import ctypes, os, sys
from pathlib import Path
from crm.config import Settings
from crm.db.sqlite.startup import prepare

if os.getuid() == 0:
    libc, head, sets = ctypes.CDLL(None), (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert libc.capget(head, sets) == 0
    sets[0], sets[1] = sets[0] & ~0b110, sets[1] & ~0b110
    assert libc.capset(head, sets) == 0
settings = Settings(sqlite_path=Path(sys.argv[1]), upload_folder=Path(sys.argv[2]))
try:
    prepare(settings, wait=0)
except Exception as error:
    print(type(error).__name__, error)
else:
    print("started")
"""


def start_without_privilege(settings: Settings) -> str:
    """Permissions do not bind root: run by root, the start is tried without that privilege."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PRIVILEGE, str(settings.sqlite_path), str(settings.upload_folder)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return done.stdout.strip().splitlines()[-1]


def test_a_read_only_file_or_folder_is_refused(prepared: Settings) -> None:
    assert start_without_privilege(prepared) == "started"
    names = ("crm.db", "crm.db-wal", "crm.db.instance", "crm.db.lock", ".", "../uploads")
    for path in (prepared.sqlite_path.parent / name for name in names):
        before = path.stat().st_mode
        path.chmod(0o555 if path.is_dir() else 0o444)
        answer = start_without_privilege(prepared)
        path.chmod(before)
        assert answer.startswith(f"StartRefused {path.resolve()} cannot be read and written by this user")


def test_folders_that_cannot_be_made_are_refused(settings: Settings, tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    answer = start_without_privilege(settings)
    assert answer.startswith(
        f"StartRefused {tmp_path / 'data'}, {tmp_path / 'uploads'} cannot be read and written by this user"
    )
    tmp_path.chmod(0o755)


def test_a_full_disk_is_refused(prepared: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=5_000_000))
    assert "is full: 4882 KiB are free, 16384 are needed" in refusal_of(prepared, tmp_path)


def test_an_operating_system_that_refuses_is_explained(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: Path) -> bool:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(folder))

    monkeypatch.setattr("crm.db.sqlite.startup.make_folder", fail)
    with pytest.raises(StartRefused, match="data: Read-only file system"):
        prepare(settings)


@pytest.mark.parametrize("version", ["3.51.2", "3.46.1"])
def test_an_affected_sqlite_is_refused(
    prepared: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: version)
    assert f"SQLite {version} can corrupt data" in refusal_of(prepared, tmp_path)


def test_the_header_is_never_read_by_hand_while_the_file_is_open_in_this_process(db: Database) -> None:
    """Closing it would drop the engine's locks on it."""
    db.write(increment, SYSTEM)
    with pytest.raises(FileInUse):
        check_header(db.path)


def test_the_gates_of_an_open_database_leave_its_locks_alone(db: Database, prepared: Settings) -> None:
    db.write(increment, SYSTEM)
    check_gates(prepared.sqlite_path, prepared.upload_folder)
    prepare(prepared, wait=0)
    assert db.write(increment, SYSTEM) == 2
