"""Merging two clients side by side, and taking the last merge back."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.clients.client import Client, get_client
from crm.clients.merge_fields import TAKEN, ClientMerge, ClientUnmerge
from crm.clients.merge_moves import count_rows
from crm.clients.merges import facts_kept, get_other, merge_clients
from crm.clients.unmerging import unmerge_client
from crm.custom_fields.custom_field import PREFIX, custom_fields_of
from crm.db.transaction import Transaction
from crm.errors import Conflict, CrmError, Invalid, Merged, Stale
from crm.fields import parse_fields, whole_number
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.kinds.known import known_kinds, known_words
from crm.web.requests.forms import errors_of, form_version
from crm.web.requests.picking import picked
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain, offer_undo, say
from crm.web.words.custom_fields import CustomByName
from crm.web.words.fields import Known, label_of, sentence_of, show_value
from crm.web.words.names import read_linked_names

blueprint = Blueprint("client_merge", __name__, url_prefix="/clients/<id:client_id>")

TOGETHER = ("emails", "phones", "companies", "addresses", "tags")
"""Fields of which all values are kept."""


@blueprint.get("/merge")
@permit("clients.merge")
def show(client_id: int) -> ResponseReturnValue:
    """Both side by side; without `other`, the question which one it is."""
    other_id = whole_number(request.args.get("other_id", ""))
    if other_id is None:
        return _ask(client_id, None)
    try:
        return _show_both(client_id, other_id)
    except (Invalid, Merged) as error:
        if isinstance(error, Merged) and error.record_id == client_id:
            raise
        return _ask(client_id, error)


@blueprint.post("/merge")
@permit("clients.merge")
def merge(client_id: int) -> ResponseReturnValue:
    other_id = picked("other_id")
    chosen = [name for name, value in request.form.items() if value == "other" and _is_field(name)]
    version = whole_number(request.form.get("other_version", ""))
    given = {"other_id": other_id, "from_other": chosen, "other_version": version}
    try:
        write(merge_clients, client_id, parse_fields(ClientMerge, given), expected_version=form_version())
    except Stale:
        complain(_("Somebody else changed one of them in the meantime. Check both again."))
        return redirect(url_for("client_merge.show", client_id=client_id, other_id=other_id), 303)
    except (Invalid, Conflict) as error:
        return _ask(client_id, error)
    offer_undo(_("The clients were merged."), url_for("client_merge.unmerge", client_id=client_id))
    return redirect(url_for("client_record.show", client_id=client_id), 303)


@blueprint.post("/unmerge")
@permit("clients.merge")
def unmerge(client_id: int) -> ResponseReturnValue:
    keep = {name: value for name, value in request.form.items() if _is_field(name)}
    version = form_version() if "version" in request.form else None
    try:
        asked = parse_fields(ClientUnmerge, {"keep": keep})
        separated = write(unmerge_client, client_id, asked, expected_version=version)
    except Conflict as error:
        if "changed" in error.extra:
            return _ask_what_to_keep(client_id, error)
        complain(sentence_of(error))
        return redirect(url_for("client_record.show", client_id=client_id), 303)
    say(_("%(name)s is a client of its own again.", name=separated.other.name))
    return redirect(url_for("client_record.show", client_id=client_id), 303)


def _is_field(name: str) -> bool:
    return name in TAKEN or name.startswith(PREFIX)


def _ask(client_id: int, error: CrmError | None) -> ResponseReturnValue:
    """Which client goes into this one."""
    values: dict[str, Any] = {"client": read(get_client, client_id)}
    values["errors"] = errors_of(error) if isinstance(error, Invalid) else {}
    values["general"] = sentence_of(error) if error is not None and not values["errors"] else ""
    return render_template("clients/merge_with.html", **values), 200 if error is None else status_of(error)


def _show_both(client_id: int, other_id: int) -> str:
    client, other, counts = read(_read_both, client_id, other_id)
    own, others = facts_kept(client), facts_kept(other)
    known = Known(read(read_linked_names, own, others))
    names = [name for name in {**own, **others} if name != "kind" and (own.get(name) or others.get(name))]
    custom = read(custom_fields_of, "client").by_name
    rows = [_row(name, own.get(name), others.get(name), known, custom) for name in names]
    moving = _moving(counts) | ({label_of("tags"): len(other.tags)} if other.tags else {})
    return render_template("clients/merge.html", client=client, other=other, rows=rows, moving=moving)


def _read_both(tx: Transaction, client_id: int, other_id: int) -> tuple[Client, Client, dict[str, int]]:
    client = get_client(tx, client_id)
    other = get_other(tx, client, other_id)
    return client, other, count_rows(tx, other.id)


def _row(name: str, own: Any, other: Any, known: Known, custom: CustomByName) -> dict[str, Any]:
    """One field of both; `chosen` is whose value is kept unless people say otherwise."""
    return {
        "name": name,
        "label": label_of(name, custom),
        "own": show_value(name, own, known, custom),
        "other": show_value(name, other, known, custom),
        "differs": own != other,
        "together": name in TOGETHER,
        "chosen": "other" if own is None else "this",
    }


def _moving(counts: dict[str, int]) -> dict[str, int]:
    """How many of each kind of record move, by what people call them."""
    words = {kind.table: known_words().by_name[kind.name].many for kind in reversed(known_kinds().all)}
    found: dict[str, int] = {}
    for place, count in counts.items():
        table = place.partition(".")[0]
        label = str(_("People") if table == "clients" else words.get(table, ""))
        if count and label:
            found[label] = found.get(label, 0) + count
    return found


def _ask_what_to_keep(client_id: int, error: Conflict) -> ResponseReturnValue:
    client = read(get_client, client_id)
    changed: list[dict[str, Any]] = list(error.extra["changed"])  # type: ignore[call-overload]
    facts = [{each["field"]: each[when] for each in changed} for when in ("now", "before")]
    known = Known(read(read_linked_names, *facts))
    custom = read(custom_fields_of, "client").by_name
    rows = [
        {
            "name": each["field"],
            "label": label_of(each["field"], custom),
            "now": show_value(each["field"], each["now"], known, custom),
            "before": show_value(each["field"], each["before"], known, custom),
        }
        for each in changed
    ]
    return render_template("clients/unmerge.html", client=client, rows=rows), status_of(error)
