"""The uploads of a copied database: linked or copied into the backup, and compared with their rows."""

import hashlib
import os
import re
import shutil
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice, takewhile
from pathlib import Path
from tempfile import TemporaryDirectory

from crm.db.backup.manifest import CHUNK, Entry, digest_of
from crm.db.backup.places import UPLOADS
from crm.db.backup.report import BackupFailed
from crm.db.durable_files import TEMPORARY_PREFIX
from crm.db.file_stores.store import DamagedContent, FileStore
from crm.db.stored_files import StoredFile, place_of
from crm.errors import DENIED

DERIVED = re.compile(r"\.[0-9a-z]{1,16}")
NAMED_AT_MOST = 5
HOW_TO_MEND = "crm restore --record files/ID"


@dataclass(slots=True)
class Gathered:
    """`healed` are files that were damaged or missing in use and are taken from the previous backup."""

    entries: list[Entry] = field(default_factory=list)
    healed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


class UploadsLost(BackupFailed):
    """Files that rows name are not there, or not whole."""


class Folders:
    """Each folder is listed once."""

    def __init__(self) -> None:
        self._names: dict[Path, list[str]] = {}

    def names_from(self, folder: Path, prefix: str) -> Iterator[str]:
        if folder not in self._names:
            self._names[folder] = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        names = self._names[folder]
        following = islice(names, bisect_left(names, prefix), None)
        return takewhile(lambda name: name.startswith(prefix), following)


def gather_uploads(
    files: list[StoredFile],
    live: Path,
    previous: Path | None,
    target: Path,
    watch: Callable[[int, int], None],
) -> Gathered:
    """Put each file below `target`. Raises UploadsLost if one is nowhere to be found intact."""
    gathered, folders = Gathered(), Folders()
    sources = [live] if previous is None else [live, previous]
    if not same_disk(live, target):
        sources.reverse()
    for number, file in enumerate(files, 1):
        _gather(file, live, sources, target, gathered)
        _gather_derived(file, live, target, folders, gathered)
        watch(number, len(files))
    refuse_lost(gathered, str(live))
    return gathered


def refuse_lost(gathered: Gathered, where: str) -> None:
    """Raises UploadsLost."""
    if gathered.lost:
        raise UploadsLost(
            f"Of the uploaded files {len(gathered.lost)} are missing or damaged in {where}: "
            f"{listed(gathered.lost)}. "
            "Put them back from an older backup, or delete them permanently in Holdfast."
        )


def _gather(file: StoredFile, live: Path, sources: list[Path], target: Path, gathered: Gathered) -> None:
    place = place_of(target, file.path)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for source in sources:
        if take(place_of(source, file.path), place, file):
            gathered.entries.append(Entry(f"{UPLOADS}/{file.path}", file.size, file.sha256))
            if source is not live and (sources[0] is live or not place_of(live, file.path).exists()):
                gathered.healed.append(file.named)
            return
    gathered.lost.append(file.named)


def _gather_derived(file: StoredFile, live: Path, target: Path, folders: Folders, gathered: Gathered) -> None:
    """What was made of the file lies beside it under its name and a suffix; it can be made again."""
    source = place_of(live, file.path)
    for name in folders.names_from(source.parent, f"{source.name}."):
        if not _is_derived(source, source.with_name(name)):
            continue
        place = place_of(target, file.path).with_name(name)
        with suppress(FileNotFoundError):
            link_or_copy(source.with_name(name), place)
            path = place.relative_to(target).as_posix()
            gathered.entries.append(Entry(f"{UPLOADS}/{path}", *digest_of(place)))


def take(source: Path, place: Path, file: StoredFile) -> bool:
    """Returns whether the file is now completely in place."""
    if not source.is_file():
        return False
    try:
        link_or_copy(source, place)
    except FileNotFoundError:
        return False
    if digest_of(place) == (file.size, file.sha256):
        return True
    place.unlink()
    return False


def _is_derived(source: Path, path: Path) -> bool:
    suffix = path.name.removeprefix(source.name)
    return DERIVED.fullmatch(suffix) is not None and path.is_file() and not path.is_symlink()


def listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMED_AT_MOST} more" if len(names) > NAMED_AT_MOST else ""
    return ", ".join(names[:NAMED_AT_MOST]) + more


def is_whole(store: FileStore, file: StoredFile) -> bool:
    """Reads it to its end. Raises StoreAway."""
    digest, size = hashlib.sha256(), 0
    try:
        for chunk in store.open(file.path, file.sha256).chunks():
            digest.update(chunk)
            size += len(chunk)
    except (OSError, DamagedContent):
        return False
    return (size, digest.hexdigest()) == (file.size, file.sha256)


def check_readable(uploads: Path, file: StoredFile) -> None:
    """Raises OSError for files that exist but that this user may not read: they are not lost."""
    try:
        with place_of(uploads, file.path).open("rb"):
            pass
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return  # it is missing
    except OSError as error:
        if error.errno in DENIED:
            raise


def link_or_copy(source: Path, place: Path) -> None:
    """A file that is never changed may be one file under two names; on another disk it is copied."""
    try:
        os.link(source, place)
    except FileNotFoundError:
        raise
    except OSError:
        copy_durably(source, place)


def copy_durably(source: Path, place: Path) -> str:
    """Copy to a new, durable file; returns the SHA-256 of what was read."""
    digest = hashlib.sha256()
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with source.open("rb") as reading, os.fdopen(descriptor, "wb") as writing:
        while chunk := reading.read(CHUNK):
            digest.update(chunk)
            writing.write(chunk)
        writing.flush()
        os.fsync(writing.fileno())
    return digest.hexdigest()


def same_disk(one: Path, other: Path) -> bool:
    return one.exists() and one.stat().st_dev == other.stat().st_dev


def bytes_to_copy(files: list[StoredFile], live: Path | None, previous: Path | None, shelf: Path) -> int:
    """What the files will take on the disk of the backups: nothing where they can be linked, and twice their
    size where nothing can, as the trial restore takes a copy, too. `live` is None where they are elsewhere.
    """
    if not has_links(shelf):
        return 2 * sum(file.size for file in files)
    if live is not None and same_disk(live, shelf):
        return 0
    return sum(file.size for file in files if previous is None or not place_of(previous, file.path).exists())


def has_links(folder: Path) -> bool:
    """Whether the filesystem of a folder can give one file two names."""
    with TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=folder) as trial:
        one = Path(trial, "one")
        one.touch()
        try:
            os.link(one, Path(trial, "other"))
        except OSError:
            return False
    return True


def remove_folder(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
