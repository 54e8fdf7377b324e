"""Settings: the modules, which an owner switches off and on."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.fields import WorkspaceChanges
from crm.accounts.workspaces import SWITCHES, change_workspace, get_workspace
from crm.errors import Stale
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.requests.forms import form_version
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain, say

blueprint = Blueprint("modules", __name__, url_prefix="/settings/modules")


@blueprint.get("")
@permit("workspace.switch")
def show() -> str:
    return render_template("settings/modules.html", workspace=read(get_workspace))


@blueprint.post("")
@permit("workspace.switch")
def save() -> ResponseReturnValue:
    given = {name: name in request.form for name in SWITCHES}
    try:
        write(change_workspace, parse_fields(WorkspaceChanges, given), form_version())
    except Stale:
        complain(_("Somebody else changed it in the meantime. This is the current version."))
    else:
        say(_("Saved"))
    return redirect(url_for("modules.show"), 303)
