"""One change for the ticked clients, or for all that match the list's filters."""

from typing import get_args

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.clients.listing_sqlite import ClientFilter
from crm.clients.selection import Action, Change, change_selection
from crm.errors import Conflict, Forbidden, Invalid
from crm.web.auth import permit
from crm.web.errors import Malformed
from crm.web.forms import number_from
from crm.web.list_addresses import ClientAddress
from crm.web.navigation import may
from crm.web.requests import query, write
from crm.web.toasts import complain, offer_undo, say

blueprint = Blueprint("client_bulk", __name__, url_prefix="/clients")

UNDOABLE = 200
TOLD = 3


@blueprint.post("/bulk")
@permit("clients.write")
def change_chosen() -> ResponseReturnValue:
    """The button's value says what: `status:active`, `owner:7`, `tag:vip`, `delete`, `restore`."""
    wanted = query(ClientAddress)
    change = _change()
    if change.action in {"delete", "restore"} and not may("clients.delete"):
        raise Forbidden(_("Your role does not allow this."))
    try:
        ids = write(change_selection, _chosen(wanted), change, sort=wanted.sort)
    except (Invalid, Conflict) as error:
        complain(_refusal(error))
    else:
        _confirm(ids, change)
    return redirect(wanted.address(), 303)


def _change() -> Change:
    text = request.form.get("change", "")
    action, _colon, value = text.partition(":")
    if action in {"tag", "untag"} and not value:
        value = request.form.get("new_tag", "")
    for known in get_args(Action):
        if action == known:
            return Change(known, value.strip())
    raise Malformed("The form does not say what to do.")


def _chosen(wanted: ClientAddress) -> list[int] | ClientFilter:
    if request.form.get("all") == "1":
        return ClientFilter(**wanted.filters)
    texts = [text for part in request.form.getlist("id") for text in part.split(",")]
    return [number for text in texts if (number := number_from(text, "id")) is not None]


def _refusal(error: Invalid | Conflict) -> str:
    if isinstance(error, Conflict):
        return error.message
    told = [f"{problem.field}: {problem.message}" for problem in error.problems[:TOLD]]
    return str(_("Nothing was changed. %(reasons)s", reasons=" ".join(told)))


def _confirm(ids: list[int], change: Change) -> None:
    if change.action == "restore":
        say(ngettext("%(num)d client is back.", "%(num)d clients are back.", len(ids)))
    elif change.action != "delete":
        say(ngettext("%(num)d client changed.", "%(num)d clients changed.", len(ids)))
    else:
        text = ngettext("%(num)d client is in the trash.", "%(num)d clients are in the trash.", len(ids))
        if len(ids) > UNDOABLE:
            say(text)
        else:
            offer_undo(text, request.full_path, {"change": "restore", "id": ",".join(map(str, ids))})
