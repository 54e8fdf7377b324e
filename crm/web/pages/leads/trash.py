"""The trash of leads: deleting a lead, and taking it back."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.errors import Stale
from crm.leads.lead import get_lead
from crm.leads.trash import delete_lead, restore_lead
from crm.web.auth import permit
from crm.web.lists.lead_list import LEAD_LIST
from crm.web.lists.page import show_trash
from crm.web.requests.forms import form_version
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain, offer_undo, say

blueprint = Blueprint("lead_trash", __name__, url_prefix="/leads")


@blueprint.get("/trash")
@permit("leads.read")
def list_all() -> str:
    return show_trash(LEAD_LIST)


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
