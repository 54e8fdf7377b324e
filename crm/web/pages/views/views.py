"""Saving the current list as a view; changing, choosing and deleting views."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.kind import SAVED_VIEW
from crm.accounts.saved_view import SavedView, get_view, list_views
from crm.accounts.view_fields import ViewChanges, ViewFields
from crm.errors import Conflict, CrmError, Forbidden, Invalid, Stale
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.lists.saved_views import change_saved_view, may_edit, save_view, view_address, whole_list
from crm.web.navigation import may
from crm.web.records.entries import (
    TEXT,
    TICK,
    Entries,
    base_of,
    changed_entries,
    given_values,
    texts_of,
    typed_texts,
)
from crm.web.records.removal import Removal, add_removal
from crm.web.requests.forms import form_version, refusal
from crm.web.requests.reading import read, write
from crm.web.responses.stale_saves import show_stale
from crm.web.responses.toasts import complain, say

blueprint = Blueprint("saved_views", __name__, url_prefix="/views")

CHOICES = ("shared", "is_default")
ENTRIES = {"name": TEXT, "shared": TICK, "is_default": TICK}


@blueprint.post("")
@permit("views.write")
def save() -> ResponseReturnValue:
    given = {name: request.form.get(name, "") for name in ("list", "name", "query")}
    try:
        fields = parse_fields(ViewFields, {**given, **_ticked()})
        view = write(save_view, fields)
    except (Invalid, Conflict, Forbidden) as error:
        return _render(None, {**given, **_ticked()}, error), status_of(error)
    say(_("%(name)s was saved.", name=view.name))
    return redirect(view_address(view), 303)


@blueprint.get("/<id:view_id>")
@permit("views.write")
def show_edit(view_id: int) -> str:
    view = read(get_view, view_id)
    return _render(view, _texts(view))


@blueprint.post("/<id:view_id>")
@permit("views.write")
def update(view_id: int) -> ResponseReturnValue:
    """Whoever may not edit it can still choose it as their default."""
    view = read(get_view, view_id)
    entries = _entries(view)
    given = given_values(entries, changed_entries(entries, texts_of(entries, asdict(view))))
    try:
        changes = parse_fields(ViewChanges, given)
        view = write(change_saved_view, view_id, changes, expected_version=form_version())
    except Stale:
        return _show_both(read(get_view, view_id))
    except (Invalid, Conflict, Forbidden) as error:
        return _render(view, typed_texts(entries), error), status_of(error)
    say(_("Saved"))
    return redirect(view_address(view), 303)


@blueprint.post("/<id:view_id>/query")
@permit("views.write")
def refill(view_id: int) -> ResponseReturnValue:
    """Keep what the list shows now."""
    changes = parse_fields(ViewChanges, {"query": request.form.get("query", "")})
    try:
        view = write(change_saved_view, view_id, changes, expected_version=form_version())
    except Stale:
        complain(_("Somebody else changed this view in the meantime. This is the current version."))
        view = read(get_view, view_id)
    else:
        say(_("%(name)s was saved.", name=view.name))
    return redirect(view_address(view), 303)


add_removal(
    blueprint,
    Removal(
        kind=SAVED_VIEW,
        after=lambda view: whole_list(view.list, read(list_views, view.list)),
        at=view_address,
    ),
    "/<id:view_id>",
    SAVED_VIEW.may("write"),
)


def _entries(view: SavedView) -> Entries:
    """What the reader may change of it."""
    names = {"is_default"}
    if may_edit(view):
        names |= {"name", "shared"} if may("views.share") else {"name"}
    return {name: entry for name, entry in ENTRIES.items() if name in names}


def _texts(view: SavedView) -> dict[str, str]:
    return texts_of(ENTRIES, asdict(view))


def _show_both(view: SavedView) -> ResponseReturnValue:
    return show_stale(
        _entries(view),
        _texts(view),
        name=view.name,
        version=view.version,
        action=request.script_root + request.path,
        back=view_address(view),
        trail=[],
    )


def _ticked() -> dict[str, bool]:
    return {name: request.form.get(name) == "1" for name in CHOICES}


def _render(view: SavedView | None, values: Mapping[str, Any], error: CrmError | None = None) -> str:
    return render_template(
        "views/form.html",
        view=view,
        values=values,
        editable=view is None or may_edit(view),
        version=request.form.get("version", view.version if view else ""),
        base=base_of(_texts(view)) if view else "",
        list_name=view.list if view else values["list"],
        back=view_address(view) if view else "",
        **refusal(error),
    )
