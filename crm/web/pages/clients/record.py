"""The page of a client: facts, tasks, files and timeline; the status is changed in place."""

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.clients.client import Client, get_client
from crm.clients.clients import change_client
from crm.clients.fields import ClientChanges
from crm.clients.filters import ClientFilter
from crm.clients.kind import CLIENT
from crm.clients.listing import list_clients
from crm.clients.unmerging import merged_with
from crm.conversations.people.probably_same import clients_probably_same
from crm.conversations.thread.conversation import marketing_stopped_at
from crm.db.keyset import Page
from crm.db.transaction import Transaction
from crm.errors import Stale
from crm.fields import parse_fields
from crm.files.files import get_file
from crm.leads.filters import LeadFilter
from crm.leads.listing import list_leads
from crm.web.auth import permit
from crm.web.records.page import RecordPage, record_blueprint
from crm.web.requests.forms import form_version, is_fragment
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain, say, with_events

PEOPLE = 12
LEADS = 5


def _more(tx: Transaction, client: Client) -> dict[str, Any]:
    lives, is_company = client.deleted_at is None, client.kind == "company"
    people = ClientFilter(company_id=client.id)
    return {
        "leads": list_leads(tx, LeadFilter(client_id=client.id), limit=LEADS),
        "picture": get_file(tx, client.picture_id) if lives and client.picture_id else None,
        "people": list_clients(tx, people, sort="name", limit=PEOPLE) if is_company else Page([], None),
        "marketing_stopped_at": marketing_stopped_at(tx, client.id),
        "probably_same": clients_probably_same(tx, client.id),
        "merged_with": merged_with(tx, client.id) if lives else None,
    }


blueprint = record_blueprint(RecordPage(CLIENT, "clients/record.html", _more))


@blueprint.post("/status")
@permit("clients.write")
def change_status(client_id: int) -> ResponseReturnValue:
    changes = parse_fields(ClientChanges, {"status": request.form.get("status", "")})
    try:
        client = write(change_client, client_id, changes, expected_version=form_version())
    except Stale:
        return _status_answer(
            read(get_client, client_id),
            _("Somebody else changed it in the meantime. This is the current version."),
            412,
        )
    return _status_answer(client, "", 200)


def _status_answer(client: Client, complaint: str, status: int) -> ResponseReturnValue:
    if not is_fragment():
        complain(complaint) if complaint else say(_("Saved"))
        return redirect(url_for("client_record.show", client_id=client.id))
    response = make_response(render_template("clients/status.html", client=client), status)
    events: dict[str, object] = {"client-changed": None}
    if complaint:
        events["toast"] = {"text": complaint, "bad": True}
    return with_events(response, events)
