"""A consistent, verified copy of the live database in one file."""

import os
from pathlib import Path

import apsw

from crm.db.durable_files import TEMPORARY_PREFIX, sync_folder
from crm.db.sqlite.copies import DamagedCopy, check_integrity, opened_copy


class SnapshotFailed(RuntimeError):
    """The copy did not pass its checks and was removed."""


def take_snapshot(source: apsw.Connection, target: Path) -> Path:
    """Copy through the engine, check the copy and make it durable; only then give it its name."""
    temporary = target.with_name(TEMPORARY_PREFIX + target.name)
    temporary.unlink(missing_ok=True)
    try:
        source.execute("VACUUM INTO :target", {"target": str(temporary)})
        verify_database(temporary)
        descriptor = os.open(temporary, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(target.parent)
    return target


def verify_database(path: Path) -> None:
    """Full integrity_check and foreign_key_check of a file nobody else has open. Raises SnapshotFailed."""
    try:
        with opened_copy(path) as copy:
            check_integrity(copy.connection)
    except (DamagedCopy, apsw.Error) as error:
        raise SnapshotFailed(f"{path.name}: {error}") from error
