"""Work on files of figures: read them, then collect piece by piece; after a stop it goes on where it was."""

import time
from datetime import timedelta
from pathlib import Path

import structlog

from crm import clock
from crm.campaigns.platform_rows import cut
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.errors import Busy, CrmError, Invalid
from crm.imports.advertising.pieces import PIECE, forget_pieces, keep_piece, take_piece
from crm.imports.advertising.report import Report, ReportWishes
from crm.imports.advertising.report_file import ReportFileJob, files_at_work, find_file_job
from crm.imports.advertising.report_files import (
    expire_report_files,
    keep_found,
    remember_columns,
    remembered_columns,
    set_file_state,
)
from crm.imports.advertising.reports import NOT_A_REPORT, headers_of, read_report
from crm.imports.advertising.summary import summary_of
from crm.imports.advertising.wishes import ReportOptions, wishes_of
from crm.imports.spool import SOURCE, folder_of, remove_folder, working_on

KEPT = timedelta(days=7)

log = structlog.get_logger("crm.imports")


def work_on_report_files(db: Database, settings: Settings) -> None:
    """Continue all files of all workspaces, also after a crash. The worker calls it."""
    for job in db.read(files_at_work, SYSTEM):
        try:
            work_on_report_file(db, settings, Actor(job.workspace_id, job.created_by), job.id)
        except Busy:
            log.warning("a file of figures is put off: the database is busy", file_id=job.id)
        except Exception:
            log.exception("a file of figures failed for now", file_id=job.id)


def forget_report_files(db: Database, _settings: Settings) -> int:
    """What was not confirmed within a week; its folder goes with those of the imports."""
    return db.write(expire_report_files, SYSTEM, clock.as_text(clock.now() - KEPT))


def work_on_report_file(
    db: Database, settings: Settings, actor: Actor, file_id: int, seconds: float | None = None
) -> None:
    """Until nothing is left to do, or the time is up; nothing if another process works on it. Raises Busy."""
    ends = None if seconds is None else time.monotonic() + seconds
    job = db.read(find_file_job, actor, file_id)
    if job is None:
        return
    with working_on(settings, job.folder) as mine:
        while mine and (job := db.read(find_file_job, actor, file_id)) is not None:
            if job.state == "reading":
                _read(db, settings, actor, job)
            elif job.state != "running" or not _collect(db, actor, job):
                break
            if ends is not None and time.monotonic() >= ends:
                break
    if job is not None and job.state in {"done", "cancelled", "failed"}:
        remove_folder(settings, job.folder)


def _collect(db: Database, actor: Actor, job: ReportFileJob) -> bool:
    """Whether there may be more to do."""
    try:
        db.write(take_piece, actor, job.id)
    except Busy:
        raise
    except CrmError as error:
        db.write(set_file_state, actor, job.id, "failed", error.message)
    return True


def _read(db: Database, settings: Settings, actor: Actor, job: ReportFileJob) -> None:
    path = folder_of(settings, job.folder) / SOURCE
    options = ReportOptions.model_validate_json(job.wishes)
    wishes = wishes_of(options)
    try:
        report = _report_of(db, actor, path, wishes)
    except Invalid as error:
        problem = error.problems[0]
        state = "unmapped" if problem.field.startswith("columns") else "failed"
        db.write(set_file_state, actor, job.id, state, f"{problem.field} {problem.message}")
        return
    if report is None:
        db.write(keep_found, actor, job.id, "unmapped", {"headers": headers_of(path, wishes.reading)}, 0)
        return
    db.write(forget_pieces, actor, job.id)
    pieces = 0
    if not report.problem_count:
        for piece in cut([row for row in report.rows if row.has_campaign], PIECE):
            db.write(keep_piece, actor, job.id, pieces, piece)
            pieces += 1
    state = "refused" if report.problem_count else "ready"
    db.write(keep_found, actor, job.id, state, summary_of(report), pieces)


def _report_of(db: Database, actor: Actor, path: Path, wishes: ReportWishes) -> Report | None:
    """None for a table whose columns nobody has named yet. Raises Invalid."""
    headers = headers_of(path, wishes.reading)
    if wishes.columns is not None:
        report = read_report(path, wishes)
        db.write(remember_columns, actor, headers, wishes.columns)
        return report
    kept = db.read(remembered_columns, actor, headers)
    if kept is not None:
        return read_report(path, ReportWishes(wishes.reading, kept, wishes.decimal, wishes.order))
    try:
        return read_report(path, wishes)
    except Invalid as error:
        if error.problems[0].message != NOT_A_REPORT:
            raise
        return None
