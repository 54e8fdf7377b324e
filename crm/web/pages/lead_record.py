"""The page of one lead: where it stands, its facts, its tasks and its timeline."""

from dataclasses import dataclass
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field

from crm.activity.timeline import ActivityFilter
from crm.db.transaction import Transaction
from crm.errors import Invalid, NotFound, Stale
from crm.fields import parse_fields
from crm.leads.fields import LeadChanges
from crm.leads.lead import Lead, find_lead
from crm.leads.leads import change_lead
from crm.leads.pipeline import Pipeline, find_pipeline
from crm.leads.task_lists import TaskFilter, list_tasks
from crm.leads.tasks import Task
from crm.web.auth import permit
from crm.web.forms import form_version, is_fragment, number_from
from crm.web.requests import query, read, write
from crm.web.timelines import Timeline, read_timeline
from crm.web.toasts import complain

blueprint = Blueprint("lead_record", __name__, url_prefix="/leads/<id:lead_id>")

ENTRIES = 20
TASKS = 20


class TimelineQuery(BaseModel):
    """`day` is the day under which the list above ended; `kind` shows one kind alone."""

    kind: str | None = Field(None, pattern="^(note|call|task|lead)?$")
    cursor: str | None = Field(None, max_length=400)
    day: str | None = Field(None, max_length=10)


@dataclass(frozen=True, slots=True)
class Record:
    lead: Lead
    pipeline: Pipeline
    tasks: list[Task]
    timeline: Timeline


@blueprint.get("")
@permit("leads.read")
def show(lead_id: int) -> str:
    wanted = query(TimelineQuery)
    record = read(_read_record, lead_id, wanted)
    return render_template("leads/record.html", record=record, lead=record.lead, **_timeline(record, wanted))


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
    return render_template("tasks/of_record.html", tasks=read(_open_tasks, lead_id), back=_here(lead_id))


@blueprint.post("/stage")
@permit("leads.write")
def change_stage(lead_id: int) -> ResponseReturnValue:
    form = request.form
    try:
        given = {"stage_id": number_from(form.get("stage_id", ""), "stage_id")}
        if form.get("lost_reason"):
            given["lost_reason"] = form["lost_reason"]  # type: ignore[assignment]
        write(change_lead, lead_id, parse_fields(LeadChanges, given), expected_version=form_version())
    except Stale:
        complain(_("Somebody changed it meanwhile. This is what stands."))
    except Invalid as error:
        complain(error.problems[0].message)
    return redirect(_here(lead_id), 303)


def _here(lead_id: int) -> str:
    return url_for("lead_record.show", lead_id=lead_id)


def _open_tasks(tx: Transaction, lead_id: int) -> list[Task]:
    return list_tasks(tx, TaskFilter(subject="lead", subject_id=lead_id, done=False), limit=TASKS).rows


def _read_record(tx: Transaction, lead_id: int, wanted: TimelineQuery) -> Record:
    """Of a lead in the trash too."""
    lead = find_lead(tx, lead_id)
    pipeline = find_pipeline(tx, lead.pipeline_id) if lead else None
    if lead is None or pipeline is None:
        raise NotFound(_("There is no such lead."))
    return Record(
        lead=lead,
        pipeline=pipeline,
        tasks=_open_tasks(tx, lead_id),
        timeline=read_timeline(
            tx,
            ActivityFilter(subject="lead", subject_id=lead_id, entity=wanted.kind or None),
            limit=ENTRIES,
            cursor=wanted.cursor,
            here=True,
        ),
    )


def _timeline(record: Record, wanted: TimelineQuery) -> dict[str, object]:
    more = partial(
        url_for,
        "lead_record.show_timeline",
        lead_id=record.lead.id,
        kind=wanted.kind,
        cursor=record.timeline.next,
    )
    return {
        "entries": record.timeline.entries,
        "kind": wanted.kind or "",
        "last_day": wanted.day,
        "more": (lambda day: more(day=day)) if record.timeline.next else None,
    }
