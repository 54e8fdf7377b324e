"""From configured paths to a database that is safe to open."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import apsw
import structlog

from crm.config import Settings
from crm.db.durable_files import make_folder, sync_folder
from crm.db.instance import create_instance, load_instance
from crm.db.migrations import MigrationRefused, load_migrations
from crm.db.presence import Occupied, Presence, alone
from crm.db.refusal import StartRefused
from crm.db.sqlite.engine import open_writer, wal_path
from crm.db.sqlite.gates import ALWAYS_WALKED_BYTES, check_gates, check_pages, check_room, shared_index
from crm.db.sqlite.migrations import migrate, pending_migrations
from crm.db.sqlite.process import must_not_be_open
from crm.db.sqlite.snapshots import SnapshotFailed, take_snapshot
from crm.db.sqlite.upgrading import (
    COPIES_OF_UPGRADE,
    remove_with_companions,
    snapshot_path,
    swap_in,
    try_upgrade,
    upgrade_copy,
)
from crm.errors import system_reason

WAIT_SECONDS = 10.0
POLL_SECONDS = 0.05

log = structlog.get_logger("crm.db")


def prepare(settings: Settings, wait: float = WAIT_SECONDS) -> None:
    """Pass the gates, create what is missing, migrate. Raises StartRefused, having changed nothing then.

    Where others are at work on the database it is only looked at, after `wait` seconds at most.
    """
    database, uploads = settings.sqlite_path, settings.upload_folder
    with _explaining(database):
        check_gates(database, uploads, settings.backup_dir)
        for folder in (database.parent, uploads):
            if make_folder(folder):
                log.info("created folder", path=str(folder))
        _make_ready(database, uploads, time.monotonic() + wait)


def rehearse(settings: Settings) -> None:
    """Whether `prepare` would succeed; an upgrade is tried on a copy. Raises StartRefused."""
    database = settings.sqlite_path
    with _explaining(database):
        check_gates(database, settings.upload_folder, settings.backup_dir)
        if needs_migration(database):
            check_room(database.parent, COPIES_OF_UPGRADE * database.stat().st_size)
            with closing(open_writer(database)) as connection:
                try_upgrade(connection, database)


def needs_migration(database: Path) -> bool:
    """Whether the file is absent or older than this program. Raises Occupied while it is being replaced."""
    presence = Presence(database, wait=0)
    try:
        if not database.exists():
            return True
        connection = open_writer(database)
        try:
            return bool(pending_migrations(connection, load_migrations()))
        finally:
            connection.close()
    finally:
        presence.end()


@contextmanager
def _explaining(database: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StartRefused(f"{error.filename or database}: {system_reason(error)}.") from error
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise StartRefused(f"{database} is damaged ({error}). Restore a backup.") from error
    except (MigrationRefused, SnapshotFailed, Occupied, apsw.Error) as error:
        raise StartRefused(f"{database}: {error}") from error


def _make_ready(database: Path, uploads: Path, deadline: float) -> None:
    while True:
        try:
            with alone(database):
                check_gates(database, uploads)
                _bring_up_to_date(database, uploads)
                return
        except Occupied:
            if _is_ready(database):
                return
            if time.monotonic() > deadline:
                raise
        time.sleep(POLL_SECONDS)


def _is_ready(database: Path) -> bool:
    try:
        return not needs_migration(database)
    except Occupied:
        return False


def _bring_up_to_date(database: Path, uploads: Path) -> None:
    if not database.exists():
        _create(database)
    _update(database)
    if load_instance(database) is None:
        create_instance(database, uploads)


def _create(database: Path) -> None:
    """Build it under a temporary name, so that a crash leaves no incomplete database under the real one."""
    draft = database.with_name(database.name + ".new")
    remnants = (wal_path(draft), shared_index(draft))
    remove_with_companions(draft)
    connection = open_writer(draft, create=True)
    try:
        migrate(connection, load_migrations())
    finally:
        connection.close()
    for leftover in (*remnants, shared_index(database)):
        leftover.unlink(missing_ok=True)
    must_not_be_open(database)
    draft.replace(database)
    sync_folder(database.parent)
    log.info("created database", path=str(database))


def _update(database: Path) -> None:
    """Check and migrate. Its connection also makes the -wal, which from then on is never absent."""
    instance = load_instance(database)
    connection = open_writer(database)
    try:
        connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)  # a refusal leaves the files as they are
        walked = database.stat().st_size <= ALWAYS_WALKED_BYTES
        if walked or instance is None or not instance.clean:
            check_pages(connection, database)
        if pending_migrations(connection, load_migrations()):
            connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0)
            _upgrade(connection, database)
    finally:
        connection.close()


def _upgrade(connection: apsw.Connection, database: Path) -> None:
    """If anything fails, the database is unchanged, and repeated attempts leave no snapshots behind."""
    snapshot = take_snapshot(connection, snapshot_path(database))
    log.info("took a verified snapshot before migrating", path=str(snapshot))
    try:
        draft = upgrade_copy(snapshot, database, load_migrations())
        swap_in(draft, connection, database)
    except BaseException:
        snapshot.unlink()
        raise
    log.info("upgraded a copy and put it in place", path=str(database))
