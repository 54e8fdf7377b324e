"""Undoing a bulk change, from a message or from Activity."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.activity.operations import measure_operations
from crm.appliance.operations import UndoneOperation, undo_operation
from crm.errors import Conflict
from crm.web.auth import permit
from crm.web.requests.forms import is_fragment, is_ours, number_from
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain, offer_undo
from crm.web.words.fields import sentence_of
from crm.web.words.formats import counted

blueprint = Blueprint("operations", __name__, url_prefix="/operations")


@dataclass(frozen=True, slots=True)
class Undoing:
    """How far the undoing of a large operation came, of `total` entries, as its form carries it."""

    total: int
    undone: int = 0
    left: int = 0


@blueprint.post("/<id:operation_id>/undo")
@permit("activities.undo")
def undo(operation_id: int) -> ResponseReturnValue:
    """A thousand entries at once; for a larger operation the page asks for the rest by itself."""
    try:
        done = write(undo_operation, operation_id)
    except Conflict as error:
        complain(sentence_of(error))
        return redirect(_back(operation_id), 303)
    carried = "undone" in request.form
    if done.remaining or carried:
        return _show(operation_id, done)
    offer_undo(_summary(done.undone, done.left_count), _address(done.operation_id))
    return redirect(_back(operation_id if done.left_count else None), 303)


def _show(operation_id: int, done: UndoneOperation) -> str:
    before = [number_from(request.form.get(name, ""), name) or 0 for name in ("undone", "left")]
    undone, left = before[0] + done.undone, before[1] + done.left_count
    progress = Undoing(read(measure_operations, [operation_id])[operation_id].entries, undone, left)
    return render_template(
        "bulk/undoing.html" if is_fragment() else "bulk/undo.html",
        progress=progress,
        remaining=done.remaining,
        summary=_summary(undone, left),
        steps=_address(operation_id),
        undo=_address(done.operation_id),
        back=_back(operation_id if left else None),
        given_back=request.form.get("back", ""),
    )


def _address(operation_id: int) -> str:
    return url_for("operations.undo", operation_id=operation_id)


def _summary(undone: int, left: int) -> str:
    undone_count = counted("%(num)s change undone.", "%(num)s changes undone.", undone)
    if not left:
        return str(undone_count)
    kept = counted(
        "%(num)s was kept: it has been changed again since.",
        "%(num)s were kept: they have been changed again since.",
        left,
    )
    return f"{undone_count} {kept}"


def _back(operation_id: int | None) -> str:
    """The list that it began on; where something stays, its entries, and else Activity."""
    given = request.form.get("back", "")
    if operation_id is None and is_ours(given):
        return given
    return url_for("activity.list_activity", operation_id=operation_id)
