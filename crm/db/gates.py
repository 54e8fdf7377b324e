"""What must be true before a file is touched; each refusal is one sentence and changes nothing."""

import os
import re
import sys
from pathlib import Path

import apsw

from crm.db.engine import APPLICATION_ID, UnsafeEngine, assert_safe_engine
from crm.db.instance import load_instance, marker_path, uploads_owner

HEADER = b"SQLite format 3\x00"
APPLICATION_ID_AT = slice(68, 72)
MOUNTS = Path("/proc/self/mounts")
NETWORK_FILESYSTEMS = re.compile(
    r"nfs\d?|cifs|smb\w*|9p|afs|ceph|glusterfs|lustre|gpfs|beegfs|ncpfs|davfs|vboxsf|vmhgfs|prl_fs"
    r"|osxfs|fakeowner|fuse\.(?!ext|fuse-overlayfs).+"
)


class StartRefused(RuntimeError):
    """Starting would put data at risk; the message says why and what to do."""


def check_gates(database: Path, uploads: Path) -> None:
    """All gates, cheapest first. Nothing is written."""
    check_engine()
    check_absolute(database)
    check_filesystem(database.parent)
    check_present(database, uploads)
    if database.exists():
        check_header(database)
        check_wal(database)
    check_writable(database)


def check_engine() -> None:
    try:
        assert_safe_engine()
    except UnsafeEngine as error:
        raise StartRefused(str(error)) from error


def check_absolute(database: Path) -> None:
    if not database.is_absolute():
        raise StartRefused(
            f"SQLITE_PATH is the relative path {database}; write {database.absolute()} instead."
        )


def check_filesystem(folder: Path, mounts: Path = MOUNTS) -> None:
    """A network filesystem does not keep the locks and the shared memory that SQLite's WAL relies on."""
    kind = filesystem_of(folder, mounts)
    if kind and NETWORK_FILESYSTEMS.fullmatch(kind):
        raise StartRefused(
            f"{folder} is on a network or shared filesystem ({kind}), which cannot hold a WAL database; "
            "use a local disk or a Docker volume."
        )


def filesystem_of(folder: Path, mounts: Path = MOUNTS) -> str | None:
    """The type of the filesystem a folder is or would be on; None where the system does not tell."""
    if not sys.platform.startswith("linux") or not mounts.exists():
        return None
    place = os.path.realpath(folder)
    best, kind = "", None
    for line in mounts.read_text(errors="replace").splitlines():
        fields = line.split(" ")
        point = fields[1].replace("\\040", " ")
        inside = place == point or place.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind


def check_present(database: Path, uploads: Path) -> None:
    """A place that held data does not silently begin anew."""
    if database.exists():
        instance = load_instance(database)
        if instance and not uploads.exists():
            raise StartRefused(
                f"The uploads folder {uploads} is missing, but {marker_path(database).name} says that the "
                "database has one. Put it back, or create it empty to accept that its files are gone."
            )
        return
    if load_instance(database) is not None:
        raise StartRefused(
            f"{database} is missing, but {marker_path(database).name} says that there was one. "
            "Restore a backup; to begin anew, remove that marker first."
        )
    if uploads_owner(uploads) is not None:
        raise StartRefused(
            f"{database} is missing, but {uploads} belongs to a database that existed. Check that the right "
            "volume is mounted, or restore a backup; to begin anew, use an empty uploads folder."
        )


def check_header(database: Path) -> None:
    """Read by the file's bytes before the engine is let near it; nothing else has it open in this process."""
    with database.open("rb") as stream:
        head = stream.read(100)
    if not head:
        raise StartRefused(f"{database} is empty (zero bytes). Restore a backup, or remove it to begin anew.")
    if head[:16] != HEADER or len(head) < 100:
        raise StartRefused(
            f"{database} is not a SQLite database, or its header is damaged. Restore a backup."
        )
    application = int.from_bytes(head[APPLICATION_ID_AT], "big")
    if application != APPLICATION_ID:
        raise StartRefused(f"{database} is a database of another program (application id {application:#x}).")


def check_wal(database: Path) -> None:
    """Our connections never unlink the -wal: after an unclean stop it holds acknowledged changes."""
    instance = load_instance(database)
    if instance and not instance.clean and not database.with_name(database.name + "-wal").exists():
        raise StartRefused(
            f"{database.name}-wal is missing after a stop that was not clean: the last changes were in it. "
            "Put it back beside the database, or restore a backup."
        )


def check_writable(database: Path) -> None:
    for path in (database, database.parent):
        if path.exists() and not os.access(path, os.W_OK):
            raise StartRefused(f"{path} cannot be written by this user (uid {os.getuid()}).")


def check_pages(connection: apsw.Connection, database: Path) -> None:
    """Walk all pages: after an unclean stop, and when asked to."""
    try:
        faults = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)")]
    except apsw.Error as error:
        faults = [str(error)]
    if faults != ["ok"]:
        raise StartRefused(f"{database} is damaged ({'; '.join(faults)}). Restore a backup.")
