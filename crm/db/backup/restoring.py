"""Replacing the data by a backup: the replaced data is moved aside, never deleted."""

import shutil
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

from crm import clock
from crm.db.backup.far_uploads import put_far
from crm.db.backup.manifest import Entry, Manifest
from crm.db.backup.places import Places
from crm.db.backup.placing import place_backup, put_copy, sync_order
from crm.db.backup.report import BackupFailed, Report, in_words
from crm.db.backup.uploads import remove_folder
from crm.db.backup.verifying import Inspect, verify_database
from crm.db.durable_files import make_folder, sync_folder, write_durably
from crm.db.file_stores.store import FileStore
from crm.db.instance import mark_clean
from crm.db.instance_lock import running_alone
from crm.db.restored import Restored, mark_restored
from crm.db.sqlite.engine import wal_path
from crm.db.sqlite.gates import check_filesystem, shared_index
from crm.db.sqlite.process import must_not_be_open

STAGING = ".part-restore"
ASIDE = ".replaced-"


def restore_elsewhere(
    folder: Path, manifest: Manifest, target: Path, inspect: Inspect, report: Report
) -> Places:
    """Into a new or empty folder, beside the data in use: `data/crm.db` and `uploads` below it."""
    if target.exists() and any(target.iterdir()):
        raise BackupFailed(f"{target} is not empty; name a new folder.")
    places = Places(target / "data" / "crm.db", target / "uploads")
    replace_live(folder, manifest, places, inspect, report)
    return places


def replace_live(
    folder: Path,
    manifest: Manifest,
    places: Places,
    inspect: Inspect,
    report: Report,
) -> list[Path]:
    """Returns where the replaced files are now. Raises BackupFailed while a server uses them.

    A store elsewhere takes the uploads, and keeps what it had.
    """
    must_not_be_open(places.database)
    for place in (places.database.parent, places.uploads):
        make_folder(place)
        check_filesystem(place)
    far = places.far
    with running_alone(places.database), ExitStack() as cleaning:
        staged = Places(places.database.parent / STAGING / places.database.name, places.uploads / STAGING)
        for place in (staged.database.parent, staged.uploads):
            remove_folder(place)
            _check_room(place.parent, manifest)
            place.mkdir(mode=0o700)
            cleaning.callback(remove_folder, place)
        place_backup(folder, manifest, staged, report, put_copy if far is None else partial(_send, far))
        verify_database(staged.database, manifest, inspect)
        report.step("staged: beside the data in use, and read back whole")
        mark_restored(places.database, Restored(folder.name, manifest.created_at, clock.timestamp()))
        moved = _swap(staged, places)
        report.step(f"restored: {places.database} and {far.address if far else places.uploads}")
    return moved


def _send(far: FileStore, source: Path, _: Path, entry: Entry) -> None:
    put_far(far, source, entry)


def _check_room(folder: Path, manifest: Manifest) -> None:
    free = shutil.disk_usage(folder).free
    if free < manifest.size:
        raise BackupFailed(f"{folder} has {in_words(free)} free; the backup needs {in_words(manifest.size)}.")


def _swap(staged: Places, places: Places) -> list[Path]:
    """The database is removed first and placed last, so that a start in between finds none and refuses."""
    stamp = clock.timestamp().translate(str.maketrans("", "", "-:."))
    moved = move_database_aside(places.database, stamp)
    moved += _move_uploads_aside(places, stamp) if places.far is None else []
    for entry in staged.uploads.iterdir():
        entry.rename(places.uploads / entry.name)
    for folder in sync_order(places.uploads):
        sync_folder(folder)
    for (_, new), (_, old) in zip(staged.companions, places.companions, strict=True):
        moved += replace_small(new, old, stamp)
    mark_clean(places.database, clean=True)
    if places.far is not None:
        places.far.claim()
    staged.database.rename(places.database)
    sync_folder(places.database.parent)
    return moved


def move_database_aside(database: Path, stamp: str) -> list[Path]:
    """With its -wal, which belongs to it alone; the shared index is made anew by whoever opens it."""
    aside = database.with_name(f"{database.name}.replaced-{stamp}")
    moved = []
    for old, new in ((database, aside), (wal_path(database), wal_path(aside))):
        if old.exists():
            old.rename(new)
            moved.append(new)
    shared_index(database).unlink(missing_ok=True)
    sync_folder(database.parent)
    return moved


def _move_uploads_aside(places: Places, stamp: str) -> list[Path]:
    entries = [
        entry
        for entry in places.uploads.iterdir()
        if entry.name != STAGING and not entry.name.startswith(ASIDE) and entry != places.uploads_marker
    ]
    if not entries:
        return []
    aside = _folder_aside(places.uploads, entries[0], stamp)
    for entry in entries[1:]:
        entry.rename(aside / entry.name)
    for folder in (aside, aside.parent, places.uploads):
        sync_folder(folder)
    return [aside]


def _folder_aside(uploads: Path, first: Path, stamp: str) -> Path:
    """Beside the uploads; inside, when their folder is a volume, out of which nothing can be moved."""
    beside = uploads.with_name(f"{uploads.name}.replaced-{stamp}")
    try:
        beside.mkdir(mode=0o700)
        first.rename(beside / first.name)
    except OSError:
        with suppress(OSError):
            beside.rmdir()
        inside = uploads / f"{ASIDE}{stamp}"
        inside.mkdir(mode=0o700)
        first.rename(inside / first.name)
        return inside
    return beside


def replace_small(new: Path, old: Path, stamp: str) -> list[Path]:
    """There is always one in place: a database without its marker would look like a fresh installation."""
    if not new.exists():
        return []
    moved = []
    if old.exists() and old.read_bytes() != new.read_bytes():
        aside = old.with_name(f"{old.name}.replaced-{stamp}")
        write_durably(aside, old.read_bytes())
        moved.append(aside)
    new.replace(old)
    return moved
