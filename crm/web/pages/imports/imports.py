"""The list of imports, uploading a file, and an import from its confirmation to its end."""

from collections.abc import Callable
from contextlib import closing

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.appliance.import_pieces import AT_ONCE
from crm.appliance.imports import work_on
from crm.appliance.uploads import discard, receive
from crm.db.keyset import Page
from crm.errors import CrmError
from crm.imports.fields import ImportSettings
from crm.imports.import_row import Import, get_import, list_imports
from crm.imports.imports import begin_undoing, confirm_import, create_import
from crm.imports.notices import mark_import_seen
from crm.web.api.imports import WORK_SECONDS, desk
from crm.web.auth import accepts_import, permit
from crm.web.errors import status_of
from crm.web.kinds.known import known_kinds
from crm.web.pages.imports.shown import REFUSED, PlaceQuery, show_import
from crm.web.requests.forms import form_version, is_fragment, is_ours, refusal
from crm.web.requests.option_fields import options_in
from crm.web.requests.reading import read, write
from crm.web.requests.uploads import given_file
from crm.web.requests.wrong_filters import show_despite
from crm.web.responses.toasts import say
from crm.web.sessions.identity import actor, database, settings
from crm.web.words.imports import STATES, choices_of_records
from crm.web.words.names import read_names

blueprint = Blueprint("imports", __name__, url_prefix="/imports")
SHOWN = 25


@blueprint.get("")
@permit("clients.import")
def list_all() -> ResponseReturnValue:
    return show_despite(PlaceQuery, lambda wanted: _list(wanted.after))


@blueprint.post("")
@permit("clients.import")
@accepts_import
def create() -> ResponseReturnValue:
    try:
        with closing(given_file(frozenset(ImportSettings.model_fields))) as file:
            options = options_in(request.form)
            upload, wishes, prepared = receive(desk(), file.stream, file.filename or "", options)
    except REFUSED as error:
        return _list(0, error), status_of(error)
    try:
        made = write(create_import, upload, wishes, prepared)
    except BaseException:
        discard(settings(), upload)
        raise
    return redirect(url_for("imports.show", import_id=made.id), 303)


@blueprint.get("/<id:import_id>")
@permit("clients.import")
def show(import_id: int) -> ResponseReturnValue:
    """Its columns while it is not confirmed; then its progress and report."""
    return show_import(read(get_import, import_id, with_problems=False), "columns")


@blueprint.get("/under-way")
@permit("clients.read")
def show_under_way() -> str:
    """A part of lists and home; empty once nothing is under way."""
    return render_template("imports/under_way.html")


@blueprint.post("/<id:import_id>/seen")
@permit("clients.import")
def mark_seen(import_id: int) -> ResponseReturnValue:
    """The notice of its end is not shown again."""
    write(mark_import_seen, import_id)
    back = request.form.get("back", "/")
    return ("", 204) if is_fragment() else redirect(back if is_ours(back) else "/", 303)


@blueprint.post("/<id:import_id>/confirm")
@permit("clients.import")
def confirm(import_id: int) -> ResponseReturnValue:
    return _change(import_id, lambda: write(confirm_import, import_id, form_version()))


@blueprint.post("/<id:import_id>/undo")
@permit("clients.import")
def undo(import_id: int) -> ResponseReturnValue:
    """Undo or cancel it, or discard one that is not confirmed."""
    answer = _change(import_id, lambda: write(begin_undoing, import_id))
    found = read(get_import, import_id, with_problems=False)
    if found.state == "undone" and found.operation_id is None:
        say(_("The file was discarded. Nothing was imported."))
        return redirect(url_for("imports.list_all"), 303)
    return answer


def _change(import_id: int, operation: Callable[[], Import]) -> ResponseReturnValue:
    """A small import is done before the answer."""
    try:
        found = operation()
    except REFUSED as error:
        return show_import(read(get_import, import_id, with_problems=False), "review", error)
    if found.total <= AT_ONCE:
        work_on(database(), settings(), actor(), import_id, WORK_SECONDS)
    return redirect(url_for("imports.show", import_id=import_id), 303)


def _list(before: int, error: CrmError | None = None) -> str:
    found = read(list_imports, limit=SHOWN + 1, before=before or None)
    rows = found[:SHOWN]
    people = read(read_names, {("user", each.actor_id) for each in rows if each.actor_id})
    return render_template(
        "imports/list.html",
        page_rows=Page(rows, str(rows[-1].id) if len(found) > SHOWN else None),
        first=before == 0,
        kinds_of_records=choices_of_records(known_kinds()),
        states=STATES,
        people=people.get("user", {}),
        most=settings().max_import_mb,
        given=request.form,
        **refusal(error),
    )
