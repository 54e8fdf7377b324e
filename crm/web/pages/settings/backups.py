"""Settings → Backups."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import AwareDatetime, BaseModel, ConfigDict

from crm import clock
from crm.appliance.arriving import begin_import, look_at_export, take_in_workspace
from crm.appliance.backups import release_messages, standing_of, start_backup, start_verification, take_backup
from crm.errors import Busy, Conflict, Forbidden, Invalid
from crm.web.api.backups import Backups, app_settings, archive_of, summary_of
from crm.web.api.exports import export_of
from crm.web.auth import accepts_export, permit
from crm.web.i18n import worded
from crm.web.requests.forms import errors_of, general_error
from crm.web.requests.reading import query, write
from crm.web.requests.uploads import given_file
from crm.web.sessions.identity import actor, database

FOLLOWED = timedelta(minutes=10)

blueprint = Blueprint("backups", __name__, url_prefix="/settings/backups")


class Follow(BaseModel):
    """`since` is when something was begun here, whose end the page waits for."""

    model_config = ConfigDict(extra="forbid")

    since: AwareDatetime | None = None


@blueprint.get("")
@permit("backups.read")
def show_backups() -> str:
    return _render("settings/backups.html")


@blueprint.get("/list")
@permit("backups.read")
def show_list() -> str:
    return _render("settings/backup_list.html")


@blueprint.post("")
@permit("backups.manage")
def start() -> ResponseReturnValue:
    return _after(lambda: write(start_backup, app_settings()), _("Backup started."))


@blueprint.post("/<name>/verify")
@permit("backups.manage")
def verify(name: str) -> ResponseReturnValue:
    return _after(lambda: write(start_verification, app_settings(), name), _("Verification started."))


@blueprint.post("/release")
@permit("backups.manage")
def release() -> ResponseReturnValue:
    return _after(
        lambda: write(release_messages, app_settings(), database()),
        _("Sending has resumed."),
        followed=False,
    )


@blueprint.get("/<name>/archive")
@permit("backups.download")
def download(name: str) -> Response:
    return archive_of(write(take_backup, app_settings(), name))


@blueprint.get("/export")
@permit("workspace.export")
def export() -> Response:
    return export_of(app_settings(), actor())


@blueprint.post("/import")
@permit("workspace.import")
@accepts_export
def take_in() -> ResponseReturnValue:
    export = given_file().stream
    try:
        write(begin_import, look_at_export(export))
        take_in_workspace(app_settings(), export)
    except (Conflict, Forbidden, Invalid) as error:
        flash(general_error(error) or " ".join(errors_of(error).values()), "error")
    else:
        flash(_("Workspace imported. Its users log in with their existing passwords."))
    return redirect(url_for("backups.show_backups"), 303)


def _render(template: str) -> str:
    settings = app_settings()
    standing = standing_of(settings)
    kept = summary_of(standing)
    since = query(Follow).since
    return render_template(
        template,
        kept=kept,
        obstacle=standing.obstacle,
        settings=settings,
        since=since and clock.as_text(since),
        following=kept.running or (since is not None and _awaits(kept, since)),
    )


def _awaits(kept: Backups, since: datetime) -> bool:
    """Nothing has ended since, and it is not so long ago that nothing will."""
    ended = [backup.verified_at for backup in kept.backups if backup.verified_at]
    if kept.last_run:
        ended.append(kept.last_run.ended_at)
    return max(ended, default="") < clock.as_text(since) and clock.now() - since < FOLLOWED


def _after(operation: Callable[[], object], said: str, *, followed: bool = True) -> ResponseReturnValue:
    began = clock.timestamp()
    try:
        operation()
    except (Busy, Conflict) as error:
        flash(worded(error.message), "error")
    else:
        flash(said)
        if followed:
            return redirect(url_for("backups.show_backups", since=began))
    return redirect(url_for("backups.show_backups"))
