"""The rest of an erasure, after its rows are emptied: files on the disk, search indexes, unused parts of the
database. It goes on after a crash, in the worker.
"""

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
import structlog

from crm import clock
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.backup.shelf import list_backups
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.db.instance import load_instance
from crm.db.search_upkeep import rewrite_searches
from crm.db.stored_files import LeadsOut
from crm.db.transaction import Row, Transaction
from crm.errors import Busy, NotFound
from crm.files.uploads import remove_content
from crm.imports.spool import remove_folder

IN_REQUEST = 3.0
"""How many seconds a request cleans up; the worker does the rest."""

log = structlog.get_logger("crm.erasing")


@dataclass(frozen=True, slots=True)
class Erasure:
    """`ended_at` is None until files and unused parts of the database are cleaned, too."""

    id: int
    client_id: int | None
    created_at: str
    ended_at: str | None


@dataclass(frozen=True, slots=True)
class HoldingBackup:
    """A backup made before the erasure, which still holds the person until it is removed."""

    name: str
    made_at: str
    kept_until: str


def finish_erasures(db: Database, settings: Settings, seconds: float = math.inf) -> bool:
    """Finish all that are open; False when there is more to do than time."""
    rows = db.read(_open_erasures, SYSTEM)
    if not rows:
        return True
    for row in rows:
        _remove_files(settings, row)
    if not rewrite_searches(db, seconds=seconds) or not db.clean_log():
        return False
    db.write(_end, SYSTEM, [row["id"] for row in rows])
    log.info("erasures finished", erasures=len(rows))
    return True


def finish_soon(db: Database, settings: Settings) -> None:
    """In the request that erased: what does not fit is left to the worker."""
    with suppress(Busy):
        finish_erasures(db, settings, IN_REQUEST)


def get_erasure(tx: Transaction, client_id: int) -> Erasure:
    """The erasure of a client. Raises NotFound."""
    row = tx.one(
        """
        SELECT id, client_id, created_at, ended_at
          FROM erasures
         WHERE workspace_id = :workspace_id
           AND client_id = :client_id
        """,
        client_id=client_id,
    )
    if row is None:
        raise NotFound("This client was not erased.")
    return Erasure(**row)


def holding_backups(settings: Settings, before: datetime) -> list[HoldingBackup]:
    """The backups that were made before, newest first, each with the latest day to which the rules keep it.

    The newest good one is kept for longer while no other is made.
    """
    longest = timedelta(
        days=max(
            settings.backup_retention_days,
            7 * settings.backup_keep_weekly + 7,
            31 * settings.backup_keep_monthly + 31,
        )
    )
    instance = load_instance(settings.sqlite_path)
    return [
        HoldingBackup(backup.name, clock.as_text(backup.made_at), clock.as_text(backup.made_at + longest))
        for backup in list_backups(settings.backup_dir)
        if backup.is_of(instance) and backup.made_at <= before
    ]


def _open_erasures(tx: Transaction) -> list[Row]:
    return tx.all(
        "SELECT id, workspace_id, files, folders FROM erasures WHERE ended_at IS NULL ORDER BY id LIMIT 1000"
    )


def _remove_files(settings: Settings, row: Row) -> None:
    for stored_name in orjson.loads(row["files"]):
        try:
            remove_content(file_store(settings), stored_name, durably=True)
        except LeadsOut:
            log.exception("a stored name leads out of the uploads", erasure_id=row["id"])
    for folder in orjson.loads(row["folders"]):
        remove_folder(settings, folder)


def _end(tx: Transaction, ids: Sequence[int]) -> None:
    tx.run(
        """
        UPDATE erasures
           SET ended_at = :now, files = '[]', folders = '[]'
         WHERE id IN (SELECT value FROM json_each(:ids))
        """,
        ids=orjson.dumps(list(ids)).decode(),
    )
