"""Whether this user may write all data folders, and the command that corrects it.

One command run as root leaves files behind that stop the server later, and so do folders that a container
engine made. All of them are named at once.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

SMALL_FILES = frozenset({"secret.key", "setup.code"})
OUR_DATABASES = (".db", ".db-wal", ".db-shm", ".lock")
LOOKED_AT = 20_000
NAMED = 6


@dataclass(frozen=True, slots=True)
class Owner:
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class OwnedFolder:
    """A folder to check: which files, how deep, and whether they must be writable or only readable."""

    folder: Path
    depth: int = 0
    database: str = ""


def places_of(database: Path, uploads: Path, backups: Path) -> tuple[OwnedFolder, OwnedFolder, OwnedFolder]:
    return OwnedFolder(database.parent, 1, database.name), OwnedFolder(uploads, 4), OwnedFolder(backups, 2)


def this_user() -> Owner:
    return Owner(os.geteuid(), os.getegid())


def rightful_owner(database: Path) -> Owner:
    """This user; or, for root, the user to whom the data belongs."""
    if os.geteuid() == 0:
        with suppress(OSError):
            status = database.parent.stat()
            return Owner(status.st_uid, status.st_gid)
    return this_user()


def obstacle_in(*places: OwnedFolder, owner: Owner | None = None) -> str:
    """What this user or the owner cannot write, with one command to correct it; "" if all is well."""
    owner = owner or this_user()
    found = {place.folder: list(_obstacles(place, owner)) for place in places}
    bad = {folder: paths for folder, paths in found.items() if paths}
    return _sentence(bad, owner) if bad else ""


def adopt(*folders: Path) -> None:
    """Give files that root created to the owner of their folder; only root can."""
    if os.geteuid() != 0:
        return
    for folder in folders:
        with suppress(OSError):
            owner = folder.stat()
            if owner.st_uid != 0:
                _adopt_below(folder, Owner(owner.st_uid, owner.st_gid))


def _adopt_below(top: Path, owner: Owner) -> None:
    """Uses descriptors that follow no links: the owner could plant one to get somebody else's file."""
    for _, folders, files, descriptor in os.fwalk(top, follow_symlinks=False):
        for name in (*folders, *files):
            with suppress(OSError):
                _adopt(name, descriptor, owner)


def _adopt(name: str, folder: int, owner: Owner) -> None:
    entry = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    try:
        status = os.fstat(entry)
        single = status.st_nlink == 1 or stat.S_ISDIR(status.st_mode)
        if status.st_uid == 0 and single:
            os.fchown(entry, owner.uid, owner.gid)
    finally:
        os.close(entry)


def _obstacles(place: OwnedFolder, owner: Owner) -> Iterator[Path]:
    if not os.path.lexists(place.folder):
        above = next(parent for parent in place.folder.parents if os.path.lexists(parent))
        if not _may(above, owner, os.W_OK | os.X_OK):
            yield place.folder
    elif not place.folder.is_dir() or not _may(place.folder, owner, os.R_OK | os.W_OK | os.X_OK):
        yield place.folder
    else:
        yield from _below(place.folder, place, place.depth, owner, [LOOKED_AT])


def _below(folder: Path, place: OwnedFolder, depth: int, owner: Owner, left: list[int]) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            left[0] -= 1
            if left[0] < 0:
                return
            if not _is_ours(entry, place):
                continue
            path, inner = Path(entry.path), entry.is_dir(follow_symlinks=False)
            needed = (
                os.R_OK | os.W_OK | os.X_OK if inner else os.R_OK | os.W_OK if place.database else os.R_OK
            )
            if not _may(path, owner, needed):
                if os.path.lexists(path):  # a job that is at work may have removed it meanwhile
                    yield path
            elif inner and depth > 1:
                with suppress(FileNotFoundError):
                    yield from _below(path, place, depth - 1, owner, left)


def _is_ours(entry: os.DirEntry[str], place: OwnedFolder) -> bool:
    """Ignores foreign files beside the database, and lost+found at the root of a disk."""
    name = entry.name
    if name == "lost+found" or entry.is_symlink():
        return False
    if not place.database:
        return True
    ours = name.startswith(place.database) or name in SMALL_FILES or name.endswith(OUR_DATABASES)
    return ours and ".replaced-" not in name and ".before-" not in name and entry.is_file()


def _may(path: Path, owner: Owner, needed: int) -> bool:
    try:
        status = path.stat()
    except OSError:
        return False
    if owner.uid == os.geteuid():
        return os.access(path, needed)
    if not os.access(path, needed):
        return False  # not even root: a read-only disk
    shift = 6 if status.st_uid == owner.uid else 3 if status.st_gid == owner.gid else 0
    return (status.st_mode >> shift) & needed == needed


def _sentence(found: dict[Path, list[Path]], owner: Owner) -> str:
    bad = [path for paths in found.values() for path in paths]
    named = ", ".join(map(str, bad[:NAMED])) + (f" and {len(bad) - NAMED} more" if len(bad) > NAMED else "")
    whom = "this user" if owner.uid == os.geteuid() else "the owner of the data"
    said = f"{named} cannot be read and written by {whom} (uid {owner.uid})."
    fixed = [folder for folder in found if _is_read_only(folder)]
    if fixed:
        said += f" {', '.join(map(str, fixed))} is on a disk that is mounted read-only: mount it for writing."
    files = [folder for folder in found if _is_no_folder(folder)]
    if files:
        said += f" {', '.join(map(str, files))} is not a folder: move it away."
    return said + _command([folder for folder in found if folder not in (*fixed, *files)], owner)


def _command(folders: Iterable[Path], owner: Owner) -> str:
    """In a container it names the container's user; the command is for the mounted folders on the host."""
    chosen = [quote(str(folder)) for folder in folders]
    if not chosen:
        return ""
    missing = [quote(str(folder)) for folder in folders if not os.path.lexists(folder)]
    made = f"mkdir -p {' '.join(missing)} && " if missing else ""
    said = f" As root: {made}chown -R {owner.uid}:{owner.gid} {' '.join(chosen)}"
    inside = " (on the host, for the folders that are mounted there)" if _in_container() else ""
    return f"{said}{inside}"


def _is_read_only(folder: Path) -> bool:
    existing = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
    try:
        return bool(os.statvfs(existing).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def _is_no_folder(folder: Path) -> bool:
    try:
        return not stat.S_ISDIR(folder.stat().st_mode)
    except OSError:
        return False


def _in_container() -> bool:
    return any(Path(mark).exists() for mark in ("/.dockerenv", "/run/.containerenv"))
