"""Import the rows of a confirmed import, piece by piece; each row once, even after a crash."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from crm.activity.operations import within_operation
from crm.db.transaction import Row, Transaction
from crm.errors import Busy, CrmError, Full
from crm.imports.entering import enter
from crm.imports.entering_many import enter_many
from crm.imports.entry import Entry, RowResult
from crm.imports.fitting import refusal_of_row
from crm.imports.placing import placed
from crm.imports.problems import keep_problems
from crm.imports.record import Problem, Record

PIECE_SECONDS = 0.2
WHOLE_SECONDS = 4.0
"""The most that a small import may take in one transaction, estimated from its first rows."""
FIRST_ROWS = 50
FEWEST, MOST_TOGETHER = 20, 500


class TooSlow(Exception):
    """One transaction would make others wait too long; import in pieces instead."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record to import; `place` is the offset of the next row in the file."""

    record: Record
    place: int


@dataclass(frozen=True, slots=True)
class ImportJob:
    """What the worker needs to know about an import."""

    id: int
    workspace_id: int
    actor_id: int | None
    folder: str
    state: str
    place: int
    total: int
    done: int
    operation_id: int | None


def find_job(tx: Transaction, import_id: int) -> ImportJob | None:
    row = tx.one(
        """
        SELECT id, workspace_id, actor_id, folder, state, place, total, done, operation_id
          FROM imports
         WHERE workspace_id = :workspace_id
           AND id = :import_id
        """,
        import_id=import_id,
    )
    return ImportJob(**row) if row else None


def jobs_at_work(tx: Transaction) -> list[ImportJob]:
    """Unfinished imports of all workspaces, the oldest first; for the worker."""
    rows: list[Row] = tx.all(
        """
        SELECT id, workspace_id, actor_id, folder, state, place, total, done, operation_id
          FROM imports
         WHERE state IN ('reading', 'checking', 'running', 'undoing')
         ORDER BY id
         LIMIT 20
        """
    )
    return [ImportJob(**row) for row in rows]


def enter_piece(
    tx: Transaction, import_id: int, entry: Entry, waiting: Sequence[Waiting], seconds: float | None
) -> int:
    """How many of the waiting records were imported within `seconds`; -1 if the import has been stopped.

    Without `seconds` all are imported, or none: raises TooSlow. The place in the file is saved with them, so
    that a process that is killed continues after the last piece.
    """
    job = find_job(tx, import_id)
    if job is None or job.state != "running" or job.operation_id is None:
        return -1
    inside = within_operation(tx, job.operation_id)
    began = time.monotonic()
    counts: dict[RowResult, int] = {}
    problems: list[Problem] = []
    entered = 0
    for together in _together(waiting, seconds, began):
        known = [list(each.record.problems) for each in together]
        outcomes = enter_many(
            inside, entry, [each.record for each in together], partial(_enter_one, inside, entry)
        )
        for each, outcome, before in zip(together, outcomes, known, strict=True):
            counts[outcome] = counts.get(outcome, 0) + 1
            problems += placed(entry.columns, each.record.problems)
            each.record.problems = before  # a record that is tried again reports each problem once
        entered += len(together)
    keep_problems(tx, import_id, problems)
    _move_on(tx, import_id, waiting[entered - 1].place, counts, len(problems))
    return entered


def _together(waiting: Sequence[Waiting], seconds: float | None, began: float) -> Iterator[Sequence[Waiting]]:
    """Parts that are stored together, each as large as the time that is left allows, by those before."""
    entered, size = 0, FIRST_ROWS
    while entered < len(waiting):
        yield waiting[entered : entered + size]
        entered += size
        each = (time.monotonic() - began) / entered
        if seconds is None and each * len(waiting) > WHOLE_SECONDS:
            raise TooSlow
        if seconds is not None:
            left = seconds - each * entered
            if left < each * FEWEST:
                return
            size = max(FEWEST, min(MOST_TOGETHER, int(left / each)))
        else:
            size = MOST_TOGETHER


def _enter_one(tx: Transaction, entry: Entry, record: Record) -> RowResult:
    known = list(record.problems)
    try:
        with tx.savepoint():
            return enter(tx, entry, record)
    except (Busy, Full):
        raise
    except CrmError as error:
        record.problems = [*known, refusal_of_row(record, error)]
        return "left_out"


def _move_on(
    tx: Transaction, import_id: int, place: int, counts: dict[RowResult, int], problems: int
) -> None:
    tx.run(
        """
        UPDATE imports
           SET place = :place, done = done + :done, created = created + :created,
               updated = updated + :updated, skipped = skipped + :skipped, left_out = left_out + :left_out,
               problems = problems + :problems, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :import_id
        """,
        import_id=import_id,
        place=place,
        done=sum(counts.values()),
        created=counts.get("created", 0),
        updated=counts.get("updated", 0),
        skipped=counts.get("skipped", 0),
        left_out=counts.get("left_out", 0),
        problems=problems,
    )


def finish(tx: Transaction, import_id: int) -> None:
    tx.run(
        """
        UPDATE imports
           SET state = 'done', ended_at = :now, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :import_id
           AND state = 'running'
        """,
        import_id=import_id,
    )


def expire_imports(tx: Transaction, before: str) -> int:
    """Fail the imports of all workspaces that have waited for a confirmation since `before`."""
    return tx.run(
        """
        UPDATE imports
           SET state = 'failed', error = 'it was not confirmed in time', ended_at = :now,
               version = version + 1, updated_at = :now
         WHERE state = 'ready'
           AND updated_at < :before
        """,
        before=before,
    )


def folders_in_use(tx: Transaction) -> set[str]:
    """Of all workspaces, for the worker."""
    rows = tx.all(
        """
        SELECT folder
          FROM imports
         WHERE state IN ('reading', 'checking', 'ready', 'running')
        UNION ALL
        SELECT folder
          FROM report_files
         WHERE state IN ('reading', 'unmapped', 'refused', 'ready', 'running')
        """
    )
    return {row["folder"] for row in rows}
