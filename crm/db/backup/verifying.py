"""Verifying a backup: every byte, the database, and what its rows say."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from crm.db.backup.inside import check_entries, plain_file
from crm.db.backup.manifest import Entry, Manifest, digest_of, load_manifest
from crm.db.backup.places import DATABASE, UPLOADS
from crm.db.backup.report import BackupFailed, Report, in_words
from crm.db.backup.schema import check_schema
from crm.db.backup.shelf import note_check
from crm.db.copy import Copy
from crm.db.sqlite.copies import Copy as FileCopy
from crm.db.sqlite.copies import DamagedCopy, check_integrity, count_rows, opened_copy
from crm.db.sqlite.stored_files import stored_files
from crm.errors import system_reason

Inspect = Callable[[Copy], dict[str, Any]]
"""A check of the contents that this floor knows nothing of: returns facts to compare, raises BackupFailed."""


def verify_backup(folder: Path, inspect: Inspect, report: Report) -> Manifest:
    """Read all of it. Raises BackupFailed at the first fault; either way the outcome is remembered."""
    try:
        manifest = load_manifest(folder)
        check_entries(manifest, folder.name)
        _verify_files(folder, manifest, report)
        report.step(f"hashes: {len(manifest.files)} files, {in_words(manifest.size)}, as they were written")
        verify_database(folder / DATABASE, manifest, inspect)
        report.step(f"database: sound, {sum(manifest.tables.values())} rows in {len(manifest.tables)} tables")
    except BackupFailed as error:
        note_check(folder, error.message)
        raise
    note_check(folder)
    return manifest


def verify_database(database: Path, manifest: Manifest, inspect: Inspect) -> None:
    with opened_copy(database) as copy:
        check_schema(copy.connection)
        check_database(copy, manifest.tables)
        if inspect(copy) != manifest.heads:
            raise BackupFailed(f"{database}: the ledgers are not those that the manifest names.")
        listed = manifest.by_path
        for file in stored_files(copy.connection):
            path = f"{UPLOADS}/{file.path}"
            if listed.get(path) != Entry(path, file.size, file.sha256):
                raise BackupFailed(f"{database}: the backup lacks the uploaded file {file.path}.")


def check_database(copy: FileCopy, counts: dict[str, int]) -> None:
    """Integrity, references, and as many rows in each table as there should be."""
    try:
        check_integrity(copy.connection)
    except DamagedCopy as error:
        raise BackupFailed(f"The copy of the database is damaged: {error}.") from error
    found = count_rows(copy.connection)
    if found != counts:
        table = next(name for name in sorted(found | counts) if found.get(name) != counts.get(name))
        raise BackupFailed(
            f"The copy has {found.get(table, 0)} rows in {table}; there should be {counts.get(table, 0)}."
        )


def _verify_files(folder: Path, manifest: Manifest, report: Report) -> None:
    done = 0
    for entry in manifest.files:
        path = plain_file(folder, entry)
        try:
            found = digest_of(path)
        except OSError as error:
            raise BackupFailed(
                f"{folder.name}: {entry.path} cannot be read ({system_reason(error)})."
            ) from error
        if found != (entry.size, entry.sha256):
            raise BackupFailed(f"{folder.name}: {entry.path} was changed or is damaged.")
        done += entry.size
        report.progress(done, manifest.size)
