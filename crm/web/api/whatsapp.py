"""/api/whatsapp: a message to a phone number."""

from flask import Blueprint, Response

from crm.conversations.writing.addressing import WrittenToPhone, write_to_phone
from crm.conversations.writing.fields import WhatsAppMessage
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.requests.reading import json_body
from crm.web.responses import answers

blueprint = Blueprint("api_whatsapp", __name__, url_prefix="/api/whatsapp")


@blueprint.post("")
@permit("conversations.write")
@contract(body=WhatsAppMessage, result=WrittenToPhone, status=202, refusals=(409,))
def send() -> Response:
    """Write to a phone number; the message is sent as soon as possible"""
    given = json_body(WhatsAppMessage)
    return answer_once(
        lambda tx: write_to_phone(tx, given), lambda written: answers.data(written, status=202)
    )
