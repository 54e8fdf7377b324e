"""Settings: one's own profile, and the workspace."""

import shutil
from collections.abc import Mapping
from dataclasses import asdict

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts import profile, workspaces
from crm.accounts.fields import ProfileChanges, WorkspaceChanges
from crm.accounts.users import User
from crm.accounts.workspaces import Workspace
from crm.errors import Conflict, CrmError, Forbidden, Invalid, TooMany
from crm.fields import parse_fields
from crm.version import VERSION
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.requests.forms import changed_fields, form_version, refusal
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import say
from crm.web.sessions.identity import actor, database, settings
from crm.web.sessions.origins import strange_origins
from crm.web.words.choices import currency_choices, language_choices, timezone_choices
from crm.web.words.presentation import countries

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


@blueprint.get("")
@permit("self.read")
def show_settings() -> ResponseReturnValue:
    return redirect(url_for("settings.show_profile"))


@blueprint.get("/profile")
@permit("self.read")
def show_profile() -> str:
    user = read(profile.get_profile)
    return _render_profile(user, _as_texts(user))


@blueprint.post("/profile")
@permit("self.write")
def save_profile() -> ResponseReturnValue:
    form, held = request.form, _as_texts(read(profile.get_profile))
    changed = changed_fields({name: held[name] for name in ("name", "email", "language", "timezone")})
    given = {name: form[name] or (None if name in {"language", "timezone"} else "") for name in changed}
    if form.get("current_password"):
        given["current_password"] = form["current_password"]
    try:
        profile.change_profile(database(), actor(), parse_fields(ProfileChanges, given), form_version())
    except (Invalid, Conflict, TooMany) as error:
        return _render_profile(read(profile.get_profile), form, error), status_of(error)
    say(_("Saved"))
    return redirect(url_for("settings.show_profile"), 303)


@blueprint.get("/workspace")
@permit("workspace.manage")
def show_workspace() -> str:
    workspace = read(workspaces.get_workspace)
    return _render_workspace(workspace, _as_texts(workspace))


@blueprint.post("/workspace")
@permit("workspace.manage")
def save_workspace() -> ResponseReturnValue:
    held = _as_texts(read(workspaces.get_workspace))
    names = ("name", "country", "currency", "timezone", "language", "public_url")
    given = {name: request.form[name] for name in changed_fields({name: held[name] for name in names})}
    try:
        write(workspaces.change_workspace, parse_fields(WorkspaceChanges, given), form_version())
    except (Invalid, Conflict, Forbidden) as error:
        return _render_workspace(read(workspaces.get_workspace), request.form, error), status_of(error)
    say(_("Saved"))
    return redirect(url_for("settings.show_workspace"), 303)


def _as_texts(record: User | Workspace) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in asdict(record).items()}


def _render_profile(user: User, values: Mapping[str, str], error: CrmError | None = None) -> str:
    return render_template(
        "settings/profile.html",
        user=user,
        values=values,
        version=request.form.get("version", user.version) if error else user.version,
        **refusal(error),
        languages=language_choices(),
        timezones=timezone_choices(),
        workspace=read(workspaces.get_workspace),
    )


def _render_workspace(workspace: Workspace, values: Mapping[str, str], error: CrmError | None = None) -> str:
    database_path = settings().sqlite_path
    return render_template(
        "settings/workspace.html",
        workspace=workspace,
        values=values,
        version=request.form.get("version", workspace.version) if error else workspace.version,
        **refusal(error),
        countries=countries(),
        currencies=currency_choices(workspace.currency),
        languages=language_choices(),
        timezones=timezone_choices(),
        app_version=VERSION,
        database_bytes=database_path.stat().st_size,
        fixed_url=settings().public_url,
        strange_origins=strange_origins(workspace.id),
        free_bytes=shutil.disk_usage(database_path.parent).free,
    )
