"""Returning to the database from before the last migration, for the older version."""

import stat
from dataclasses import dataclass
from pathlib import Path

from crm import clock
from crm.db.backup.comparing import Difference, compare
from crm.db.backup.report import BackupFailed
from crm.db.backup.restoring import move_database_aside
from crm.db.backup.schema import check_schema
from crm.db.backup.uploads import copy_durably
from crm.db.durable_files import sync_folder
from crm.db.instance import mark_clean
from crm.db.instance_lock import running_alone
from crm.db.restored import Restored, mark_restored
from crm.db.sqlite.copies import opened_copy
from crm.db.sqlite.process import must_not_be_open
from crm.db.sqlite.snapshots import SnapshotFailed, verify_database
from crm.db.sqlite.stored_files import stored_files
from crm.db.sqlite.upgrading import remove_with_companions, snapshots_of

PREFIX = ".rolling-back"


@dataclass(frozen=True, slots=True)
class WayBack:
    """The snapshot, and what has changed since; None when the database in use cannot be read."""

    snapshot: Path
    differences: list[Difference] | None


def find_way_back(database: Path) -> WayBack:
    """Raises BackupFailed when there is no snapshot, or the last one is damaged or not of our making."""
    snapshots = snapshots_of(database)
    if not snapshots:
        raise BackupFailed(f"There is no snapshot beside {database}: no migration has changed it.")
    try:
        if not stat.S_ISREG(snapshots[-1].lstat().st_mode):
            raise BackupFailed(f"The snapshot {snapshots[-1].name} is a link or not a plain file.")
        verify_database(snapshots[-1])
        with opened_copy(snapshots[-1]) as copy:
            check_schema(copy.connection)
            stored_files(copy.connection)
    except SnapshotFailed as error:
        raise BackupFailed(f"The snapshot is damaged: {error}.") from error
    return WayBack(snapshots[-1], compare(database, snapshots[-1]) if database.exists() else [])


def roll_back(database: Path, snapshot: Path) -> list[Path]:
    """Returns where the replaced database is now. The snapshot is kept."""
    must_not_be_open(database)
    with running_alone(database):
        draft = database.with_name(database.name + PREFIX)
        remove_with_companions(draft)
        copy_durably(snapshot, draft)
        mark_restored(database, Restored(snapshot.name, "", clock.timestamp()))
        moved = move_database_aside(database, clock.timestamp().translate(str.maketrans("", "", "-:.")))
        mark_clean(database, clean=True)
        draft.rename(database)
        sync_folder(database.parent)
    return moved
