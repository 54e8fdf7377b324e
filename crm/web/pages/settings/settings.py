"""Settings: the user's profile, and the workspace."""

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
from crm.errors import Conflict, CrmError, Forbidden, Invalid, Stale, TooMany
from crm.fields import parse_fields
from crm.locales import offered_locales
from crm.version import VERSION
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.records.entries import (
    OPTIONAL,
    TEXT,
    TICK,
    Entries,
    base_of,
    changed_entries,
    given_values,
    texts_of,
)
from crm.web.requests.forms import form_version, refusal
from crm.web.requests.reading import read, write
from crm.web.responses.stale_saves import show_stale
from crm.web.responses.toasts import say
from crm.web.sessions.identity import actor, database, settings
from crm.web.sessions.origins import strange_origins
from crm.web.words.choices import currency_choices, language_choices, timezone_choices
from crm.web.words.countries import countries
from crm.web.words.formats import locale_sample

blueprint = Blueprint("settings", __name__, url_prefix="/settings")

PROFILE = {"name": TEXT, "email": TEXT, "language": OPTIONAL, "locale": OPTIONAL, "timezone": OPTIONAL}
WORKSPACE = {
    **dict.fromkeys(("name", "country", "currency", "timezone", "language", "public_url"), TEXT),
    "locale": OPTIONAL,
    **dict.fromkeys(("members_import", "members_export", "members_merge"), TICK),
}


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
    form = request.form
    held = texts_of(PROFILE, asdict(read(profile.get_profile)))
    given = given_values(PROFILE, changed_entries(PROFILE, held))
    if form.get("current_password"):
        given["current_password"] = form["current_password"]
    try:
        profile.change_profile(database(), actor(), parse_fields(ProfileChanges, given), form_version())
    except Stale:
        return _show_both(PROFILE, read(profile.get_profile), _("Profile"))
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
    held = texts_of(WORKSPACE, asdict(read(workspaces.get_workspace)))
    given = given_values(WORKSPACE, changed_entries(WORKSPACE, held))
    try:
        write(workspaces.change_workspace, parse_fields(WorkspaceChanges, given), form_version())
    except Stale:
        return _show_both(WORKSPACE, read(workspaces.get_workspace), _("Workspace"))
    except (Invalid, Conflict, Forbidden) as error:
        return _render_workspace(read(workspaces.get_workspace), request.form, error), status_of(error)
    say(_("Saved"))
    return redirect(url_for("settings.show_workspace"), 303)


def _show_both(entries: Entries, record: User | Workspace, name: str) -> ResponseReturnValue:
    here = request.script_root + request.path
    return show_stale(
        entries,
        texts_of(entries, asdict(record)),
        name=name,
        version=record.version,
        action=here,
        back=here,
        trail=[],
    )


def _as_texts(record: User | Workspace) -> dict[str, str]:
    """A box is ticked by any text, and so has none where it says no."""
    facts = asdict(record)
    return {name: "" if value is None or value is False else str(value) for name, value in facts.items()}


def _render_profile(user: User, values: Mapping[str, str], error: CrmError | None = None) -> str:
    return render_template(
        "settings/profile.html",
        user=user,
        values=values,
        version=request.form.get("version", user.version) if error else user.version,
        base=base_of(texts_of(PROFILE, asdict(user))),
        **refusal(error),
        languages=language_choices(),
        locales=offered_locales(),
        sample=locale_sample,
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
        base=base_of(texts_of(WORKSPACE, asdict(workspace))),
        **refusal(error),
        countries=countries(),
        currencies=currency_choices(workspace.currency),
        languages=language_choices(),
        locales=offered_locales(),
        sample=locale_sample,
        timezones=timezone_choices(),
        app_version=VERSION,
        database_bytes=database().engine.data_bytes(),
        fixed_url=settings().public_url,
        strange_origins=strange_origins(workspace.id),
        free_bytes=shutil.disk_usage(database_path.parent).free,
    )
