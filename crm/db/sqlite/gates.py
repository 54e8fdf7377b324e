"""Checks before a file is touched; each refusal is one sentence and changes nothing."""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import apsw

from crm.db.instance import UPLOADS_MARKER, load_instance, marker_path, uploads_owner
from crm.db.moved import load_departure
from crm.db.ownership import Owner, obstacle_in, places_of
from crm.db.refusal import StartRefused
from crm.db.sqlite.engine import APPLICATION_ID, UnsafeEngine, assert_safe_engine, wal_path
from crm.db.sqlite.process import is_open, must_not_be_open

HEADER = b"SQLite format 3\x00"
APPLICATION_ID_AT = slice(68, 72)
MOUNTS = Path("/proc/self/mounts")
ESCAPED = re.compile(r"\\([0-7]{3})")
NETWORK_FILESYSTEMS = re.compile(
    r"nfs\d?|cifs|smb\w*|9p|afs|ceph|glusterfs|lustre|gpfs|beegfs|ncpfs|davfs|vboxsf|vmhgfs|prl_fs"
    r"|osxfs|fakeowner|virtiofs|fuse\.(?!ext|fuse-overlayfs).+"
)
NEEDED_BYTES = 16 * 1024 * 1024
ALWAYS_WALKED_BYTES = 128 * 1024 * 1024


def check_gates(database: Path, uploads: Path, backups: Path | None = None) -> None:
    """All gates, cheapest first. Nothing is written."""
    check_engine()
    check_absolute(database)
    check_filesystem(database.parent)
    check_writable(database, uploads, backups)
    check_kinds(database, uploads)
    check_present(database, uploads)
    check_here(database)
    check_room(database.parent)
    if database.exists():
        if not is_open(database):
            check_header(database)
        check_wal(database)


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
        _, point, filesystem, *_ = [*line.split(" "), "", "", ""]
        point = ESCAPED.sub(lambda found: chr(int(found[1], 8)), point)
        inside = place == point or place.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, filesystem
    return kind


def check_kinds(database: Path, uploads: Path) -> None:
    if database.exists() and not database.is_file():
        raise StartRefused(f"{database} is not a file; SQLITE_PATH must name the database file itself.")
    if database.exists() and database.stat().st_nlink > 1:
        raise StartRefused(
            f"{database} is a file under several names (hard links); opened under two of them it is damaged, "
            "as each has a -wal of its own. Replace it by a copy of it, made while nothing has it open."
        )
    for folder in (database.parent, uploads):
        if folder.exists() and not folder.is_dir():
            raise StartRefused(f"{folder} is not a folder.")


def check_writable(
    database: Path, uploads: Path, backups: Path | None = None, owner: Owner | None = None
) -> None:
    """A file that root made beside the others, by one command run as root, stops the server as well.

    Where the start is refused the folder of backups is named too; by itself it does not refuse one.
    """
    data, files, shelf = places_of(database, uploads, backups or database.parent)
    if obstacle := obstacle_in(data, files, owner=owner):
        raise StartRefused(obstacle_in(data, files, shelf, owner=owner) if backups else obstacle)
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        raise StartRefused("No folder for temporary files is writable; name one in TMPDIR.") from None


def shared_index(database: Path) -> Path:
    return database.with_name(database.name + "-shm")


def check_present(database: Path, uploads: Path) -> None:
    """Refuses to start empty where there was data before."""
    instance, owner = load_instance(database), uploads_owner(uploads)
    marker = marker_path(database)
    if database.exists():
        if instance and owner != instance.instance_id:
            state = "is missing or empty" if owner is None else "belongs to another database"
            raise StartRefused(
                f"The uploads folder {uploads} {state}. Check that the right volume is mounted, or restore a "
                f"backup; to go on without its files, write {instance.instance_id} into "
                f"{uploads / UPLOADS_MARKER}."
            )
    elif instance is not None:
        raise StartRefused(
            f"{database} is missing, but {marker.name} says that there was one. "
            "Restore a backup; to begin anew, remove that marker first."
        )
    elif owner is not None:
        raise StartRefused(
            f"{database} is missing, but {uploads} belongs to a database that existed. Check that the right "
            "volume is mounted, or restore a backup; to begin anew, use an empty uploads folder."
        )
    elif wal_path(database).exists() and wal_path(database).stat().st_size:
        raise StartRefused(
            f"{database} is missing, but {wal_path(database).name} holds changes of it. "
            "Put the database back beside it; to begin anew, move that file away."
        )


def check_here(database: Path) -> None:
    """What was saved here would be missing where the data is now."""
    departure = load_departure(database)
    if departure is not None and departure.done:
        raise StartRefused(
            f"The data of {database} has moved to {departure.where}: set DATABASE_URL to that address. "
            "`crm reopen` opens this file again, as it was then."
        )


def check_room(folder: Path, beside: int = 0) -> None:
    """A change needs room for the -wal, and a stop needs room to write it back; `beside` are more bytes."""
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    free, needed = shutil.disk_usage(existing).free, NEEDED_BYTES + beside
    if free < needed:
        raise StartRefused(
            f"The disk of {folder} is full: {free // 1024} KiB are free, {needed // 1024} are needed."
        )


def check_header(database: Path) -> None:
    """Reads the bytes of the file before the engine opens it. Raises FileInUse if it is open already."""
    must_not_be_open(database)
    with database.open("rb") as stream:
        head = stream.read(100)
    if not head:
        raise StartRefused(
            f"{database} is empty (zero bytes). Restore a backup, or remove it to start empty."
        )
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
    if instance and not instance.clean and not wal_path(database).exists():
        raise StartRefused(
            f"{database.name}-wal is missing after a stop that was not clean: the last changes were in it. "
            "Put it back beside the database, or restore a backup."
        )


def check_pages(connection: apsw.Connection, database: Path) -> None:
    """Check all pages after an unclean stop, and always if the file is small."""
    try:
        faults = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)")]
    except apsw.Error as error:
        faults = [str(error)]
    if faults != ["ok"]:
        raise StartRefused(f"{database} is damaged ({'; '.join(faults)}). Restore a backup.")
