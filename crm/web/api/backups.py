"""/api/backups: list, start, verify and download backups; resume sending after a restore."""

from dataclasses import dataclass

from flask import Blueprint, Response, current_app

from crm import clock
from crm.appliance.backups import (
    Standing,
    check_shelf,
    release_messages,
    standing_of,
    start_backup,
    start_verification,
    take_backup,
)
from crm.config import Settings
from crm.db.backup.archive import archive_size, stream_archive
from crm.db.backup.shelf import Backup, Run
from crm.db.restored import Restored
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.requests.reading import write
from crm.web.responses import answers
from crm.web.sessions.identity import database

blueprint = Blueprint("api_backups", __name__, url_prefix="/api/backups")


@dataclass(frozen=True, slots=True)
class KeptBackup:
    """`size` is in bytes, None when the backup is not complete; `problem` is empty when it is good."""

    name: str
    made_at: str
    size: int | None
    verified_at: str | None
    good: bool
    problem: str


@dataclass(frozen=True, slots=True)
class Backups:
    """`stale`: no good one of the last 26 hours. `restored`: where it is not null, messages are paused."""

    backups: list[KeptBackup]
    stale: bool
    running: bool
    last_run: Run | None
    restored: Restored | None


@dataclass(frozen=True, slots=True)
class Begun:
    started: str


@blueprint.get("")
@permit("backups.read")
@contract(result=Backups)
def list_all() -> Response:
    """List the backups, newest first, with their state"""
    check_shelf(app_settings())
    return answers.data(summary_of(standing_of(app_settings())))


@blueprint.post("")
@permit("backups.manage")
@contract(result=Begun, status=202, refusals=(409,))
def start() -> Response:
    """Start a backup"""
    return answer_once(
        lambda tx: start_backup(tx, app_settings()), lambda _: answers.data(Begun("backup"), status=202)
    )


@blueprint.post("/<name>/verify")
@permit("backups.manage")
@contract(result=Begun, status=202, refusals=(404, 409))
def verify(name: str) -> Response:
    """Start verifying a backup"""
    return answer_once(
        lambda tx: start_verification(tx, app_settings(), name),
        lambda _: answers.data(Begun("verification"), status=202),
    )


@blueprint.get("/<name>/archive")
@permit("backups.download")
@contract(content=("application/x-tar",), refusals=(404, 409))
def download(name: str) -> Response:
    """Download a backup as a tar archive"""
    return archive_of(write(take_backup, app_settings(), name))


@blueprint.post("/release")
@permit("backups.manage")
@contract(status=204, refusals=(409,))
def release() -> Response:
    """Resume sending messages after a restore"""
    return answer_once(
        lambda tx: release_messages(tx, app_settings(), database()), lambda _: answers.no_content()
    )


def app_settings() -> Settings:
    settings: Settings = current_app.extensions["holdfast.settings"]
    return settings


def archive_of(backup: Backup) -> Response:
    response = Response(stream_archive(backup), mimetype="application/x-tar")
    response.content_length = archive_size(backup)
    response.headers["Content-Disposition"] = f'attachment; filename="{backup.name}.tar"'
    return response


def summary_of(standing: Standing) -> Backups:
    return Backups(
        backups=[_kept(backup) for backup in standing.backups],
        stale=standing.stale,
        running=standing.running,
        last_run=standing.last_run,
        restored=standing.restored,
    )


def _kept(backup: Backup) -> KeptBackup:
    return KeptBackup(
        name=backup.name,
        made_at=clock.as_text(backup.made_at),
        size=backup.manifest.size if backup.manifest else None,
        verified_at=backup.check.at if backup.check else None,
        good=backup.good,
        problem=backup.problem or (backup.check.problem if backup.check else ""),
    )
