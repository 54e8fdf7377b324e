"""The health of the server: database, disk, uploads, worker and backup folder."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import structlog

from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.db.file_stores.store import FileStore, StoreAway
from crm.db.heartbeat import is_beating
from crm.db.ownership import obstacle_in, places_of
from crm.db.sqlite.gates import NEEDED_BYTES
from crm.db.transaction import Transaction
from crm.program import has_changed

LOW_BYTES = 512 * 1024 * 1024

log = structlog.get_logger("crm.db")


@dataclass(frozen=True, slots=True)
class Health:
    """`low`, `away` and `changed` warn; every other state but `ok` is a failure.

    `changed`: another version of the program is on the disk than the one that runs.
    """

    status: Literal["ok", "failing"]
    database: Literal["ok", "missing", "unavailable"]
    disk: Literal["ok", "low", "full"]
    uploads: Literal["ok", "unavailable", "away"]
    worker: Literal["ok", "stopped"]
    backups: Literal["ok", "unavailable"]
    program: Literal["ok", "changed"]


def check_health(db: Database, settings: Settings) -> Health:
    database = database_state(db)
    disk = _disk(settings.sqlite_path.parent, settings.upload_folder)
    uploads = _uploads(file_store(settings))
    worker: Literal["ok", "stopped"] = "ok" if is_beating(settings.sqlite_path) else "stopped"
    backups = _backups(settings)
    program: Literal["ok", "changed"] = "changed" if has_changed() else "ok"
    fine = {database, disk, uploads, worker, backups} <= {"ok", "low", "away"}
    return Health("ok" if fine else "failing", database, disk, uploads, worker, backups, program)


def database_state(db: Database) -> Literal["ok", "missing", "unavailable"]:
    """Whether the database can be read."""
    # An open file that was removed goes on working until the last process closes it, and is gone then.
    if db.in_file and not db.path.exists():
        return "missing"
    try:
        db.read(_count_migrations, SYSTEM)
    except Exception:
        log.exception("the database cannot be read")
        return "unavailable"
    return "ok"


def _count_migrations(tx: Transaction) -> object:
    return tx.value("SELECT count(*) FROM schema_migrations")


def _disk(*folders: Path) -> Literal["ok", "low", "full"]:
    try:
        free = min(_free(folder) for folder in folders)
    except OSError:
        return "full"
    if free < NEEDED_BYTES:
        return "full"
    return "low" if free < LOW_BYTES else "ok"


def _free(folder: Path) -> int:
    """The free space of the disk of a folder, even if the folder is missing: that is reported separately."""
    return shutil.disk_usage(folder if folder.exists() else folder.parent).free


def _uploads(store: FileStore) -> Literal["ok", "unavailable", "away"]:
    """Machines whose store is away still answer all else: a balancer must not take them out of service."""
    try:
        store.check()
    except StoreAway as away:
        log.warning("the store of files does not answer", address=away.address, reason=away.reason)
        return "away"
    except OSError:
        return "unavailable"
    return "ok"


def _backups(settings: Settings) -> Literal["ok", "unavailable"]:
    """Whether backups can be made, and the existing ones read."""
    *_, shelf = places_of(settings.sqlite_path, settings.upload_folder, settings.backup_dir)
    return "unavailable" if obstacle_in(shelf) else "ok"
