"""One change for the ticked leads, or for all that match the list's filters."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.db.transaction import Transaction
from crm.leads.kind import STAGE
from crm.leads.selection import LEADS
from crm.records.many import Change
from crm.records.names import name_records
from crm.web.auth import permit
from crm.web.lists.bulk import Bar, change_all, change_chosen, tell_change
from crm.web.lists.lead_address import LeadAddress
from crm.web.requests.reading import query

blueprint = Blueprint("lead_bulk", __name__, url_prefix="/leads/bulk")


def _tell(tx: Transaction, change: Change) -> str:
    if change.action == "stage":
        stage_id = change.number or 0
        return str(_("Move to %(stage)s", stage=name_records(tx, STAGE, [stage_id]).get(stage_id, "")))
    return tell_change(tx, change)


BAR = Bar(
    LEADS,
    own_action="stage",
    removal="leads.delete",
    steps="lead_bulk.change_every",
    counted=lambda count: ngettext("%(num)d lead", "%(num)d leads", count),
    changed=lambda count: ngettext("%(num)d lead changed.", "%(num)d leads changed.", count),
    restored=lambda count: ngettext("%(num)d lead is back.", "%(num)d leads are back.", count),
    trashed=lambda count: ngettext("%(num)d lead is in the trash.", "%(num)d leads are in the trash.", count),
    tell=_tell,
)


@blueprint.post("")
@permit("leads.write")
def change_some() -> ResponseReturnValue:
    wanted = query(LeadAddress)
    return change_chosen(BAR, wanted, wanted)


@blueprint.post("/all")
@permit("leads.write")
def change_every() -> ResponseReturnValue:
    wanted = query(LeadAddress)
    return change_all(BAR, wanted, wanted)
