"""The worker's care of the contents of files: removes unused files, and reports missing ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

import orjson
import structlog

from crm import clock
from crm.activity import activity
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.db.file_stores.store import FileStore, Leftover
from crm.db.restored import load_restored
from crm.db.stored_files import LeadsOut
from crm.db.transaction import Row, Transaction
from crm.files.uploads import remove_content

KEPT_IN_TRASH = timedelta(days=30)
ORPHAN_GRACE = timedelta(days=7)
BATCH = 500

log = structlog.get_logger("crm.files")


@dataclass(frozen=True, slots=True)
class MissingFile:
    workspace_id: int
    file_id: int
    name: str


def purge_files(db: Database, settings: Settings) -> int:
    """Remove the content of files that were in the trash long enough; the row says so first."""
    before = clock.as_text(clock.now() - KEPT_IN_TRASH)
    rows = db.read(_purgeable, SYSTEM, before)
    for row in rows:
        db.write(_mark_purged, Actor(row["workspace_id"], None), row)
        _let_go(file_store(settings), row)
    return len(rows)


def collect_orphans(db: Database, settings: Settings) -> int:
    """Remove old files that no row names: a crash left them between file and row."""
    if load_restored(db.path) is not None:
        return 0  # the store may hold what was put down after the backup
    newest = (clock.now() - ORPHAN_GRACE).timestamp()
    removed = 0
    for batch in _batches(file_store(settings).leftovers(newest)):
        known = db.read(_known_names, SYSTEM, [found.stored_name for found in batch])
        for found in batch:
            if found.stored_name not in known:
                found.remove()
                removed += 1
    if removed:
        log.info("removed files that no row names", files=removed)
    return removed


def missing_files(db: Database, settings: Settings) -> list[MissingFile]:
    """The files that have a row but no content; each is logged as an error."""
    missing: list[MissingFile] = []
    last, store = 0, file_store(settings)
    while rows := db.read(_live_after, SYSTEM, last):
        last = rows[-1]["id"]
        lost = [row for row in rows if not _is_there(store, row["stored_name"])]
        missing += [MissingFile(row["workspace_id"], row["id"], row["name"]) for row in lost]
    for file in missing:
        log.error("the content of a file is missing", file_id=file.file_id, workspace_id=file.workspace_id)
    return missing


def _let_go(store: FileStore, row: Row) -> None:
    """A name that leads out of the folder is not ours; that file stays."""
    try:
        remove_content(store, row["stored_name"])
    except LeadsOut:
        log.exception("a stored name leads out of the uploads", file_id=row["id"])


def _is_there(store: FileStore, stored_name: str) -> bool:
    try:
        return store.size(stored_name) is not None
    except LeadsOut:
        return False


def _purgeable(tx: Transaction, before: str) -> list[Row]:
    return tx.all(
        """
        SELECT id, workspace_id, subject, subject_id, name, stored_name
          FROM files
         WHERE deleted_at < :before
           AND deleted_at IS NOT NULL
           AND purged_at IS NULL
         ORDER BY deleted_at
         LIMIT :batch
        """,
        before=before,
        batch=BATCH,
    )


def _mark_purged(tx: Transaction, row: Row) -> None:
    tx.run(
        """
        UPDATE files
           SET purged_at = :now, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :file_id
        """,
        file_id=row["id"],
    )
    activity.record(
        tx,
        "file.purged",
        "file",
        row["id"],
        before={"name": row["name"]},
        subject=(row["subject"], row["subject_id"]),
    )


def _live_after(tx: Transaction, last: int) -> list[Row]:
    return tx.all(
        """
        SELECT id, workspace_id, name, stored_name
          FROM files
         WHERE id > :last
           AND purged_at IS NULL
         ORDER BY id
         LIMIT :batch
        """,
        last=last,
        batch=BATCH,
    )


def _known_names(tx: Transaction, names: list[str]) -> set[str]:
    rows = tx.all(
        """
        SELECT stored_name
          FROM files
         WHERE purged_at IS NULL
           AND stored_name IN (SELECT value FROM json_each(:names))
        """,
        names=orjson.dumps(names).decode(),
    )
    return {row["stored_name"] for row in rows}


def _batches(found: Iterator[Leftover]) -> Iterator[list[Leftover]]:
    while batch := list(islice(found, BATCH)):
        yield batch
