"""The files of a backup: only known names, only plain files inside its folder."""

import re
import stat
from pathlib import Path

from crm.db.backup.manifest import MANIFEST, SEAL, Entry, Manifest
from crm.db.backup.places import DATABASE, KEY, MARKER, UPLOADS
from crm.db.backup.report import BackupFailed
from crm.db.stored_files import LONGEST_NAME, PLAIN
from crm.errors import system_reason

DERIVED = re.compile(r"(?:\.[0-9a-z]{1,16})?")
SMALL_BYTES = 64 * 1024
SHOWN = 80


def check_entries(manifest: Manifest, name: str) -> None:
    """Raises BackupFailed for a path outside the folder or one that occurs twice."""
    seen: set[str] = set()
    for entry in manifest.files:
        if not is_known(entry.path) or (entry.path in {MARKER, KEY} and entry.size > SMALL_BYTES):
            raise BackupFailed(
                f"{name}: the manifest names {entry.path[:SHOWN]!r}, which does not belong in a backup."
            )
        if entry.path in seen:
            raise BackupFailed(f"{name}: the manifest names {entry.path} twice.")
        seen.add(entry.path)
    if DATABASE not in seen:
        raise BackupFailed(f"{name}: the manifest names no database.")


def is_known(path: str) -> bool:
    """Whether a backup can hold a file of this path."""
    if path in {DATABASE, MARKER, KEY, MANIFEST, SEAL}:
        return True
    stored, dot, derived = path.removeprefix(f"{UPLOADS}/").partition(".")
    return (
        path.startswith(f"{UPLOADS}/")
        and len(path) <= LONGEST_NAME
        and PLAIN.fullmatch(stored) is not None
        and DERIVED.fullmatch(dot + derived) is not None
    )


def plain_file(folder: Path, entry: Entry) -> Path:
    """The path of the file. Raises BackupFailed for a link, device or pipe in it, or another size."""
    path = folder
    for part in Path(entry.path).parts:
        path /= part
        try:
            found = path.lstat()
        except OSError as error:
            raise BackupFailed(
                f"{folder.name}: {entry.path} cannot be read ({system_reason(error)})."
            ) from error
        expected = stat.S_ISREG if path == folder / entry.path else stat.S_ISDIR
        if not expected(found.st_mode):
            raise BackupFailed(f"{folder.name}: {entry.path} is a link or not a plain file.")
    if found.st_size != entry.size:
        raise BackupFailed(f"{folder.name}: {entry.path} was changed or is damaged.")
    return path
