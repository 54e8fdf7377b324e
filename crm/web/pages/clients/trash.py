"""The trash of clients. Deleting a company asks what should happen to its contacts."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from crm.clients.client import get_client
from crm.clients.kind import CLIENT
from crm.errors import Conflict, CrmError, Stale
from crm.web.errors import status_of
from crm.web.lists.client_list import CLIENT_LIST
from crm.web.lists.page import trash_blueprint
from crm.web.navigation import may
from crm.web.records.page import find_record
from crm.web.records.removal import TRASHED, Removal
from crm.web.requests.forms import errors_of
from crm.web.requests.picking import picked
from crm.web.requests.reading import read


def _about_people() -> Mapping[str, Any]:
    if request.form.get("people") == "detach":
        return {"detach_people": True}
    new = request.form.get("new_company", "").strip()
    return {"people_to": picked("people_to"), "people_to_new": new if may("clients.write") else ""}


def _ask_about_people(client_id: int, error: CrmError) -> ResponseReturnValue | None:
    if isinstance(error, Stale):
        return None
    people = error.extra.get("people") if isinstance(error, Conflict) else None
    values = {"client": read(get_client, client_id), "people": people, "errors": errors_of(error)}
    values["new_company"] = request.form.get("new_company", "")
    return render_template("clients/delete.html", **values), status_of(error)


def _show_duplicates(client_id: int, error: CrmError) -> ResponseReturnValue:
    client = read(find_record, CLIENT, client_id)
    twins = error.extra.get("candidates", []) if isinstance(error, Conflict) else []
    return render_template("clients/restore.html", client=client, duplicates=twins), status_of(error)


blueprint = trash_blueprint(
    CLIENT_LIST,
    Removal(
        kind=CLIENT,
        removed=TRASHED,
        choices=_about_people,
        allowances=lambda: {"allow_duplicate": request.form.get("allow_duplicate") == "1"},
        refuse=_ask_about_people,
        refuse_back=_show_duplicates,
    ),
)
