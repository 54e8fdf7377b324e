"""The page of one lead: where it stands, its facts, its tasks and its timeline."""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.db.keyset import Page
from crm.db.transaction import Transaction
from crm.errors import Invalid, NotFound, Stale
from crm.fields import parse_fields
from crm.files.files import File, list_files
from crm.leads.fields import LeadChanges
from crm.leads.lead import Lead, find_lead
from crm.leads.leads import change_lead
from crm.leads.pipeline import Pipeline, find_pipeline
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.i18n import worded
from crm.web.pages.files.of_record import SHOWN, file_addresses
from crm.web.requests.forms import form_version, is_fragment, number_from
from crm.web.requests.reading import query, read, write
from crm.web.responses.toasts import complain, with_events
from crm.web.words.timelines import Timeline, TimelineQuery, read_record_timeline, timeline_values
from crm.work.task_lists import open_tasks
from crm.work.tasks import Task

blueprint = Blueprint("lead_record", __name__, url_prefix="/leads/<id:lead_id>")

TASKS = 20


@dataclass(frozen=True, slots=True)
class Record:
    lead: Lead
    pipeline: Pipeline
    tasks: list[Task]
    files: Page[File]
    timeline: Timeline


@blueprint.get("")
@permit("leads.read")
def show(lead_id: int) -> str:
    wanted = query(TimelineQuery)
    record = read(_read_record, lead_id, wanted)
    return render_template(
        "leads/record.html",
        record=record,
        lead=record.lead,
        **file_addresses("lead", lead_id),
        **_timeline(record, wanted),
    )


@blueprint.get("/timeline")
@permit("leads.read")
def show_timeline(lead_id: int) -> ResponseReturnValue:
    wanted = query(TimelineQuery)
    if not is_fragment():
        return redirect(url_for("lead_record.show", lead_id=lead_id, kind=wanted.kind))
    record = read(_read_record, lead_id, wanted)
    return render_template("activity/entries.html", **_timeline(record, wanted))


@blueprint.get("/tasks")
@permit("leads.read")
def show_tasks(lead_id: int) -> str:
    return render_template("tasks/of_record.html", tasks=read(open_tasks, "lead", lead_id, limit=TASKS))


@blueprint.post("/stage")
@permit("leads.write")
def change_stage(lead_id: int) -> ResponseReturnValue:
    """From the lead's page, or in place from a list, which gets its cell anew."""
    form, complaint, status = request.form, "", 200
    try:
        given = {"stage_id": number_from(form.get("stage_id", ""), "stage_id")}
        if form.get("lost_reason"):
            given["lost_reason"] = form["lost_reason"]  # type: ignore[assignment]
        write(change_lead, lead_id, parse_fields(LeadChanges, given), expected_version=form_version())
    except Stale as error:
        complaint, status = _("Somebody changed it meanwhile. This is what stands."), status_of(error)
    except Invalid as error:
        complaint, status = worded(error.problems[0].message), status_of(error)
    if is_fragment():
        return _stage_cell(lead_id, complaint, status)
    if complaint:
        complain(complaint)
    return redirect(_here(lead_id), 303)


def _stage_cell(lead_id: int, complaint: str, status: int) -> Response:
    lead, pipeline = read(_read_place, lead_id)
    response = make_response(render_template("leads/stage.html", lead=lead, pipeline=pipeline), status)
    return with_events(response, {"toast": {"text": complaint, "bad": True}}) if complaint else response


def _here(lead_id: int) -> str:
    return url_for("lead_record.show", lead_id=lead_id)


def _read_record(tx: Transaction, lead_id: int, wanted: TimelineQuery) -> Record:
    lead, pipeline = _read_place(tx, lead_id)
    return Record(
        lead=lead,
        pipeline=pipeline,
        tasks=open_tasks(tx, "lead", lead_id, limit=TASKS),
        files=Page([], None) if lead.deleted_at else list_files(tx, of=("lead", lead_id), limit=SHOWN),
        timeline=read_record_timeline(tx, "lead", lead_id, wanted),
    )


def _read_place(tx: Transaction, lead_id: int) -> tuple[Lead, Pipeline]:
    """Of a lead in the trash too."""
    lead = find_lead(tx, lead_id)
    pipeline = find_pipeline(tx, lead.pipeline_id) if lead else None
    if lead is None or pipeline is None:
        raise NotFound(_("There is no such lead."))
    return lead, pipeline


def _timeline(record: Record, wanted: TimelineQuery) -> dict[str, object]:
    return timeline_values(record.timeline, wanted, "lead_record.show_timeline", lead_id=record.lead.id)
