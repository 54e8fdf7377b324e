"""Settings → Backups."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.appliance.backups import release_messages, standing_of, start_backup, start_verification, take_backup
from crm.errors import Conflict
from crm.web.api.backups import app_settings, archive_of, summary_of
from crm.web.api.exports import export_of
from crm.web.auth import permit
from crm.web.identity import actor, database
from crm.web.requests import write

blueprint = Blueprint("backups", __name__, url_prefix="/settings/backups")


@blueprint.get("")
@permit("backups.read")
def show_backups() -> str:
    settings = app_settings()
    return render_template("settings/backups.html", kept=summary_of(standing_of(settings)), settings=settings)


@blueprint.post("")
@permit("backups.manage")
def start() -> ResponseReturnValue:
    return _after(lambda: write(start_backup, app_settings()), _("The backup has begun."))


@blueprint.post("/<name>/verify")
@permit("backups.manage")
def verify(name: str) -> ResponseReturnValue:
    return _after(lambda: write(start_verification, app_settings(), name), _("Verifying has begun."))


@blueprint.post("/release")
@permit("backups.manage")
def release() -> ResponseReturnValue:
    return _after(lambda: write(release_messages, app_settings(), database()), _("Messages are sent again."))


@blueprint.get("/<name>/archive")
@permit("backups.download")
def download(name: str) -> Response:
    return archive_of(write(take_backup, app_settings(), name))


@blueprint.get("/export")
@permit("workspace.export")
def export() -> Response:
    return export_of(app_settings(), actor())


def _after(operation: Callable[[], object], said: str) -> ResponseReturnValue:
    try:
        operation()
    except Conflict as error:
        flash(error.message, "error")
    else:
        flash(said)
    return redirect(url_for("backups.show_backups"))
