"""/api/leads/{id}/attribution: how a lead came, and the campaign that it is counted with."""

from dataclasses import dataclass

from flask import Blueprint, Response, url_for

from crm.attribution.by_hand import add_touch, withdraw_touch
from crm.attribution.crediting import Credited, choose_campaign, credited_to
from crm.attribution.fields import CampaignChoice, TouchByHand
from crm.attribution.touch import Touch, touches_of_conversation, touches_of_lead
from crm.conversations.thread.conversation import get_conversation
from crm.db.transaction import Transaction
from crm.leads.lead import get_lead
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.requests.reading import json_body, read, write
from crm.web.responses import answers

blueprint = Blueprint("api_attribution", __name__, url_prefix="/api")


@dataclass
class Attribution:
    """`later_touches` are beside the first one, the oldest first. One that a person added stands where it was
    added, whatever its `happened_at`.
    """

    campaign: Credited
    first_touch: Touch | None
    later_touches: list[Touch]


@blueprint.get("/leads/<id:lead_id>/attribution")
@permit("leads.read")
@contract(result=Attribution)
def show_of_lead(lead_id: int) -> Response:
    """Show how a lead came, and the campaign that it is counted with"""
    return answers.data(read(_attribution, lead_id))


@blueprint.put("/leads/<id:lead_id>/campaign")
@permit("leads.write")
@contract(body=CampaignChoice, result=Credited)
def choose(lead_id: int) -> Response:
    """Correct the campaign that a lead is counted with; its touches stay as they were told"""
    return answers.data(write(choose_campaign, lead_id, json_body(CampaignChoice).campaign_id))


@blueprint.post("/leads/<id:lead_id>/touches")
@permit("leads.write")
@contract(body=TouchByHand, result=Touch, status=201, refusals=(409,))
def add(lead_id: int) -> Response:
    """Add what a person knows of how a lead came

    It counts as the other touches do: by when they came. A campaign that a person chose for the lead stays.
    """
    given = json_body(TouchByHand)
    return answer_once(lambda tx: add_touch(tx, lead_id, given), _added)


@blueprint.delete("/leads/<id:lead_id>/touches/<id:touch_id>")
@permit("leads.write")
@contract(status=204, refusals=(409,))
def withdraw(lead_id: int, touch_id: int) -> Response:
    """Take back a touch that a person added; what was told stays as it was told"""
    write(withdraw_touch, lead_id, touch_id)
    return answers.no_content()


@blueprint.get("/conversations/<id:conversation_id>/touches")
@permit("conversations.read")
@contract(result=list[Touch])
def show_of_conversation(conversation_id: int) -> Response:
    """List how the customer of a conversation came, the first touch first"""
    return answers.data(read(_touches, conversation_id))


def _added(touch: Touch) -> Response:
    return answers.created(touch, url_for("api_attribution.show_of_lead", lead_id=touch.lead_id))


def _attribution(tx: Transaction, lead_id: int) -> Attribution:
    get_lead(tx, lead_id)
    touches = touches_of_lead(tx, lead_id)
    return Attribution(credited_to(tx, lead_id), touches[0] if touches else None, touches[1:])


def _touches(tx: Transaction, conversation_id: int) -> list[Touch]:
    get_conversation(tx, conversation_id)
    return touches_of_conversation(tx, conversation_id)
