"""/api/leads: the leads of the workspace."""

from functools import partial

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from crm.activity.timeline import Activity
from crm.conversations.leads.pair_fields import NewLead, NewLeadOperations
from crm.conversations.leads.pairs import (
    PairedLead,
    PairOutcome,
    change_many_leads_and_pairs,
    create_lead_or_pair,
)
from crm.db.keyset import DEFAULT_LIMIT, MAX_LIMIT, Page
from crm.db.listing import Count
from crm.db.transaction import Transaction
from crm.errors import NotFound
from crm.leads.closing import lose_lead, reopen_lead, win_lead
from crm.leads.fields import LeadChanges, LeadFields, LeadLoss, LeadMove
from crm.leads.filters import SORTS, LeadFilter
from crm.leads.lead import Lead, find_lead, get_lead
from crm.leads.leads import change_lead
from crm.leads.listing import count_leads, list_leads
from crm.leads.moves import move_lead
from crm.leads.trash import delete_lead, restore_lead
from crm.records.bulk import Outcome
from crm.web.api.activities import TimelineQuery
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.importing import importing
from crm.web.lists.paging import LONGEST_SORT, sorts_in_words
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers
from crm.web.responses.kept_lists import kept

LeadOrPair = PairedLead | Lead

blueprint = Blueprint("api_leads", __name__, url_prefix="/api/leads")


class LeadListQuery(LeadFilter):
    sort: str | None = Field(
        None,
        max_length=LONGEST_SORT,
        description=sorts_in_words(SORTS),
    )
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(None, max_length=2000)


@blueprint.get("")
@permit("leads.read")
@contract(query=LeadListQuery, result=Lead, many=True)
@kept
def list_all() -> Response:
    """List leads, newest first"""
    wanted = query(LeadListQuery)
    found = read(list_leads, wanted, sort=wanted.sort, limit=wanted.limit, cursor=wanted.cursor)
    return answers.page(found, importing())


@blueprint.get("/count")
@permit("leads.read")
@contract(query=LeadFilter, result=Count)
@kept
def count() -> Response:
    """Count the leads that a list would show, up to 10,000"""
    return answers.data(read(count_leads, query(LeadFilter)))


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


@blueprint.get("/<id:lead_id>")
@permit("leads.read")
@contract(result=Lead)
@kept
def get(lead_id: int) -> Response:
    """Get a lead"""
    return _answer(read(get_lead, lead_id))


@blueprint.put("/<id:lead_id>")
@permit("leads.write")
@contract(body=LeadFields, result=Lead, refusals=(412,))
def replace(lead_id: int) -> Response:
    """Replace a lead; omitted fields get their defaults, except stage, status and currency"""
    return _answer(write(change_lead, lead_id, json_body(LeadFields), expected_version=expected_version()))


@blueprint.patch("/<id:lead_id>")
@permit("leads.write")
@contract(body=LeadChanges, result=Lead, refusals=(412,))
def patch(lead_id: int) -> Response:
    """Change some fields of a lead"""
    return _answer(write(change_lead, lead_id, json_body(LeadChanges), expected_version=expected_version()))


@blueprint.put("/<id:lead_id>/stage")
@permit("leads.write")
@contract(body=LeadMove, result=Lead, refusals=(412,))
def move(lead_id: int) -> Response:
    """Move a lead to a stage, at a position among its cards"""
    return _answer(write(move_lead, lead_id, json_body(LeadMove), expected_version=expected_version()))


@blueprint.post("/<id:lead_id>/win")
@permit("leads.write")
@contract(result=Lead, refusals=(409, 412))
def win(lead_id: int) -> Response:
    """Win a lead: move it to its pipeline's Won stage"""
    version = expected_version()
    return answer_once(lambda tx: win_lead(tx, lead_id, expected_version=version), _answer)


@blueprint.post("/<id:lead_id>/lose")
@permit("leads.write")
@contract(body=LeadLoss, body_required=False, result=Lead, refusals=(409, 412))
def lose(lead_id: int) -> Response:
    """Lose a lead: move it to its pipeline's Lost stage, with the reason"""
    version = expected_version()
    given = json_body(LeadLoss) if request.get_data() else LeadLoss()
    lost = partial(lose_lead, lead_id=lead_id, reason=given.lost_reason, expected_version=version)
    return answer_once(lost, _answer)


@blueprint.post("/<id:lead_id>/reopen")
@permit("leads.write")
@contract(result=Lead, refusals=(412,))
def reopen(lead_id: int) -> Response:
    """Reopen a won or lost lead, in the open stage where it was last"""
    version = expected_version()
    return answer_once(lambda tx: reopen_lead(tx, lead_id, expected_version=version), _answer)


@blueprint.delete("/<id:lead_id>")
@permit("leads.delete")
@contract(status=204, refusals=(412,))
def delete(lead_id: int) -> Response:
    """Move a lead to the trash"""
    write(delete_lead, lead_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/<id:lead_id>/restore")
@permit("leads.delete")
@contract(result=Lead, refusals=(412,))
def restore(lead_id: int) -> Response:
    """Restore a lead from the trash"""
    version = expected_version()
    return answer_once(lambda tx: restore_lead(tx, lead_id, expected_version=version), _answer)


@blueprint.get("/<id:lead_id>/activities")
@permit("leads.read")
@contract(query=TimelineQuery, result=Activity, many=True)
def activities(lead_id: int) -> Response:
    """List the changes of a lead, newest first"""
    return answers.page(read(_activities_of, lead_id, query(TimelineQuery)))


def _activities_of(tx: Transaction, lead_id: int, wanted: TimelineQuery) -> Page[Activity]:
    """Also of a deleted lead."""
    if find_lead(tx, lead_id) is None:
        raise NotFound("There is no such lead.")
    return wanted.page(tx, "lead", lead_id)


def _created(lead: Lead) -> Response:
    if isinstance(lead, PairedLead) and not lead.created:
        return _answer(lead)
    return answers.created(lead, url_for("api_leads.get", lead_id=lead.id), version=lead.version)


def _answer(lead: Lead) -> Response:
    return answers.data(lead, version=lead.version)
