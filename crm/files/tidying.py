"""The worker's care of the uploads folder: removes unused files, and reports missing ones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

import orjson
import structlog

from crm import clock
from crm.activity import activity
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.durable_files import TEMPORARY_PREFIX
from crm.db.stored_files import LeadsOut
from crm.db.transaction import Row, Transaction
from crm.files.uploads import content_path, remove_content

KEPT_IN_TRASH = timedelta(days=30)
ORPHAN_GRACE = timedelta(days=7)
BATCH = 500
STORED = re.compile(r"([0-9a-f]{32})(\.\d+)?")

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
        _let_go(settings.upload_folder, row)
    return len(rows)


def collect_orphans(db: Database, settings: Settings) -> int:
    """Remove old files that no row names: a crash left them between file and row."""
    folder, newest = settings.upload_folder, (clock.now() - ORPHAN_GRACE).timestamp()
    removed = 0
    for paths in _batches(_old_files(folder, newest)):
        known = db.read(_known_names, SYSTEM, [_stored_name(folder, path) for path in paths])
        for path in paths:
            if _stored_name(folder, path) not in known:
                path.unlink(missing_ok=True)
                removed += 1
    if removed:
        log.info("removed files that no row names", files=removed)
    return removed


def missing_files(db: Database, settings: Settings) -> list[MissingFile]:
    """The files that have a row but no content; each is logged as an error."""
    missing: list[MissingFile] = []
    last = 0
    while rows := db.read(_live_after, SYSTEM, last):
        last = rows[-1]["id"]
        lost = [row for row in rows if not _is_there(settings.upload_folder, row["stored_name"])]
        missing += [MissingFile(row["workspace_id"], row["id"], row["name"]) for row in lost]
    for file in missing:
        log.error("the content of a file is missing", file_id=file.file_id, workspace_id=file.workspace_id)
    return missing


def _let_go(folder: Path, row: Row) -> None:
    """A name that leads out of the folder is not ours; that file stays."""
    try:
        remove_content(folder, row["stored_name"])
    except LeadsOut:
        log.exception("a stored name leads out of the uploads", file_id=row["id"])


def _is_there(folder: Path, stored_name: str) -> bool:
    try:
        return content_path(folder, stored_name).is_file()
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


def _old_files(folder: Path, newest: float) -> Iterator[Path]:
    """Files of ours by place and name, older than a time. Other files are not touched."""
    inside = folder.resolve()
    for path in folder.glob("[0-9]*/[0-9a-f][0-9a-f]/*"):
        ours = STORED.fullmatch(path.name) or path.name.startswith(TEMPORARY_PREFIX)
        if not ours or not path.is_file() or path.stat().st_mtime >= newest:
            continue
        if path.resolve().is_relative_to(inside):
            yield path


def _batches(paths: Iterator[Path]) -> Iterator[list[Path]]:
    while batch := list(islice(paths, BATCH)):
        yield batch


def _stored_name(folder: Path, path: Path) -> str:
    return str(path.relative_to(folder).with_suffix(""))
