"""Upgrading a copy, which replaces the database only when it is complete and has lost nothing."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import apsw

from crm import clock
from crm.db.backup.copying import sync_file
from crm.db.backup.uploads import copy_durably
from crm.db.durable_files import TEMPORARY_PREFIX, sync_folder
from crm.db.migrations import Migration, MigrationRefused, load_migrations
from crm.db.sqlite.copies import Copy, count_rows, opened_copy
from crm.db.sqlite.engine import open_writer, wal_path
from crm.db.sqlite.gates import shared_index
from crm.db.sqlite.migrations import migrate, pending_migrations
from crm.db.sqlite.process import must_not_be_open
from crm.db.sqlite.snapshots import take_snapshot, verify_database

SNAPSHOT = "before-migration"
COPIES_OF_UPGRADE = 2  # the snapshot, and what is upgraded


def snapshot_path(database: Path) -> Path:
    """Where a snapshot taken now goes; its name sorts by time."""
    stamp = clock.timestamp().replace(":", "").replace(".", "")
    return database.with_name(f"{database.stem}.{SNAPSHOT}-{stamp}.db")


def snapshots_of(database: Path) -> list[Path]:
    """The oldest first."""
    return sorted(database.parent.glob(f"{database.stem}.{SNAPSHOT}-*.db"))


def upgrade_copy(snapshot: Path, database: Path, migrations: list[Migration]) -> Path:
    """Migrate a copy of the snapshot; its path. Raises MigrationRefused for a loss that none declares."""
    draft = database.with_name(database.name + ".new")
    remove_with_companions(draft)
    try:
        copy_durably(snapshot, draft)
        with closing(open_writer(draft)) as connection:
            before = count_rows(connection)
            done = migrate(connection, migrations)
            _compare(before, count_rows(connection), done)
            if connection.pragma("journal_mode", "DELETE") != "delete":
                raise MigrationRefused(f"the changes of {draft.name} could not be brought into the file")
        verify_database(draft)
        sync_file(draft)
    except BaseException:
        remove_with_companions(draft)
        raise
    return draft


def try_upgrade(connection: apsw.Connection, database: Path) -> None:
    """On a copy that is removed again, while others go on with the database."""
    with tempfile.TemporaryDirectory(prefix=f"{TEMPORARY_PREFIX}upgrade-", dir=database.parent) as folder:
        snapshot = take_snapshot(connection, Path(folder) / "snapshot.db")
        upgrade_copy(snapshot, Path(folder) / database.name, load_migrations())


@contextmanager
def opened_as_of_today(path: Path, scratch: Path) -> Iterator[Copy]:
    """A database file for reading in today's schema; one of an earlier version is upgraded in a copy.

    The copy is made in `scratch` and removed. Raises MigrationRefused for a newer or a foreign database.
    """
    migrations = load_migrations()
    with opened_copy(path) as copy:
        if not pending_migrations(copy.connection, migrations):
            yield copy
            return
    with tempfile.TemporaryDirectory(prefix=f"{TEMPORARY_PREFIX}upgrade-", dir=scratch) as folder:
        draft = upgrade_copy(path, Path(folder) / path.name, migrations)
        with opened_copy(draft) as copy:
            yield copy


def swap_in(draft: Path, connection: apsw.Connection, database: Path) -> None:
    """Give the draft the database's name. `connection` is the only one to that, and is closed.

    What the -wal holds is brought home first, and it is emptied: it must not be played over another file.
    """
    connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    connection.close()
    wal = wal_path(database)
    if wal.exists() and wal.stat().st_size:
        raise MigrationRefused(f"{wal.name} could not be emptied")
    must_not_be_open(database)
    shared_index(database).unlink(missing_ok=True)
    draft.replace(database)
    remove_with_companions(draft)
    sync_folder(database.parent)


def remove_with_companions(draft: Path) -> None:
    for path in (draft, wal_path(draft), shared_index(draft)):
        path.unlink(missing_ok=True)


def _compare(before: dict[str, int], after: dict[str, int], done: list[Migration]) -> None:
    declared = {table for migration in done for table in migration.drops_rows_of}
    missing = {table: count - after.get(table, 0) for table, count in before.items()}
    lost = [f"{count} of {table}" for table, count in missing.items() if count > 0 and table not in declared]
    if lost:
        raise MigrationRefused(f"the upgrade would lose rows: {', '.join(lost)}")
