"""A file of daily figures as it is read: what is in it, and how far it is taken in."""

from dataclasses import dataclass
from typing import Any

import orjson

from crm.db.transaction import Row, Transaction
from crm.errors import NotFound

SHOWN = """
    SELECT f.id, f.source, f.name, f.size, f.state, f.wishes, f.facts, f.pieces, f.pieces_done, f.new_rows,
           f.changed_rows, f.unchanged_rows, f.error, f.created_by, f.version, f.created_at, f.updated_at
      FROM report_files f
     WHERE f.workspace_id = :workspace_id
"""


@dataclass(frozen=True)
class ReportFile:
    """`state` is reading, unmapped (its columns are not known: choose them), refused (has rows to mend),
    ready (to be confirmed), running, done, cancelled or failed. `found` is what `summary_of` tells.
    """

    id: int
    source: str
    name: str
    size: int
    state: str
    options: dict[str, Any]
    found: dict[str, Any]
    pieces: int
    pieces_done: int
    new: int
    changed: int
    unchanged: int
    error: str | None
    created_by: int | None
    version: int
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class ReportFileJob:
    """What is left to do of a file."""

    id: int
    workspace_id: int
    created_by: int | None
    folder: str
    state: str
    wishes: str


def get_report_file(tx: Transaction, file_id: int) -> ReportFile:
    """Raises NotFound."""
    row = tx.one(f"{SHOWN} AND f.id = :file_id", file_id=file_id)
    if row is None:
        raise NotFound("There is no such file.")
    return _as_file(row)


def list_report_files(tx: Transaction, *, limit: int, before: int | None = None) -> list[ReportFile]:
    """The newest first, from the one before `before` on."""
    most = 2**62 if before is None else before
    return [
        _as_file(row)
        for row in tx.all(f"{SHOWN} AND f.id < :most ORDER BY f.id DESC LIMIT :limit", most=most, limit=limit)
    ]


def find_file_job(tx: Transaction, file_id: int) -> ReportFileJob | None:
    row = tx.one(
        """
        SELECT id, workspace_id, created_by, folder, state, wishes
          FROM report_files
         WHERE workspace_id = :workspace_id
           AND id = :file_id
        """,
        file_id=file_id,
    )
    return ReportFileJob(**row) if row else None


def files_at_work(tx: Transaction) -> list[ReportFileJob]:
    """Of all workspaces. `tx` is of SYSTEM."""
    rows = tx.all(
        """
        SELECT id, workspace_id, created_by, folder, state, wishes
          FROM report_files
         WHERE state IN ('reading', 'running')
         ORDER BY id
        """
    )
    return [ReportFileJob(**row) for row in rows]


def _as_file(row: Row) -> ReportFile:
    given = dict(row)
    return ReportFile(
        options=orjson.loads(given.pop("wishes")),
        found=orjson.loads(given.pop("facts")),
        new=given.pop("new_rows"),
        changed=given.pop("changed_rows"),
        unchanged=given.pop("unchanged_rows"),
        **given,
    )
