"""/api/webhooks/lead-ads: what Meta tells of leads; /api/ad-connections/{id}/leads: what became of them."""

from flask import Blueprint, Response, g, request
from pydantic import Field

from crm.campaigns.lead_ads.arrivals import (
    LeadAdArrival,
    State,
    get_arrival,
    list_arrivals,
    replay_arrival,
)
from crm.campaigns.lead_ads.deliveries import is_verify_token, receive_leads
from crm.errors import Forbidden
from crm.web.api.webhooks import DELIVERY_BYTES, Handshake, Received
from crm.web.auth import permit, public, unguarded
from crm.web.errors import Unauthorized
from crm.web.idempotency import answer_once
from crm.web.lists.paging import PageQuery
from crm.web.openapi.contract import contract
from crm.web.requests.limits import spend_address
from crm.web.requests.reading import query, read
from crm.web.responses import answers
from crm.web.sessions.identity import database
from crm.web.whatsapp import vault

blueprint = Blueprint("api_lead_ads", __name__, url_prefix="/api")

RECEIVER = "/webhooks/lead-ads"
LOG = "/ad-connections/<id:connection_id>/leads"


class LeadAdsQuery(PageQuery):
    limit: int = Field(25, ge=1, le=200)
    state: State | None = None


@blueprint.get(RECEIVER)
@public
@contract(query=Handshake, content=("text/plain",), refusals=(403,))
def verify() -> Response:
    """Answer Meta's handshake with its challenge"""
    asked = query(Handshake)
    if not is_verify_token(vault(), asked.verify_token):
        raise Forbidden("No workspace has this verify token.")
    return Response(asked.challenge, mimetype="text/plain")


@blueprint.post(RECEIVER)
@public
@unguarded
@contract(result=Received, refusals=(401, 413, 422))
def receive() -> Response:
    """Receive a signed delivery of Meta Lead Ads; it is answered once it is stored"""
    request.max_content_length = DELIVERY_BYTES
    raw = request.get_data(cache=False)
    signature = request.headers.get("X-Hub-Signature-256", "")
    if not receive_leads(database(), vault(), raw, signature, g.request_id):
        spend_address()
        raise Unauthorized("The delivery is not signed with the app secret of a connected page.")
    return answers.data(Received())


@blueprint.get(LOG)
@permit("ad_connections.read")
@contract(query=LeadAdsQuery, result=LeadAdArrival, many=True)
def list_all(connection_id: int) -> Response:
    """List the leads that a platform told of, newest first, with what became of each"""
    wanted = query(LeadAdsQuery)
    found = read(list_arrivals, connection_id, state=wanted.state, limit=wanted.limit, cursor=wanted.cursor)
    return answers.page(found)


@blueprint.get(f"{LOG}/<id:arrival_id>")
@permit("ad_connections.read")
@contract(result=LeadAdArrival)
def get(connection_id: int, arrival_id: int) -> Response:
    """Get a lead of the log"""
    return answers.data(read(get_arrival, connection_id, arrival_id))


@blueprint.post(f"{LOG}/<id:arrival_id>/replay")
@permit("ad_connections.manage")
@contract(result=LeadAdArrival, refusals=(409,))
def replay(connection_id: int, arrival_id: int) -> Response:
    """Fetch a lead now that could not be fetched, or waits for another attempt"""
    return answer_once(lambda tx: replay_arrival(tx, connection_id, arrival_id), answers.data)
