"""/api/leads: the leads of the workspace."""

from functools import partial

from flask import Response, request

from crm.conversations.leads.pair_fields import NewLead, NewLeadOperations
from crm.conversations.leads.pairs import (
    PairedLead,
    PairOutcome,
    change_many_leads_and_pairs,
    create_lead_or_pair,
)
from crm.leads.closing import lose_lead, reopen_lead, win_lead
from crm.leads.fields import LeadFields, LeadLoss, LeadMove
from crm.leads.kind import LEAD
from crm.leads.lead import Lead
from crm.leads.leads import change_lead
from crm.leads.moves import move_lead
from crm.records.bulk import Outcome
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.importing import importing
from crm.web.openapi.contract import contract
from crm.web.records.api import RecordApi
from crm.web.records.api_views import api_blueprint
from crm.web.requests.reading import expected_version, json_body, write
from crm.web.responses import answers

LeadOrPair = PairedLead | Lead

LEADS = RecordApi(
    kind=LEAD,
    record=Lead,
    listed=Lead,
    keeps=True,
    conflicts=(),
    beside=importing,
    views={
        "list_all": "List leads, newest first",
        "count": "Count the leads that a list would show, up to 10,000",
        "get": "Get a lead",
        "patch": "Change some fields of a lead",
        "delete": "Move a lead to the trash",
        "restore": "Restore a lead from the trash",
        "activities": "List the changes of a lead, newest first",
    },
)
blueprint = api_blueprint(LEADS)


@blueprint.post("")
@permit("leads.write")
@contract(body=NewLead, result=LeadOrPair, status=201)
def create() -> Response:
    """Create a lead, at the top of its stage; with `customer_phone`, its client and conversation too"""
    given = json_body(NewLead)
    return answer_once(lambda tx: create_lead_or_pair(tx, given), _created)


@blueprint.post("/bulk")
@permit("leads.delete")
@contract(body=NewLeadOperations, result=list[PairOutcome | Outcome])
def change_many() -> Response:
    """Create, update, tag, assign, move, delete and restore up to 1,000 leads: all or none"""
    given = json_body(NewLeadOperations)
    return answer_once(lambda tx: change_many_leads_and_pairs(tx, given.operations), answers.data)


@blueprint.put("/<id:lead_id>")
@permit("leads.write")
@contract(body=LeadFields, result=Lead, refusals=(412,))
def replace(lead_id: int) -> Response:
    """Replace a lead; omitted fields get their defaults, except stage, status and currency"""
    return LEADS.answer(
        write(change_lead, lead_id, json_body(LeadFields), expected_version=expected_version())
    )


@blueprint.put("/<id:lead_id>/stage")
@permit("leads.write")
@contract(body=LeadMove, result=Lead, refusals=(412,))
def move(lead_id: int) -> Response:
    """Move a lead to a stage, at a position among its cards"""
    return LEADS.answer(write(move_lead, lead_id, json_body(LeadMove), expected_version=expected_version()))


@blueprint.post("/<id:lead_id>/win")
@permit("leads.write")
@contract(result=Lead, refusals=(409, 412))
def win(lead_id: int) -> Response:
    """Win a lead: move it to its pipeline's Won stage"""
    version = expected_version()
    return answer_once(lambda tx: win_lead(tx, lead_id, expected_version=version), LEADS.answer)


@blueprint.post("/<id:lead_id>/lose")
@permit("leads.write")
@contract(body=LeadLoss, body_required=False, result=Lead, refusals=(409, 412))
def lose(lead_id: int) -> Response:
    """Lose a lead: move it to its pipeline's Lost stage, with the reason"""
    version = expected_version()
    given = json_body(LeadLoss) if request.get_data() else LeadLoss()
    lost = partial(lose_lead, lead_id=lead_id, reason=given.lost_reason, expected_version=version)
    return answer_once(lost, LEADS.answer)


@blueprint.post("/<id:lead_id>/reopen")
@permit("leads.write")
@contract(result=Lead, refusals=(412,))
def reopen(lead_id: int) -> Response:
    """Reopen a won or lost lead, in the open stage where it was last"""
    version = expected_version()
    return answer_once(lambda tx: reopen_lead(tx, lead_id, expected_version=version), LEADS.answer)


def _created(lead: Lead) -> Response:
    if isinstance(lead, PairedLead) and not lead.created:
        return LEADS.answer(lead)
    return LEADS.created(lead)
