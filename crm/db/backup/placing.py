"""Putting the parts of a backup in their places: for a test, elsewhere, or to replace the data."""

from collections.abc import Callable
from pathlib import Path

from crm.db.backup.inside import check_entries, plain_file
from crm.db.backup.manifest import Entry, Manifest
from crm.db.backup.places import DATABASE, UPLOADS, Places
from crm.db.backup.report import BackupFailed, Report
from crm.db.backup.uploads import copy_durably, link_or_copy
from crm.db.durable_files import sync_folder, write_durably
from crm.db.instance import load_instance, mark_clean

Put = Callable[[Path, Path, Entry], None]


def put_copy(source: Path, place: Path, entry: Entry) -> None:
    """Compares the written bytes with the manifest once more."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if copy_durably(source, place) != entry.sha256:
        place.unlink()
        raise BackupFailed(f"{entry.path} changed while it was being restored.")


def put_link(source: Path, place: Path, _: Entry) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    link_or_copy(source, place)


def place_backup(
    folder: Path, manifest: Manifest, places: Places, report: Report, put_upload: Put = put_copy
) -> None:
    """Into empty folders; everything is durable afterwards."""
    check_entries(manifest, folder.name)
    entries = manifest.by_path
    put_copy(plain_file(folder, entries[DATABASE]), places.database, entries[DATABASE])
    for name, place in places.companions:
        if name in entries:
            put_copy(plain_file(folder, entries[name]), place, entries[name])
    uploads = [entry for entry in manifest.files if entry.path.startswith(f"{UPLOADS}/")]
    for number, entry in enumerate(uploads, 1):
        place = places.uploads / entry.path.removeprefix(f"{UPLOADS}/")
        put_upload(plain_file(folder, entry), place, entry)
        report.progress(number, len(uploads))
    mark_clean(places.database, clean=True)
    _mark_uploads(places)
    for touched in sync_order(places.uploads):
        sync_folder(touched)
    sync_folder(places.database.parent)


def sync_order(folder: Path) -> list[Path]:
    """The folder and all below it, the deepest first."""
    return [*sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True), folder]


def _mark_uploads(places: Places) -> None:
    instance = load_instance(places.database)
    if instance is not None:
        write_durably(places.uploads_marker, instance.instance_id.encode())
