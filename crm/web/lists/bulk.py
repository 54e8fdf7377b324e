"""The bulk bar of a list: one change for the ticked records or, after a warning, for all that match."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from crm.accounts.users import list_users
from crm.db.transaction import Transaction
from crm.errors import Conflict, Forbidden, Invalid
from crm.records.bulk import CUSTOM, MOST, Change
from crm.records.bulk_operations import bulk_of
from crm.records.kind import Kind
from crm.records.many import Changed, Progress, change_next, change_selection, measure
from crm.web.errors import Malformed
from crm.web.i18n import worded
from crm.web.lists.bulk_custom import CHOOSE, custom_change, show_choice, tell_custom
from crm.web.lists.list_address import ListAddress
from crm.web.navigation import may
from crm.web.records.views import add_view
from crm.web.requests.forms import is_fragment, number_from
from crm.web.requests.reading import query, read, write
from crm.web.responses.toasts import complain, offer, offer_undo
from crm.web.words.fields import Known, label_of, show_value

MOST_REASONS = 3
MOST_CARRIED = 200
"""Ticked records that a cookie can hold."""
USUAL_ACTIONS = ("owner", "tag", "untag", "delete", "restore")


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of one list, whose filters its addresses say. `tell_own` words what this kind of record alone
    knows. The texts take a number of records.
    """

    kind: Kind
    address: type[ListAddress]
    counted: Callable[[int], str]
    changed: Callable[[int], str]
    restored: Callable[[int], str]
    trashed: Callable[[int], str]
    none_deleted: LazyString = field(default_factory=lambda: lazy_gettext("Nothing was deleted"))
    tell_own: Callable[[Transaction, Change], str] | None = None

    @property
    def steps(self) -> str:
        """The endpoint that changes all that match."""
        return f"{self.kind.name}_bulk.change_every"

    def tell(self, tx: Transaction, change: Change) -> str:
        """The change in words."""
        if change.is_custom:
            return tell_custom(tx, self.kind, change)
        if self.tell_own is not None and change.action in bulk_of(self.kind).own:
            return self.tell_own(tx, change)
        return _tell_change(tx, change)


def bulk_blueprint(bar: Bar) -> Blueprint:
    """Where the bar's buttons send the ticked records, or the filters of all."""
    kind = bar.kind
    blueprint = Blueprint(f"{kind.name}_bulk", __name__, url_prefix=f"/{kind.table}/bulk")
    add_view(blueprint, "POST ", "change_some", kind.may("write"), partial(change_chosen, bar))
    add_view(blueprint, "POST /all", "change_every", kind.may("write"), partial(change_all, bar))
    return blueprint


def change_chosen(bar: Bar) -> ResponseReturnValue:
    """The button's value says what: `status:active`, `owner:7`, `tag:vip`, `delete`, `restore`."""
    address = query(bar.address)
    if request.form.get("change") == CHOOSE:
        ticked = ",".join(map(str, _ticked()))
        return show_choice(bar.kind, ticked, action=_here(), back=address.address())
    change = _change(bar)
    wanted: Any = address
    everything = request.form.get("all") == "1"
    if everything:
        progress = read(measure, bar.kind, wanted)
        if progress.total > MOST:
            return _show(bar, address, change, progress, begun=False)
    leave_out = request.form.get("leave_out") == "1"
    try:
        chosen = wanted if everything else _ticked()
        changed = write(change_selection, bar.kind, chosen, change, leave_out=leave_out)
    except Conflict as error:
        complain(worded(error.message))
    except Invalid as error:
        _offer_others(bar, change, error)
    else:
        _confirm(bar, changed, change, address)
    return redirect(address.address(), 303)


def change_all(bar: Bar) -> ResponseReturnValue:
    """The next thousand of all that match; the form carries the progress and continues by itself."""
    change, so_far, address = _change(bar), _progress(), query(bar.address)
    wanted: Any = address
    leave_out = request.form.get("leave_out") == "1"
    try:
        progress = write(change_next, bar.kind, wanted, change, so_far, leave_out=leave_out)
    except Conflict as error:
        return _show(bar, address, change, so_far, refused=error)
    return _show(bar, address, change, progress)


def _tell_change(tx: Transaction, change: Change) -> str:
    match change.action:
        case "owner":
            names = {user.id: user.name for user in list_users(tx)}
            return str(_("Owner: %(name)s", name=names.get(change.number or 0, _("Unassigned"))))
        case "tag":
            return str(_("Add the tag %(tag)s", tag=change.value))
        case "untag":
            return str(_("Remove the tag %(tag)s", tag=change.value))
        case "delete":
            return str(_("Move to the trash"))
        case "restore":
            return str(_("Restore"))
        case _:
            return f"{label_of(change.action)}: {show_value(change.action, change.value, Known())}"


def _show(
    bar: Bar,
    address: ListAddress,
    change: Change,
    progress: Progress,
    *,
    begun: bool = True,
    refused: Conflict | None = None,
) -> str:
    template = "bulk/progress.html" if is_fragment() else "bulk/all.html"
    in_the_way: Any = refused.extra["in_the_way"] if refused else []
    return render_template(
        template,
        bar=bar,
        title=read(bar.tell, change),
        change=f"{change.action}:{change.value}",
        steps=address.address(endpoint=bar.steps),
        back=address.address(),
        progress=progress,
        begun=begun,
        in_the_way=in_the_way[:MOST_REASONS],
        further=len(in_the_way) - MOST_REASONS,
        leave_out=request.form.get("leave_out") == "1",
        most=MOST,
    )


def _change(bar: Bar) -> Change:
    text = request.form.get("change", "")
    action, _colon, value = text.partition(":")
    if action in {"tag", "untag"} and not value:
        value = request.form.get("new_tag", "")
    if action.startswith(CUSTOM) and bar.kind.customized is not None:
        return custom_change(bar.kind, action, value)
    if action not in {*USUAL_ACTIONS, *bulk_of(bar.kind).own}:
        raise Malformed("The form names no action. Reload the page and try again.")
    if action in {"delete", "restore"} and not may(bar.kind.may("delete")):
        raise Forbidden(_("Your role does not allow this."))
    return Change(action, value.strip())


def _ticked() -> list[int]:
    """At most one more than can be changed at once; the operation refuses that many, with the reason."""
    if sum(part.count(",") for part in request.form.getlist("id")) > 2 * MOST:
        raise Malformed("Too many records are selected.")
    texts = [text for part in request.form.getlist("id") for text in part.split(",")]
    return [number for text in texts if (number := number_from(text, "id")) is not None]


def _progress() -> Progress:
    total, until, done, left_out = (
        number_from(request.form.get(name, ""), name) or 0 for name in ("total", "until", "done", "left_out")
    )
    cursor, operation_id = (
        request.form.get("cursor") or None,
        number_from(request.form.get("operation_id", ""), "operation_id"),
    )
    return Progress(total, until, done, left_out, cursor=cursor, operation_id=operation_id)


def _offer_others(bar: Bar, change: Change, error: Invalid) -> None:
    """Why nothing was changed, and a button that skips those that cannot be."""
    reasons = [f"{problem.field}: {worded(problem.message)}" for problem in error.problems[:MOST_REASONS]]
    nothing = bar.none_deleted if change.action == "delete" else _("Nothing was changed")
    text = f"{nothing}: {' '.join(reasons)}"
    ids = request.form.getlist("id")
    if request.form.get("leave_out") == "1" or len(ids) > MOST_CARRIED:
        complain(text)
        return
    names = ("change", "new_tag", "all")
    fields = {name: request.form[name] for name in names if name in request.form}
    fields |= {"id": ",".join(ids), "leave_out": "1"}
    if change.is_custom:
        fields["change"] = f"{change.action}:{change.value}"
    offer(text, _("Skip these and change the others"), _here(), fields)


def _here() -> str:
    return request.script_root + request.full_path


def _confirm(bar: Bar, changed: Changed, change: Change, address: ListAddress) -> None:
    said = {"restore": bar.restored, "delete": bar.trashed}.get(change.action, bar.changed)
    text = said(changed.count)
    if changed.left_out:
        text += " " + _("%(counted)s skipped.", counted=bar.counted(changed.left_out))
    offer_undo(
        text,
        url_for("operations.undo", operation_id=changed.operation_id),
        {"back": address.address()},
    )
