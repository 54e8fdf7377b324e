"""From configured paths to a database that is safe to open."""

from pathlib import Path

import apsw
import structlog

from crm import clock
from crm.config import Settings
from crm.db.durable_files import sync_folder
from crm.db.engine import open_writer
from crm.db.gates import StartRefused, check_gates, check_pages
from crm.db.instance import create_instance, load_instance, uploads_owner
from crm.db.migrations import MigrationRefused, load_migrations, migrate, pending_migrations
from crm.db.snapshots import SnapshotFailed, take_snapshot

log = structlog.get_logger("crm.db")


def prepare(settings: Settings) -> None:
    """Pass the gates, create what is missing, migrate. Raises StartRefused, having changed nothing then."""
    database, uploads = settings.sqlite_path, settings.upload_folder
    check_gates(database, uploads)
    for folder in (database.parent, uploads):
        make_folder(folder)
    try:
        _bring_up_to_date(database, uploads)
    except (MigrationRefused, SnapshotFailed, apsw.Error) as error:
        raise StartRefused(f"{database}: {error}") from error


def needs_migration(database: Path) -> bool:
    """Whether the file is absent or older than this program."""
    if not database.exists():
        return True
    connection = open_writer(database)
    try:
        return bool(pending_migrations(connection, load_migrations()))
    finally:
        connection.close()


def make_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(parents=True, mode=0o700)
        log.info("created folder", path=str(folder))


def _bring_up_to_date(database: Path, uploads: Path) -> None:
    if not database.exists():
        _create(database)
    else:
        _update(database)
    if load_instance(database) is None or uploads_owner(uploads) is None:
        create_instance(database, uploads)


def _create(database: Path) -> None:
    """Build it under another name, so that a crash midway leaves no half database under the right one."""
    draft = database.with_name(database.name + ".new")
    leftovers = [draft.with_name(draft.name + suffix) for suffix in ("", "-wal", "-shm")]
    for leftover in leftovers:
        leftover.unlink(missing_ok=True)
    connection = open_writer(draft, create=True)
    try:
        migrate(connection, load_migrations())
    finally:
        connection.close()
    for leftover in leftovers[1:]:
        leftover.unlink(missing_ok=True)
    draft.replace(database)
    sync_folder(database.parent)
    log.info("created database", path=str(database))


def _update(database: Path) -> None:
    instance = load_instance(database)
    connection = open_writer(database)
    try:
        if instance is not None and not instance.clean:
            check_pages(connection, database)
        migrate(connection, load_migrations(), lambda: _snapshot(connection, database))
    finally:
        connection.close()


def _snapshot(connection: apsw.Connection, database: Path) -> None:
    stamp = clock.timestamp().replace(":", "").replace(".", "")
    target = database.with_name(f"{database.stem}.before-migration-{stamp}.db")
    take_snapshot(connection, target)
    log.info("took a verified snapshot before migrating", path=str(target))
