"""Files of daily figures, from the upload to the last piece. The ledger has an entry of each piece."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from crm.campaigns.fields import SourceName
from crm.db.actor import Actor
from crm.db.transaction import Transaction
from crm.errors import Conflict, Stale
from crm.imports.advertising.pieces import forget_pieces
from crm.imports.advertising.report_file import ReportFile, get_report_file
from crm.imports.advertising.wishes import ReportOptions
from crm.imports.imports import Upload
from crm.imports.mapping import headers_digest
from crm.records.skeleton import as_dict

FIGURES = "campaign figures"
REFUSALS = {
    "reading": "The file is still being read.",
    "unmapped": "Say first which columns have the day, the campaign and the figures.",
    "refused": "The file has rows to mend. Mend them, and upload it again.",
    "ready": "The file is not confirmed yet.",
    "running": "The figures are being taken in.",
    "done": "The figures are in.",
    "cancelled": "The file was cancelled.",
    "failed": "The file could not be taken in. Upload it again.",
}


def create_report_file(
    tx: Transaction, upload: Upload, source: SourceName, options: ReportOptions
) -> ReportFile:
    """It is read next; nothing is collected before it is confirmed."""
    file_id = tx.insert(
        """
        INSERT INTO report_files (workspace_id, created_by, source, name, size, sha256, folder, wishes, state,
                                  created_at, updated_at)
        VALUES (:workspace_id, :actor_id, :source, :name, :size, :sha256, :folder, :wishes, 'reading',
                :now, :now)
        RETURNING id
        """,
        source=source,
        name=upload.name,
        size=upload.size,
        sha256=upload.sha256,
        folder=upload.folder,
        wishes=options.model_dump_json(),
    )
    return get_report_file(tx, file_id)


def map_report_file(
    tx: Transaction, file_id: int, options: ReportOptions, *, expected_version: int | None = None
) -> ReportFile:
    """Read it again as people say. Raises NotFound, Stale, and Conflict once it is confirmed."""
    _changeable(tx, file_id, ("unmapped", "refused", "ready"), expected_version)
    forget_pieces(tx, file_id)
    tx.run(
        """
        UPDATE report_files
           SET state = 'reading', wishes = :wishes, pieces = 0, error = NULL, version = version + 1,
               updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :file_id
        """,
        file_id=file_id,
        wishes=options.model_dump_json(),
    )
    return get_report_file(tx, file_id)


def confirm_report_file(tx: Transaction, file_id: int, *, expected_version: int | None = None) -> ReportFile:
    """Begin to collect. Raises NotFound, Stale, and Conflict unless it is ready."""
    found = _changeable(tx, file_id, ("ready",), expected_version)
    set_file_state(tx, file_id, "running" if found.pieces else "done")
    return get_report_file(tx, file_id)


def cancel_report_file(tx: Transaction, file_id: int, *, expected_version: int | None = None) -> ReportFile:
    """What was collected of it stays; the rest is not taken in. Raises NotFound, Stale and Conflict."""
    open_states = ("reading", "unmapped", "refused", "ready", "running")
    _changeable(tx, file_id, open_states, expected_version)
    forget_pieces(tx, file_id)
    set_file_state(tx, file_id, "cancelled")
    return get_report_file(tx, file_id)


def expire_report_files(tx: Transaction, before: str) -> int:
    """Give up what nobody has confirmed since `before`; returns how many. `tx` is of SYSTEM."""
    rows = tx.all(
        """
        UPDATE report_files
           SET state = 'cancelled', version = version + 1, updated_at = :now
         WHERE state IN ('unmapped', 'refused', 'ready')
           AND updated_at < :before
        RETURNING workspace_id, id
        """,
        before=before,
    )
    for row in rows:
        inside = tx.acting_as(Actor(row["workspace_id"], None, tx.actor.request_id))
        forget_pieces(inside, row["id"])
    return len(rows)


def _changeable(
    tx: Transaction, file_id: int, states: Sequence[str], expected_version: int | None
) -> ReportFile:
    found = get_report_file(tx, file_id)
    if expected_version is not None and expected_version != found.version:
        raise Stale("The file has changed since you read it.", as_dict(found))
    if found.state not in states:
        raise Conflict(REFUSALS[found.state], {"state": found.state})
    return found


def set_file_state(tx: Transaction, file_id: int, state: str, error: str | None = None) -> None:
    tx.run(
        """
        UPDATE report_files
           SET state = :state, error = :error, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :file_id
        """,
        file_id=file_id,
        state=state,
        error=error,
    )


def keep_found(tx: Transaction, file_id: int, state: str, found: Mapping[str, Any], pieces: int) -> None:
    """What reading it gave, while it is being read still."""
    tx.run(
        """
        UPDATE report_files
           SET state = :state, facts = :facts, pieces = :pieces, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :file_id
           AND state = 'reading'
        """,
        file_id=file_id,
        state=state,
        facts=orjson.dumps(found).decode(),
        pieces=pieces,
    )


def remember_columns(tx: Transaction, headers: Sequence[str], columns: Mapping[str, str]) -> None:
    """For the next file with these headers."""
    tx.run(
        """
        INSERT INTO import_mappings (workspace_id, headers, columns, updated_at)
        VALUES (:workspace_id, :headers, :columns, :now)
            ON CONFLICT (workspace_id, headers)
            DO UPDATE SET columns = excluded.columns, updated_at = excluded.updated_at
        """,
        headers=headers_digest(FIGURES, headers),
        columns=orjson.dumps(dict(columns)).decode(),
    )


def remembered_columns(tx: Transaction, headers: Sequence[str]) -> dict[str, str] | None:
    """How people last mapped a file of figures with these headers."""
    kept = tx.value(
        "SELECT columns FROM import_mappings WHERE workspace_id = :workspace_id AND headers = :headers",
        headers=headers_digest(FIGURES, headers),
    )
    return None if kept is None else dict(orjson.loads(kept))
