"""/api/webhooks: deliveries of other systems."""

from dataclasses import dataclass
from typing import Literal

from flask import Blueprint, Response, g, request
from pydantic import BaseModel, Field

from crm.conversations.inbound.deliveries import Delivery, confirm_handshake, receive_delivery
from crm.conversations.whatsapp.kind import WHATSAPP
from crm.errors import Forbidden
from crm.web.auth import public, unguarded
from crm.web.errors import Unauthorized
from crm.web.openapi.contract import contract
from crm.web.requests.limits import spend_address
from crm.web.requests.reading import query
from crm.web.responses import answers
from crm.web.sessions.identity import database
from crm.web.whatsapp import signature_failures, vault

blueprint = Blueprint("api_webhooks", __name__, url_prefix="/api/webhooks")

DELIVERY_BYTES = 4 * 1024 * 1024


class Handshake(BaseModel):
    mode: str = Field(alias="hub.mode", pattern="^subscribe$")
    verify_token: str = Field(alias="hub.verify_token", max_length=1_000)
    challenge: str = Field(alias="hub.challenge", max_length=200, pattern=r"^[\x20-\x7e]*$")


@dataclass(frozen=True, slots=True)
class Received:
    received: Literal[True] = True


@blueprint.get("/whatsapp")
@public
@contract(query=Handshake, content=("text/plain",), refusals=(403,))
def verify_whatsapp() -> Response:
    """Answer WhatsApp's handshake with its challenge"""
    asked = query(Handshake)
    if not confirm_handshake(database(), vault(), asked.verify_token, asked.challenge):
        raise Forbidden("No connected number has this verify token.")
    return Response(asked.challenge, mimetype="text/plain")


@blueprint.post("/whatsapp")
@public
@unguarded
@contract(result=Received, refusals=(401, 413))
def receive_whatsapp() -> Response:
    """Receive a signed delivery of WhatsApp; it is answered once it is stored"""
    request.max_content_length = DELIVERY_BYTES
    raw = request.get_data(cache=False)
    signature = request.headers.get("X-Hub-Signature-256", "")
    receipt = receive_delivery(database(), vault(), Delivery(WHATSAPP, raw, signature), g.request_id)
    if not receipt.accepted:
        spend_address()
        signature_failures().note(receipt.claimed)
        raise Unauthorized("The delivery is not signed with the app secret of a connected number.")
    return answers.data(Received())
