"""Run imports: read, check, import and undo, in the request or in the worker."""

import time
from datetime import timedelta

import structlog

from crm import clock
from crm.appliance.import_pieces import Report, Work, run_import, say_nothing, undo_import
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Busy, Invalid
from crm.imports.import_row import get_import
from crm.imports.imports import keep_prepared, remember_mapping, set_state
from crm.imports.notices import mark_import_seen
from crm.imports.preparing import (
    Prepared,
    Wishes,
    choice_of,
    prepare,
    wishes_of,
)
from crm.imports.progress import (
    ImportJob,
    expire_imports,
    find_job,
    folders_in_use,
    jobs_at_work,
)
from crm.imports.spool import remove_folder, spool_of, working_on
from crm.imports.staging import rows_folder, stage_file

READING_SECONDS = 900.0
KEPT = timedelta(days=7)
GRACE_SECONDS = 3600

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
    db: Database,
    settings: Settings,
    actor: Actor,
    import_id: int,
    seconds: float | None = None,
    *,
    report: Report = say_nothing,
) -> None:
    """Work until nothing is left to do, or the time is up. Nothing if another process works on it.

    With `seconds` its user waits for it, and needs no notice of its end. `report` is called after each piece.
    Raises Busy; whoever calls it again goes on where it was.
    """
    job = db.read(find_job, actor, import_id)
    if job is None:
        return
    work = Work(db, settings, actor, None if seconds is None else time.monotonic() + seconds, report)
    with working_on(settings, job.folder) as mine:
        while mine and (job := db.read(find_job, actor, import_id)) is not None:
            if not _step(work, job) or work.time_is_up:
                break
        if seconds is not None and mine:
            db.write(mark_import_seen, actor, import_id)


def _step(work: Work, job: ImportJob) -> bool:
    """Whether there may be more to do."""
    if job.state in {"reading", "checking"}:
        _prepare(work, job)
        return False
    if job.state == "running":
        run_import(work, job)
        return True
    if job.state == "undoing":
        undo_import(work, job.id)
        return True
    if job.state != "ready":
        remove_folder(work.settings, job.folder)
    return False


def _prepare(work: Work, job: ImportJob) -> None:
    db, settings, actor = work.db, work.settings, work.actor
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


def forget_imports(db: Database, settings: Settings) -> None:
    """Remove files that were not confirmed within a week, and folders without an import."""
    before = clock.as_text(clock.now() - KEPT)
    db.write(expire_imports, SYSTEM, before)
    known = db.read(folders_in_use, SYSTEM)
    spool = spool_of(settings)
    for folder in spool.iterdir() if spool.is_dir() else ():
        if folder.name not in known and time.time() - folder.stat().st_mtime > GRACE_SECONDS:
            remove_folder(settings, folder.name)
