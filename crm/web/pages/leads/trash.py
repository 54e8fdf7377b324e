"""The trash of leads: deleting a lead, and taking it back."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field

from crm.errors import Stale
from crm.leads.filters import LeadFilter
from crm.leads.lead import get_lead
from crm.leads.listing import list_leads
from crm.leads.trash import delete_lead, restore_lead
from crm.web.auth import permit
from crm.web.requests.forms import form_version
from crm.web.requests.reading import query, read, write
from crm.web.responses.toasts import complain, offer_undo, say

blueprint = Blueprint("lead_trash", __name__, url_prefix="/leads")

PAGE = 25


class TrashQuery(BaseModel):
    cursor: str | None = Field(None, max_length=2000)


@blueprint.get("/trash")
@permit("leads.read")
def list_all() -> str:
    wanted = query(TrashQuery)
    page = read(list_leads, LeadFilter(deleted=True), limit=PAGE, cursor=wanted.cursor)
    return render_template("leads/trash.html", page=page)


@blueprint.post("/<id:lead_id>/delete")
@permit("leads.delete")
def delete(lead_id: int) -> ResponseReturnValue:
    lead = read(get_lead, lead_id)
    try:
        write(delete_lead, lead_id, expected_version=form_version())
    except Stale:
        complain(_("Somebody changed %(name)s meanwhile. Look again before you delete.", name=lead.title))
        return redirect(url_for("lead_record.show", lead_id=lead_id), 303)
    offer_undo(
        _("%(name)s is in the trash.", name=lead.title), url_for("lead_trash.restore", lead_id=lead_id)
    )
    return redirect(url_for("board.show", pipeline_id=lead.pipeline_id), 303)


@blueprint.post("/<id:lead_id>/restore")
@permit("leads.delete")
def restore(lead_id: int) -> ResponseReturnValue:
    lead = write(restore_lead, lead_id)
    say(_("%(name)s is back.", name=lead.title))
    return redirect(url_for("lead_record.show", lead_id=lead_id), 303)
