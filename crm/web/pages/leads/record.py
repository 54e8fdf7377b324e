"""The page of a lead: facts, tasks, files and timeline; the stage is changed in place."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.attribution.crediting import choose_campaign, credited_to
from crm.attribution.touch import touches_of_lead
from crm.campaigns.choices import campaign_choices
from crm.clients.client import find_client
from crm.db.transaction import Transaction
from crm.errors import Invalid, Stale
from crm.leads.closing import choose_stage
from crm.leads.kind import LEAD
from crm.leads.lead import Lead, get_lead
from crm.leads.pipeline import Pipeline, find_pipeline
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.i18n import worded
from crm.web.records.page import RecordPage, record_blueprint
from crm.web.requests.forms import form_version, is_fragment, number_from
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain, with_events


def _more(tx: Transaction, lead: Lead) -> dict[str, Any]:
    return {
        "pipeline": find_pipeline(tx, lead.pipeline_id),
        "client": None if lead.client_id is None else find_client(tx, lead.client_id),
        "touches": touches_of_lead(tx, lead.id),
        "credited": (credited := credited_to(tx, lead.id)),
        "campaigns": campaign_choices(tx, held=credited.campaign_id),
    }


blueprint = record_blueprint(RecordPage(LEAD, "leads/record.html", _more))


@blueprint.get("/stage")
@permit("leads.write")
def show_stage(lead_id: int) -> str:
    lead, pipeline = read(_read_place, lead_id)
    return render_template("leads/stage_page.html", lead=lead, pipeline=pipeline)


@blueprint.post("/stage")
@permit("leads.write")
def change_stage(lead_id: int) -> ResponseReturnValue:
    """From the lead's page, or in place from a list, which gets its new cell."""
    form, complaint, status = request.form, "", 200
    try:
        stage_id, reason = number_from(form.get("stage_id", ""), "stage_id"), form.get("lost_reason") or None
        write(choose_stage, lead_id, stage_id, reason, expected_version=form_version())
    except Stale as error:
        complaint, status = (
            _("Somebody else changed it in the meantime. This is the current version."),
            status_of(error),
        )
    except Invalid as error:
        complaint, status = worded(error.problems[0].message), status_of(error)
    if is_fragment():
        return _stage_cell(lead_id, complaint, status)
    if complaint:
        complain(complaint)
    return redirect(_here(lead_id), 303)


@blueprint.post("/campaign")
@permit("leads.write")
def correct_campaign(lead_id: int) -> ResponseReturnValue:
    """The campaign that the lead is counted with; none where the choice is empty."""
    try:
        chosen = number_from(request.form.get("campaign_id", ""), "campaign_id")
        write(choose_campaign, lead_id, chosen)
    except Invalid as error:
        complain(worded(error.problems[0].message))
    return redirect(_here(lead_id), 303)


def _stage_cell(lead_id: int, complaint: str, status: int) -> Response:
    lead, pipeline = read(_read_place, lead_id)
    response = make_response(render_template("leads/stage.html", lead=lead, pipeline=pipeline), status)
    return with_events(response, {"toast": {"text": complaint, "bad": True}}) if complaint else response


def _here(lead_id: int) -> str:
    return url_for("lead_record.show", lead_id=lead_id)


def _read_place(tx: Transaction, lead_id: int) -> tuple[Lead, Pipeline | None]:
    lead = get_lead(tx, lead_id)
    return lead, find_pipeline(tx, lead.pipeline_id)
