"""The page of one client: facts, files and timeline; the status changed in place."""

from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.clients.client import Client, find_client, get_client
from crm.clients.clients import change_client
from crm.clients.fields import ClientChanges
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.conversations.people.probably_same import clients_probably_same
from crm.conversations.thread.conversation import marketing_stopped_at
from crm.db.keyset import Page
from crm.db.transaction import Row, Transaction
from crm.errors import NotFound, Stale
from crm.fields import parse_fields
from crm.files.files import File, get_file, list_files
from crm.leads.filters import LeadFilter
from crm.leads.lead import Lead
from crm.leads.listing import list_leads
from crm.web.auth import permit
from crm.web.pages.files.of_record import file_addresses
from crm.web.requests.forms import form_version, is_fragment
from crm.web.requests.reading import query, read, write
from crm.web.responses.toasts import complain, say, with_events
from crm.web.words.timelines import Timeline, TimelineQuery, read_record_timeline, timeline_values
from crm.work.task_lists import open_tasks
from crm.work.tasks import Task

blueprint = Blueprint("client_record", __name__, url_prefix="/clients/<id:client_id>")

PEOPLE = 12
FILES = 50
LEADS = 5
TASKS = 20


@dataclass(frozen=True, slots=True)
class Record:
    client: Client
    people: Page[Client]
    tasks: list[Task]
    leads: Page[Lead]
    files: Page[File]
    picture: File | None
    timeline: Timeline
    marketing_stopped_at: str | None
    probably_same: list[Row]


@blueprint.get("")
@permit("clients.read")
def show(client_id: int) -> str:
    wanted = query(TimelineQuery)
    record = read(_read_record, client_id, wanted)
    return render_template(
        "clients/record.html",
        record=record,
        client=record.client,
        **file_addresses("client", client_id),
        **_timeline(record, wanted),
    )


@blueprint.get("/timeline")
@permit("clients.read")
def show_timeline(client_id: int) -> ResponseReturnValue:
    wanted = query(TimelineQuery)
    if not is_fragment():
        return redirect(url_for("client_record.show", client_id=client_id, kind=wanted.kind))
    record = read(_read_record, client_id, wanted)
    return render_template("activity/entries.html", **_timeline(record, wanted))


@blueprint.get("/tasks")
@permit("tasks.read")
def show_tasks(client_id: int) -> str:
    return render_template("tasks/of_record.html", tasks=read(open_tasks, "client", client_id, limit=TASKS))


@blueprint.post("/status")
@permit("clients.write")
def change_status(client_id: int) -> ResponseReturnValue:
    changes = parse_fields(ClientChanges, {"status": request.form.get("status", "")})
    try:
        client = write(change_client, client_id, changes, expected_version=form_version())
    except Stale:
        return _status_answer(
            read(get_client, client_id), _("Somebody changed it meanwhile. This is what stands."), 412
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


def _read_record(tx: Transaction, client_id: int, wanted: TimelineQuery) -> Record:
    """Of a client in the trash too."""
    client = find_client(tx, client_id)
    if client is None:
        raise NotFound(_("There is no such client."))
    lives = client.deleted_at is None
    return Record(
        client=client,
        tasks=open_tasks(tx, "client", client_id, limit=TASKS),
        leads=list_leads(tx, LeadFilter(client_id=client_id), limit=LEADS),
        files=list_files(tx, of=("client", client_id), limit=FILES) if lives else Page([], None),
        picture=get_file(tx, client.picture_id) if lives and client.picture_id else None,
        people=list_clients(tx, ClientFilter(company_id=client_id), sort="name", limit=PEOPLE)
        if client.kind == "company"
        else Page([], None),
        timeline=read_record_timeline(tx, "client", client_id, wanted),
        marketing_stopped_at=marketing_stopped_at(tx, client_id),
        probably_same=clients_probably_same(tx, client_id),
    )


def _timeline(record: Record, wanted: TimelineQuery) -> dict[str, object]:
    return timeline_values(record.timeline, wanted, "client_record.show_timeline", client_id=record.client.id)
