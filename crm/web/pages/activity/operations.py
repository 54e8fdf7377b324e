"""Taking back a change of many records, from a toast or from Activity."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.appliance.operations import UndoneOperation, undo_operation
from crm.errors import Conflict
from crm.web.auth import permit
from crm.web.requests.forms import is_ours
from crm.web.requests.reading import write
from crm.web.responses.toasts import complain, offer_undo
from crm.web.words.fields import told

blueprint = Blueprint("operations", __name__, url_prefix="/operations")


@blueprint.post("/<id:operation_id>/undo")
@permit("activities.undo")
def undo(operation_id: int) -> ResponseReturnValue:
    try:
        done = write(undo_operation, operation_id)
    except Conflict as error:
        complain(told(error))
        return redirect(_back(operation_id), 303)
    if done.remaining:
        again = url_for("operations.undo", operation_id=operation_id)
        offer_undo(_("A part is undone. Undo the rest, too?"), again, {"back": _back(operation_id)})
    else:
        offer_undo(_summary(done), url_for("operations.undo", operation_id=done.operation_id))
    return redirect(_back(operation_id if done.left_count else None), 303)


def _summary(done: UndoneOperation) -> str:
    undone = ngettext("%(num)d change undone.", "%(num)d changes undone.", done.undone)
    if not done.left_count:
        return str(undone)
    kept = ngettext(
        "%(num)d stays: it was changed again since.",
        "%(num)d stay: they were changed again since.",
        done.left_count,
    )
    return f"{undone} {kept}"


def _back(operation_id: int | None) -> str:
    """The list that it began on; where something stays, its entries, and else Activity."""
    given = request.form.get("back", "")
    if operation_id is None and is_ours(given):
        return given
    return url_for("activity.list_activity", operation_id=operation_id)
