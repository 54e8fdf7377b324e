"""Reading the database of a backup."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm.config import Settings
from crm.db.backup.inside import check_entries, plain_file
from crm.db.backup.manifest import load_manifest
from crm.db.backup.places import DATABASE
from crm.db.backup.report import BackupFailed
from crm.db.backup.schema import check_schema
from crm.db.copy import Copy
from crm.db.instance import load_instance
from crm.db.migrations import MigrationRefused
from crm.db.sqlite.copies import opened_copy
from crm.db.sqlite.stored_files import stored_files
from crm.db.sqlite.upgrading import opened_as_of_today


@contextmanager
def opened_backup(settings: Settings, folder: Path) -> Iterator[Copy]:
    """The backup's database in today's schema: amounts, for one, were stored in another unit before.

    Raises BackupFailed.
    """
    _look_before(settings, folder)
    try:
        with opened_as_of_today(folder / DATABASE, settings.sqlite_path.parent) as copy:
            yield copy
    except MigrationRefused as error:
        raise BackupFailed(f"{folder.name} cannot be read: {error}") from error


def _look_before(settings: Settings, folder: Path) -> None:
    """Nothing of it runs before it is known as ours; ids of another server are those of other records."""
    instance, manifest = load_instance(settings.sqlite_path), load_manifest(folder)
    if instance is not None and manifest.instance_id != instance.instance_id:
        raise BackupFailed(f"{folder.name} is from another server; its records are not those of this one.")
    check_entries(manifest, folder.name)
    with opened_copy(plain_file(folder, manifest.by_path[DATABASE])) as copy:
        check_schema(copy.connection)
        stored_files(copy.connection)
