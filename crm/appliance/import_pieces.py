"""Enter the rows of an import, and take them back, in pieces: one that takes too long is made smaller."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import structlog

from crm.activity import activity
from crm.appliance.operations import LeftAsIs, undo_operation
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Busy, Conflict
from crm.imports.composed import composed_records
from crm.imports.entry import Entry, begin_entry
from crm.imports.import_row import get_import
from crm.imports.imports import set_state
from crm.imports.interpreter import Interpreter
from crm.imports.photos import stored_photos, with_new_photos
from crm.imports.preparing import choice_of, columns_from, interpreter_of, source_of, wishes_of
from crm.imports.problems import keep_problems
from crm.imports.progress import (
    FIRST_ROWS,
    PIECE_SECONDS,
    ImportJob,
    TooSlow,
    Waiting,
    enter_piece,
    find_job,
    finish,
)
from crm.imports.reading.sheets import Row
from crm.imports.reading.staged import placed_rows, staged_facts
from crm.imports.record import Problem, Record
from crm.imports.staging import rows_folder

AT_ONCE = 2_000
"""The most rows that are imported in one transaction; more are imported in pieces."""
PIECE = 1_000
UNDO_STEP = 100
PAUSE_SECONDS = 0.01
"""Between two pieces, so that others can write."""
LONGEST_PAUSE = 1.0

Report = Callable[[], object]
Composed = tuple[tuple[Row, int], tuple[int, Record | None]]
"""A row with the place of the next one, and its record as it was composed before."""

log = structlog.get_logger("crm.imports")


def say_nothing() -> None:
    """For work that nobody watches."""


@dataclass(frozen=True, slots=True)
class Work:
    """Who works on an import, and where. `report` is called after each piece; an undo pauses at `ends`."""

    db: Database
    settings: Settings
    actor: Actor
    ends: float | None = None
    report: Report = say_nothing

    @property
    def time_is_up(self) -> bool:
        return self.ends is not None and time.monotonic() >= self.ends


@dataclass(slots=True)
class Pace:
    """How many are taken at once: fewer after each that took too long, more after each that did not."""

    most: int
    size: int
    pause: float = PAUSE_SECONDS

    def slow_down(self) -> bool:
        """False where not even one at a time is possible."""
        if self.size <= 1:
            return False
        self.size = max(1, min(self.size, FIRST_ROWS) // 2)
        self.pause = min(LONGEST_PAUSE, self.pause * 2)
        return True

    def speed_up(self) -> None:
        self.size, self.pause = min(self.most, self.size * 2), PAUSE_SECONDS


def run_import(work: Work, job: ImportJob) -> None:
    """Import the rest of the file. Raises Busy."""
    db, actor = work.db, work.actor
    found = db.read(get_import, actor, job.id, with_problems=False)
    wishes = wishes_of(found.options, choice_of(found.columns))
    folder = rows_folder(work.settings, job.folder, wishes.options)
    if not folder.exists():
        db.write(set_state, actor, job.id, "undoing", error="the file is no longer available")
        return
    facts = staged_facts(folder)
    columns = columns_from(found.columns)
    interpreter = db.read(interpreter_of, actor, facts, columns, wishes)
    entry = db.read(begin_entry, actor, wishes.options, source_of(facts), columns)
    composed = composed_records(folder, (found.plan or {}).get("review", ""))
    for row, place in placed_rows(folder):
        if place > job.place:
            break
        next(composed)
        interpreter.note(row)
    rows = zip(placed_rows(folder, job.place), composed, strict=False)
    whole = job.total <= AT_ONCE and job.done == 0
    pace = Pace(PIECE, PIECE)
    for waiting in _pieces(rows, interpreter, AT_ONCE if whole else PIECE):
        carded = db.read(with_new_photos, actor, entry, [each.record for each in waiting])
        with stored_photos(work.settings, actor, folder, carded):
            if not _enter(work, job.id, entry, waiting, pace, whole=whole):
                return
    db.write(finish, actor, job.id)


def _enter(
    work: Work, import_id: int, entry: Entry, waiting: list[Waiting], pace: Pace, *, whole: bool
) -> bool:
    """Whether the import still runs. Raises Busy where not even one row goes in."""
    while waiting:
        piece, seconds = (waiting, None) if whole else (waiting[: pace.size], PIECE_SECONDS)
        try:
            entered = work.db.write(enter_piece, work.actor, import_id, entry, piece, seconds)
        except (Busy, TooSlow) as slow:
            if not whole and not pace.slow_down():
                raise
            log.info("import goes on in smaller pieces", import_id=import_id, rows=pace.size, why=str(slow))
            whole = False
            time.sleep(pace.pause)
            continue
        if entered < 0:
            return False
        waiting = waiting[entered:]
        pace.speed_up()
        work.report()
        time.sleep(0 if whole else pace.pause)
    return True


def _pieces(rows: Iterator[Composed], interpreter: Interpreter, size: int) -> Iterator[list[Waiting]]:
    waiting = (Waiting(interpreter.take(row, known), place) for (row, place), known in rows)
    while piece := list(islice(waiting, size)):
        yield piece


def undo_import(work: Work, import_id: int) -> None:
    """Take back what is left of it, the newest first, until it ends or the time is up. Raises Busy."""
    pace, ended = Pace(UNDO_STEP, UNDO_STEP), False
    while not (ended or work.time_is_up):
        try:
            ended = work.db.write(undo_step, work.actor, import_id, pace.size)
        except Busy as slow:
            if not pace.slow_down():
                raise
            log.info("import is undone in smaller steps", import_id=import_id, rows=pace.size, why=str(slow))
        else:
            pace.speed_up()
            work.report()
        time.sleep(pace.pause)


def undo_step(tx: Transaction, import_id: int, step: int = UNDO_STEP) -> bool:
    """Undo the newest changes that are left, `step` at once; returns whether that was all."""
    job = find_job(tx, import_id)
    if job is None or job.state != "undoing" or job.operation_id is None:
        return True
    try:
        with tx.savepoint():
            done = undo_operation(tx, job.operation_id, step=step)
    except Conflict as refusal:
        ended, left = True, [LeftAsIs(**each) for each in _entries(refusal)]
    else:
        ended, left = not done.remaining, done.left
    left = [each for each in left if not _goes_with_its_client(tx, job.operation_id, each)]
    keep_problems(
        tx, import_id, [Problem(0, each.message, each.entity, str(each.entity_id)) for each in left]
    )
    if ended:
        set_state(tx, import_id, "undone", ended=True)
        activity.record(tx, "import.undone", "import", import_id)
    return ended


def _goes_with_its_client(tx: Transaction, operation_id: int, left: LeftAsIs) -> bool:
    """A picture that came together with its client goes to the trash on them."""
    found = tx.value(
        """
        SELECT 1
          FROM activities shown
          JOIN activities made ON made.workspace_id = shown.workspace_id
                              AND made.entity = shown.entity
                              AND made.entity_id = shown.entity_id
          JOIN operation_entries oe ON oe.workspace_id = made.workspace_id
                                   AND oe.activity_id = made.id
         WHERE shown.workspace_id = :workspace_id
           AND shown.id = :activity_id
           AND shown.action = 'client.picture_changed'
           AND made.action = 'client.created'
           AND oe.operation_id = :operation_id
        """,
        activity_id=left.activity_id,
        operation_id=operation_id,
    )
    return found is not None


def _entries(refusal: Conflict) -> list[dict[str, Any]]:
    found: Any = refusal.extra.get("left", [])
    return list(found)
