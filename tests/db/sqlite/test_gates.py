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
from crm.db.durable_files import write_durably
from crm.db.instance import UPLOADS_MARKER, load_instance, mark_clean, marker_path
from crm.db.refusal import StartRefused
from crm.db.sqlite import gates
from crm.db.sqlite.engine import open_writer, wal_path
from crm.db.sqlite.gates import (
    APPLICATION_ID_AT,
    check_absolute,
    check_filesystem,
    check_gates,
    check_header,
    filesystem_of,
)
from crm.db.sqlite.process import FileInUse
from crm.db.sqlite.startup import prepare
from tests.support.processes import run_in_processes
from tests.support.scratch import increment

PAGE = 4096


def content_of(folder: Path) -> dict[str, bytes]:
    """Every file with its bytes, but the engine's shared index, which holds nothing of its own."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".db-shm" and path.stat().st_size
    }


def refusal_of(settings: Settings, folder: Path) -> str:
    before = content_of(folder)
    with pytest.raises(StartRefused) as caught:
        prepare(settings, wait=0)
    assert content_of(folder) == before
    return str(caught.value)


def damage(path: Path, at: int, content: bytes) -> None:
    with path.open("r+b") as stream:
        stream.seek(at)
        stream.write(content)


def test_an_appliance_in_order_is_let_through(prepared: Settings, tmp_path: Path) -> None:
    before = content_of(tmp_path)
    prepare(prepared)
    assert content_of(tmp_path) == before


def test_a_relative_path_is_refused_with_the_one_it_would_have_meant() -> None:
    with pytest.raises(StartRefused, match=f"write {Path.cwd()}/data/crm.db instead"):
        check_absolute(Path("data/crm.db"))


MOUNTS = """\
/dev/vda / ext4 rw 0 0
server:/export /srv nfs4 rw 0 0
//box/share /mnt/win\\040dows cifs rw 0 0
/dev/vdb /srv/local xfs rw 0 0
host /mnt/mac virtiofs rw 0 0
C: /mnt/c 9p rw 0 0
me@box: /mnt/ssh fuse.sshfs rw 0 0
overlay /mnt/over fuse.fuse-overlayfs rw 0 0
tmpfs /dev/shm tmpfs rw 0 0
odd
"""


@pytest.mark.parametrize(
    "folder", ["/srv", "/srv/data", "/mnt/win dows/x", "/mnt/mac", "/mnt/c/a", "/mnt/ssh"]
)
def test_a_network_filesystem_is_refused(tmp_path: Path, folder: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    with pytest.raises(StartRefused, match="network or shared filesystem"):
        check_filesystem(Path(folder), mounts)


@pytest.mark.parametrize("folder", ["/", "/srv/local/data", "/srvother", "/mnt/over", "/dev/shm", "/mnt"])
def test_a_local_filesystem_is_accepted(tmp_path: Path, folder: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    check_filesystem(Path(folder), mounts)


def test_the_filesystem_of_a_folder_yet_to_be_made_is_that_of_its_parent(tmp_path: Path) -> None:
    assert filesystem_of(tmp_path / "not" / "there") == filesystem_of(tmp_path)
    assert filesystem_of(tmp_path, tmp_path / "no mounts here") is None


def test_a_network_filesystem_stops_the_start(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "filesystem_of", lambda *_: "nfs4")
    assert "nfs4" in refusal_of(settings, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_zero_byte_file_is_refused(prepared: Settings, tmp_path: Path) -> None:
    prepared.sqlite_path.write_bytes(b"")
    assert "is empty (zero bytes)" in refusal_of(prepared, tmp_path)


def test_a_text_file_is_refused(prepared: Settings, tmp_path: Path) -> None:
    prepared.sqlite_path.write_text("name,email\n" * 100)
    assert "is not a SQLite database" in refusal_of(prepared, tmp_path)


@pytest.mark.parametrize(
    ("at", "content"),
    [
        (0, b"SQLite format 4\x00"),
        (16, b"\x00\x07"),
        (18, b"\x09\x09"),
        (21, b"\xff\xff\xff"),
        (44, b"\xff" * 4),
    ],
    ids=["magic", "page size", "version", "payload fractions", "schema format"],
)
def test_a_corrupt_header_is_refused(prepared: Settings, tmp_path: Path, at: int, content: bytes) -> None:
    damage(prepared.sqlite_path, at, content)
    assert "crm.db" in refusal_of(prepared, tmp_path)


def test_a_truncated_header_is_refused(prepared: Settings, tmp_path: Path) -> None:
    os.truncate(prepared.sqlite_path, 60)
    assert "header is damaged" in refusal_of(prepared, tmp_path)


def test_a_truncated_file_is_refused(prepared: Settings, tmp_path: Path) -> None:
    os.truncate(prepared.sqlite_path, 4 * PAGE)
    assert "is damaged" in refusal_of(prepared, tmp_path)


@pytest.mark.parametrize(
    ("size", "header"),
    [(PAGE, b""), (2 * PAGE, b""), (20 * PAGE, b""), (None, b"\xff" * 4)],
    ids=["a page left", "two", "twenty", "schema format"],
)
def test_what_stands_in_the_wal_of_a_damaged_file_stays_there(
    prepared: Settings, tmp_path: Path, size: int | None, header: bytes
) -> None:
    """The changes in it may be all that is left of them."""
    image, wal = prepared.sqlite_path.read_bytes(), wal_path(prepared.sqlite_path)
    connection = open_writer(prepared.sqlite_path)
    connection.execute("UPDATE schema_migrations SET applied_at = 'later'")
    kept = wal.read_bytes()
    connection.close()
    prepared.sqlite_path.write_bytes(image[:size])
    damage(prepared.sqlite_path, 44, header)
    wal.write_bytes(kept)
    mark_clean(prepared.sqlite_path, clean=False)
    assert "crm.db" in refusal_of(prepared, tmp_path)
    wal.write_bytes(b"")
    refusal_of(prepared, tmp_path)
    assert wal.exists()


def test_every_corrupt_page_is_refused(prepared: Settings, tmp_path: Path) -> None:
    size = prepared.sqlite_path.stat().st_size
    whole = prepared.sqlite_path.read_bytes()
    for page in range(1, size // PAGE, 5):
        damage(prepared.sqlite_path, page * PAGE, b"\x5a" * 512)
        assert "crm.db" in refusal_of(prepared, tmp_path)
        prepared.sqlite_path.write_bytes(whole)
    prepare(prepared)


def test_after_an_unclean_stop_pages_are_walked_however_large_the_file(
    prepared: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.db.sqlite.startup.ALWAYS_WALKED_BYTES", 0)
    last = prepared.sqlite_path.stat().st_size // PAGE - 1
    damage(prepared.sqlite_path, last * PAGE, b"\x5a" * 512)
    prepare(prepared)
    mark_clean(prepared.sqlite_path, clean=False)
    assert "is damaged" in refusal_of(prepared, tmp_path)


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


def test_a_missing_database_is_refused_where_there_was_one(prepared: Settings, tmp_path: Path) -> None:
    prepared.sqlite_path.unlink()
    assert "says that there was one" in refusal_of(prepared, tmp_path)
    marker_path(prepared.sqlite_path).unlink()
    assert "belongs to a database that existed" in refusal_of(prepared, tmp_path)
    shutil.rmtree(prepared.upload_folder)
    prepare(prepared)


def test_a_wal_without_its_database_is_refused(settings: Settings, tmp_path: Path) -> None:
    settings.sqlite_path.parent.mkdir()
    settings.sqlite_path.with_name("crm.db-wal").write_bytes(b"changes")
    assert "holds changes of it" in refusal_of(settings, tmp_path)


def test_missing_or_foreign_uploads_are_refused_until_that_is_accepted(
    prepared: Settings, tmp_path: Path
) -> None:
    shutil.rmtree(prepared.upload_folder)
    assert "is missing or empty" in refusal_of(prepared, tmp_path)
    prepared.upload_folder.mkdir()
    assert "is missing or empty" in refusal_of(prepared, tmp_path)
    write_durably(prepared.upload_folder / UPLOADS_MARKER, b"another")
    sentence = refusal_of(prepared, tmp_path)
    assert "belongs to another database" in sentence
    instance = load_instance(prepared.sqlite_path)
    assert instance is not None
    assert f"write {instance.instance_id} into" in sentence
    (prepared.upload_folder / UPLOADS_MARKER).write_text(instance.instance_id + "\n")
    prepare(prepared)


def test_a_damaged_marker_is_refused(prepared: Settings, tmp_path: Path) -> None:
    for content in (b"{", b"[]", b'{"clean": true}', b""):
        marker_path(prepared.sqlite_path).write_bytes(content)
        assert "is damaged" in refusal_of(prepared, tmp_path)


def write_and_die(settings: Settings) -> None:
    db = Database.open(settings)
    db.write(increment, SYSTEM)
    os._exit(9)


def test_a_deleted_wal_after_an_unclean_stop_is_refused(prepared: Settings, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="terminated abruptly"):
        run_in_processes(write_and_die, [(prepared,)])
    wal = prepared.sqlite_path.with_name("crm.db-wal")
    kept = wal.read_bytes()
    wal.unlink()
    assert "is missing after a stop that was not clean" in refusal_of(prepared, tmp_path)
    wal.write_bytes(kept)
    prepare(prepared)


def test_a_deleted_wal_after_a_clean_stop_is_nothing(prepared: Settings) -> None:
    prepared.sqlite_path.with_name("crm.db-wal").unlink()
    prepare(prepared)


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
