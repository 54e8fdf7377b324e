"""The contents of a backup: database, uploads, companion files and manifest."""

import shutil
from pathlib import Path

from crm import clock
from crm.db.backup.far_uploads import gather_far_uploads
from crm.db.backup.manifest import FORMAT, Entry, Manifest, digest_of, seal_backup
from crm.db.backup.places import DATABASE, UPLOADS, Places
from crm.db.backup.placing import sync_order
from crm.db.backup.plan import Plan
from crm.db.backup.report import BackupFailed, Report, in_words
from crm.db.backup.shelf import newest_good
from crm.db.backup.uploads import Gathered, bytes_to_copy, copy_durably, gather_uploads
from crm.db.backup.verifying import check_database
from crm.db.durable_files import sync_folder
from crm.db.instance import load_instance
from crm.db.sqlite.copies import opened_copy
from crm.db.sqlite.stored_files import stored_files
from crm.db.stored_files import StoredFile
from crm.version import VERSION

SPARE_BYTES = 16 * 1024 * 1024


def check_space(plan: Plan, report: Report) -> None:
    """Check that there is room for the copy and for its trial restore."""
    database, files = plan.source.look()
    live = plan.places.uploads if plan.places.far is None else None
    uploads = bytes_to_copy(files, live, _previous_uploads(plan.shelf), plan.shelf)
    needed = 2 * database + uploads + SPARE_BYTES
    free = shutil.disk_usage(plan.shelf).free
    if free < needed:
        raise BackupFailed(f"{plan.shelf} has {in_words(free)} free; the backup needs {in_words(needed)}.")
    report.step(f"space: {in_words(free)} free, {in_words(needed)} needed")


def fill_backup(plan: Plan, draft: Path, report: Report) -> tuple[Manifest, list[str]]:
    """Returns its manifest, and the files that had to be taken from the previous backup."""
    database = draft / DATABASE
    counts = plan.source.copy(database, report)
    size, sha256 = digest_of(database)
    report.step(f"copy: {in_words(size)} of database, taken in one moment")
    with opened_copy(database) as copy:
        check_database(copy, counts)
        report.step("check: integrity and references in order, rows as many as in the live database")
        heads = plan.inspect(copy)
        report.step(f"ledgers: {len(heads)} whole")
        files = stored_files(copy.connection)
        migration = int(copy.connection.pragma("user_version"))
    gathered = _take_uploads(plan, files, draft, report)
    instance = load_instance(plan.places.database)
    manifest = Manifest(
        format=FORMAT,
        created_at=clock.timestamp(),
        program=VERSION,
        engine=plan.source.engine(),
        migration=migration,
        instance_id=instance.instance_id if instance else None,
        tables=counts,
        heads=heads,
        files=[Entry(DATABASE, size, sha256), *_take_companions(plan.places, draft), *gathered.entries],
    )
    seal_backup(draft, manifest)
    for folder in sync_order(draft):
        sync_folder(folder)
    report.step(f"manifest: {len(manifest.files)} files, {in_words(manifest.size)}, all durable")
    return manifest, gathered.healed


def _take_uploads(plan: Plan, files: list[StoredFile], draft: Path, report: Report) -> Gathered:
    target = draft / UPLOADS
    target.mkdir(mode=0o700)
    previous = _previous_uploads(plan.shelf)
    places = plan.places
    if places.far is None:
        gathered = gather_uploads(files, places.uploads, previous, target, report.progress)
    else:
        gathered = gather_far_uploads(files, places.far, previous, target, report.progress)
    for path in gathered.healed:
        report.step(f"uploads: {path} is damaged or missing in use; taken from the previous backup")
    report.step(f"uploads: {len(files)} files, each as its row says")
    return gathered


def _previous_uploads(shelf: Path) -> Path | None:
    last = newest_good(shelf)
    return last.folder / UPLOADS if last else None


def _take_companions(places: Places, draft: Path) -> list[Entry]:
    taken = []
    for name, place in places.companions:
        if place.exists():
            sha256 = copy_durably(place, draft / name)
            taken.append(Entry(name, (draft / name).stat().st_size, sha256))
    return taken
