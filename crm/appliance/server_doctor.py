"""All checks of a server whose data is on PostgreSQL."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from crm.activity.chain import ChainReport, verify_chain
from crm.appliance.contents import list_workspace_ids
from crm.appliance.doctor import Finding, examine, look_at_backups, look_at_counters
from crm.appliance.doctor_files import look_at_files, look_at_orphans
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.backup.report import in_words
from crm.db.backup.sources import source_of
from crm.db.database import Database
from crm.db.refusal import StartRefused
from crm.db.stored_files import StoredFile
from crm.errors import CrmError, system_words
from crm.kinds import open_database
from crm.when_used import WhenUsed

checks: Any = WhenUsed("crm.db.postgres.checks")
PAGES = 20
NEEDED = ("engine", "schema")
"""Checks without which the rows cannot be read."""
PREVIEW = "The engine is a preview: keep no data on it that you need. docs/scaling.md says what is missing."


def examine_any(settings: Settings) -> Iterator[Finding]:
    """On whichever engine keeps the data."""
    return examine(settings) if settings.database_url is None else examine_server(settings)


def examine_server(settings: Settings) -> Iterator[Finding]:
    """One after another, as some take long. The server may be running; nothing is changed."""
    found = [_look(name, check) for name, check in checks.of_server(settings)]
    yield from found
    yield Finding("preview", good=True, found=PREVIEW)
    yield _look("room", lambda: _room(settings))
    yield _look("backups", lambda: look_at_backups(settings))
    redis_url = settings.redis_url
    if redis_url is not None:
        yield _look("shared counters", lambda: look_at_counters(redis_url))
    if all(finding.good for finding in found if finding.check in NEEDED):
        yield _look("uploaded files", lambda: look_at_files(_files(settings), settings))
        yield _look("orphaned files", lambda: look_at_orphans(_files(settings), settings))
        db = open_database(settings)
        try:
            yield _look("ledgers", lambda: _ledgers(db))
        finally:
            with suppress(CrmError):
                db.close()


def _look(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, good=True, found=check())
    except OSError as error:
        return Finding(name, good=False, found=f"{system_words(error)}.")
    except (StartRefused, CrmError) as error:
        return Finding(name, good=False, found=str(error))


def _room(settings: Settings) -> str:
    return f"{in_words(shutil.disk_usage(settings.upload_folder).free)} free for uploads"


def _files(settings: Settings) -> list[StoredFile]:
    return source_of(settings).look()[1]


def _ledgers(db: Database) -> str:
    heads = [verified(db, workspace) for workspace in db.read(list_workspace_ids, SYSTEM)]
    return f"{len(heads)} whole, {sum(head.entries for head in heads)} entries"


def verified(db: Database, workspace_id: int) -> ChainReport:
    """In parts, each in a transaction of its own."""
    actor = Actor(workspace_id, None)
    report = db.read(verify_chain, actor, None, PAGES)
    while not report.complete and report.broken_at is None:
        report = db.read(verify_chain, actor, report, PAGES)
    if report.broken_at is not None:
        raise StartRefused(
            f"Workspace {workspace_id} is broken at entry {report.broken_at}: {report.reason}. "
            "Restore a backup."
        )
    return report
