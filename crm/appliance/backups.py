"""Backups of the server that the settings describe."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from crm import clock
from crm.activity.activity import record
from crm.appliance.contents import inspect, list_workspace_ids
from crm.appliance.jobs import Claim, start_command
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.backup.making import make_backup
from crm.db.backup.manifest import Manifest
from crm.db.backup.places import Places
from crm.db.backup.plan import Plan
from crm.db.backup.report import Report
from crm.db.backup.retention import Retention
from crm.db.backup.shelf import Backup, Run, find_backup, is_running, last_run, list_backups, name_time
from crm.db.backup.sources import source_of
from crm.db.backup.verifying import verify_backup
from crm.db.database import Database
from crm.db.instance import load_instance
from crm.db.ownership import Owner, obstacle_in, places_of
from crm.db.pausing import resume_sending
from crm.db.restored import Restored, load_restored
from crm.db.transaction import Transaction
from crm.errors import Busy, Conflict, Forbidden, NotFound, Sentence

FRESH = timedelta(hours=26)
RETRY = timedelta(hours=1)
RETRY_SECONDS = 60
BACKUP_RUNS = Sentence("A backup is already running.")

log = structlog.get_logger("crm.backups")


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of the backups. `stale`: the newest good one is over 26 hours old, or there is none.

    `obstacle` is why BACKUP_DIR cannot be used, with a command that helps.
    """

    backups: list[Backup]
    stale: bool
    running: bool
    last_run: Run | None
    restored: Restored | None
    obstacle: str = ""


def back_up(settings: Settings, report: Report) -> Path:
    """The folder of the new backup. Raises Busy where BACKUP_DIR cannot be used."""
    check_shelf(settings)
    retention = Retention(
        settings.backup_retention_days, settings.backup_keep_weekly, settings.backup_keep_monthly
    )
    places, source = Places.of(settings), source_of(settings)
    return make_backup(Plan(places, settings.backup_dir, retention, inspect, source), report)


def verify_named(settings: Settings, given: str, report: Report) -> Manifest:
    """`given` is a backup's name or path."""
    return verify_backup(find_backup(settings.backup_dir, given), inspect, report)


def standing_of(settings: Settings) -> Standing:
    found = list_backups(settings.backup_dir)
    return Standing(
        backups=found,
        stale=not any_good_within(FRESH, settings),
        running=is_running(settings.backup_dir),
        last_run=last_run(settings.backup_dir),
        restored=load_restored(settings.sqlite_path),
        obstacle=shelf_obstacle(settings),
    )


def shelf_obstacle(settings: Settings, owner: Owner | None = None) -> str:
    """The files in BACKUP_DIR that this user, or `owner`, cannot write or read, with a command that helps."""
    places = places_of(settings.sqlite_path, settings.upload_folder, settings.backup_dir)
    return obstacle_in(places[-1], owner=owner)


def check_shelf(settings: Settings) -> None:
    """Raises Busy, as the problem is on the machine."""
    if obstacle := shelf_obstacle(settings):
        raise Busy(Sentence("The backup folder cannot be used: {obstacle}", obstacle=obstacle), RETRY_SECONDS)


def is_due(settings: Settings) -> bool:
    """Whether an automatic backup is due; a failed attempt is repeated after an hour."""
    if not settings.backup_every_hours:
        return False
    run = last_run(settings.backup_dir)
    if run is not None and run.problem and _passed(clock.from_text(run.ended_at)) < RETRY:
        return False
    every = timedelta(hours=settings.backup_every_hours)
    return not any_good_within(every, settings) and not is_running(settings.backup_dir)


def any_good_within(span: timedelta, settings: Settings) -> bool:
    """Of one from a time to come, as a clock that was wrong leaves it, nobody knows how old it is; and those
    of another server in the same folder say nothing of this one.
    """
    instance = load_instance(settings.sqlite_path)
    return any(
        backup.good and timedelta(0) <= backup.age <= span and backup.is_of(instance)
        for backup in list_backups(settings.backup_dir)
    )


def back_up_when_due(_db: Database, settings: Settings) -> None:
    if obstacle := shelf_obstacle(settings):
        log.error("the folder of backups cannot be used", obstacle=obstacle)
    elif is_due(settings):
        with suppress(Conflict):
            start_command(settings, _backup_claim(settings), "backup")


def start_backup(tx: Transaction, settings: Settings) -> None:
    """Begin one in the background. Raises Conflict while one is being made."""
    check_shelf(settings)
    claim = _backup_claim(settings)
    record(tx, "backup.started", "workspace", int(tx.actor.workspace_id or 0))
    tx.after_commit(lambda: start_command(settings, claim, "backup"))


def _backup_claim(settings: Settings) -> Claim:
    """Also asks the folder: a backup from a terminal holds no claim."""
    claim = Claim(settings, "backup", BACKUP_RUNS)
    if is_running(settings.backup_dir):
        raise Conflict(BACKUP_RUNS)
    return claim


def start_verification(tx: Transaction, settings: Settings, name: str) -> None:
    """Begin in the background to read all of a backup. Raises Conflict while one is being read."""
    check_shelf(settings)
    get_backup(settings, name)
    claim = Claim(settings, "verification", Sentence("A backup is already being verified."))
    record(tx, "backup.verified", "workspace", int(tx.actor.workspace_id or 0), after={"backup": name})
    tx.after_commit(lambda: start_command(settings, claim, "backup", "verify", name))


def take_backup(tx: Transaction, settings: Settings, name: str) -> Backup:
    """A whole backup to download. Raises Forbidden if it contains other workspaces."""
    check_shelf(settings)
    backup = get_backup(settings, name)
    if backup.manifest is None:
        raise Conflict("This backup is incomplete.")
    if not backup.is_of(load_instance(settings.sqlite_path)):
        raise Forbidden(
            "This backup is from another installation. It can be copied only on the server itself."
        )
    if len(set(backup.manifest.heads) | {str(tx.actor.workspace_id)}) > 1:
        raise Forbidden(
            "This backup also contains other workspaces. It can be copied only on the server itself."
        )
    record(tx, "backup.downloaded", "workspace", int(tx.actor.workspace_id or 0), after={"backup": name})
    return backup


def release_messages(tx: Transaction, settings: Settings, db: Database) -> None:
    """Resume sending after a restore paused it. Raises Conflict if nothing is paused."""
    restored = load_restored(settings.sqlite_path)
    if restored is None:
        raise Conflict("Sending messages is not paused.")
    if len(db.read(list_workspace_ids, SYSTEM)) > 1:
        raise Forbidden(
            "Several workspaces are paused. Release them on the server itself, with `crm release`."
        )
    record(tx, "messages.released", "workspace", int(tx.actor.workspace_id or 0))
    tx.after_commit(lambda: resume_sending(settings))


def get_backup(settings: Settings, name: str) -> Backup:
    """By its name only, never by a path, as the name may come from anywhere."""
    if name_time(name) is not None:
        for backup in list_backups(settings.backup_dir):
            if backup.name == name:
                return backup
    raise NotFound("There is no such backup.")


def _passed(moment: datetime) -> timedelta:
    """Independent of clock changes: a time in the future is not waited for."""
    return abs(clock.now() - moment)
