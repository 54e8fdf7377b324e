"""Run imports: read, check, import and undo, in the request or in the worker."""

import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import structlog

from crm import clock
from crm.activity import activity
from crm.appliance.operations import LeftAsIs, undo_operation
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Busy, Conflict, Invalid
from crm.imports.entry import Entry, begin_entry
from crm.imports.import_row import get_import
from crm.imports.imports import keep_prepared, remember_mapping, set_state
from crm.imports.interpreter import Interpreter
from crm.imports.notices import mark_import_seen
from crm.imports.preparing import (
    Prepared,
    Wishes,
    choice_of,
    columns_from,
    interpreter_of,
    prepare,
    source_of,
    wishes_of,
)
from crm.imports.problems import keep_problems
from crm.imports.progress import (
    PIECE_SECONDS,
    ImportJob,
    TooSlow,
    Waiting,
    enter_piece,
    expire_imports,
    find_job,
    finish,
    folders_in_use,
    jobs_at_work,
)
from crm.imports.reading.sheets import Row
from crm.imports.reading.staged import placed_rows, staged_facts
from crm.imports.record import Problem
from crm.imports.spool import remove_folder, spool_of, working_on
from crm.imports.staging import rows_folder, stage_file

AT_ONCE = 2_000
"""The most rows that are imported in one transaction; more are imported in pieces."""
PIECE = 1_000
READING_SECONDS = 900.0
KEPT = timedelta(days=7)
GRACE_SECONDS = 3600
UNDO_STEP = 100
PAUSE_SECONDS = 0.01
"""Between two pieces, so that others can write."""

log = structlog.get_logger("crm.imports")


def work_on_imports(db: Database, settings: Settings) -> None:
    """Continue all unfinished imports, also after a crash. The worker calls it."""
    for job in db.read(jobs_at_work, SYSTEM):
        try:
            work_on(db, settings, Actor(job.workspace_id, job.actor_id), job.id)
        except Busy:
            log.warning("import put off: the database is busy", import_id=job.id)
        except Exception:
            log.exception("import failed for now", import_id=job.id)


def work_on(
    db: Database, settings: Settings, actor: Actor, import_id: int, seconds: float | None = None
) -> None:
    """Work until nothing is left to do, or the time is up. Nothing if another process works on it.

    With `seconds` its user waits for it, and needs no notice of its end.
    """
    ends = None if seconds is None else time.monotonic() + seconds
    job = db.read(find_job, actor, import_id)
    if job is None:
        return
    with working_on(settings, job.folder) as mine:
        while mine and (job := db.read(find_job, actor, import_id)) is not None:
            if not _step(db, settings, actor, job) or (ends is not None and time.monotonic() >= ends):
                break
        if seconds is not None and mine:
            db.write(mark_import_seen, actor, import_id)


def _step(db: Database, settings: Settings, actor: Actor, job: ImportJob) -> bool:
    """Whether there may be more to do."""
    if job.state in {"reading", "checking"}:
        _prepare(db, settings, actor, job)
        return False
    if job.state == "running":
        _run(db, settings, actor, job)
        return True
    if job.state == "undoing":
        db.write(undo_step, actor, job.id)
        return True
    if job.state != "ready":
        remove_folder(settings, job.folder)
    return False


def _prepare(db: Database, settings: Settings, actor: Actor, job: ImportJob) -> None:
    found = db.read(get_import, actor, job.id, with_problems=False)
    wishes = wishes_of(found.options, choice_of(found.columns) if found.columns else None)
    try:
        facts = stage_file(settings, job.folder, wishes.options, READING_SECONDS)
        if facts is None:
            raise Invalid.field("file", "takes too much time to read; split the file")
        prepared = prepare(db, actor, rows_folder(settings, job.folder, wishes.options), facts, wishes)
    except Invalid as error:
        problem = error.problems[0]
        db.write(set_state, actor, job.id, "failed", error=f"{problem.field} {problem.message}", ended=True)
        return
    db.write(_keep, actor, job, wishes, prepared)


def _keep(tx: Transaction, job: ImportJob, wishes: Wishes, prepared: Prepared) -> None:
    now = find_job(tx, job.id)
    if now is not None and now.state == job.state:
        keep_prepared(tx, job.id, wishes, prepared)
        if job.state == "checking":
            remember_mapping(tx, prepared)


def _run(db: Database, settings: Settings, actor: Actor, job: ImportJob) -> None:
    """Import the rest of the file."""
    found = db.read(get_import, actor, job.id, with_problems=False)
    wishes = wishes_of(found.options, choice_of(found.columns))
    folder = rows_folder(settings, job.folder, wishes.options)
    if not folder.exists():
        db.write(set_state, actor, job.id, "undoing", error="the file is no longer available")
        return
    facts = staged_facts(folder)
    interpreter = db.read(interpreter_of, actor, facts, columns_from(found.columns), wishes)
    entry = db.read(begin_entry, actor, wishes.options, source_of(facts))
    for row, place in placed_rows(folder):
        if place > job.place:
            break
        interpreter.note(row)
    rows = placed_rows(folder, job.place)
    whole = job.total <= AT_ONCE and job.done == 0
    for waiting in _pieces(rows, interpreter, AT_ONCE if whole else PIECE):
        if not _enter(db, actor, job.id, entry, waiting, whole=whole):
            return
    db.write(finish, actor, job.id)


def _enter(
    db: Database, actor: Actor, import_id: int, entry: Entry, waiting: list[Waiting], *, whole: bool
) -> bool:
    """Whether the import still runs. If one transaction takes too long, it goes on in pieces."""
    while waiting:
        try:
            entered = db.write(
                enter_piece, actor, import_id, entry, waiting, None if whole else PIECE_SECONDS
            )
        except (Busy, TooSlow):
            if not whole:
                raise
            whole = False
            continue
        if entered < 0:
            return False
        waiting = waiting[entered:]
        time.sleep(0 if whole else PAUSE_SECONDS)
    return True


def _pieces(rows: Iterator[tuple[Row, int]], interpreter: Interpreter, size: int) -> Iterator[list[Waiting]]:
    waiting = (Waiting(interpreter.record_of(row), place) for row, place in rows)
    while piece := list(islice(waiting, size)):
        yield piece


def undo_step(tx: Transaction, import_id: int) -> bool:
    """Undo the newest hundred changes that are left; returns whether that was all."""
    job = find_job(tx, import_id)
    if job is None or job.state != "undoing" or job.operation_id is None:
        return True
    try:
        with tx.savepoint():
            done = undo_operation(tx, job.operation_id, step=UNDO_STEP)
    except Conflict as refusal:
        ended, left = True, [LeftAsIs(**each) for each in _entries(refusal)]
    else:
        ended, left = not done.remaining, done.left
    keep_problems(
        tx, import_id, [Problem(0, each.message, each.entity, str(each.entity_id)) for each in left]
    )
    if ended:
        set_state(tx, import_id, "undone", ended=True)
        activity.record(tx, "import.undone", "import", import_id)
    return ended


def _entries(refusal: Conflict) -> list[dict[str, Any]]:
    found: Any = refusal.extra.get("left", [])
    return list(found)


def forget_imports(db: Database, settings: Settings) -> None:
    """Remove files that were not confirmed within a week, and folders without an import."""
    before = clock.as_text(clock.now() - KEPT)
    db.write(expire_imports, SYSTEM, before)
    known = db.read(folders_in_use, SYSTEM)
    spool = spool_of(settings)
    for folder in spool.iterdir() if spool.is_dir() else ():
        if folder.name not in known and time.time() - folder.stat().st_mtime > GRACE_SECONDS:
            remove_folder(settings, folder.name)
