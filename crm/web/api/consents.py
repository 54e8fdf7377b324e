"""/api/clients/{id}/consents: what a client agreed to, and what they want no more."""

from flask import Blueprint, Response, url_for

from crm.clients.consent_fields import ConsentFields
from crm.clients.consents import Consent, add_consent, get_consent, list_consents
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import PageQuery
from crm.web.openapi.contract import contract
from crm.web.requests.reading import json_body, query, read
from crm.web.responses import answers

blueprint = Blueprint("api_consents", __name__, url_prefix="/api/clients/<id:client_id>/consents")


@blueprint.get("")
@permit("clients.read")
@contract(query=PageQuery, result=Consent, many=True)
def list_all(client_id: int) -> Response:
    """List the consents and opt-outs of a client, the last entered first

    Those with `is_present` hold now; the others are their history.
    """
    wanted = query(PageQuery)
    return answers.page(read(list_consents, client_id, limit=wanted.limit, cursor=wanted.cursor))


@blueprint.post("")
@permit("clients.write")
@contract(body=ConsentFields, result=Consent, status=201, refusals=(409,))
def create(client_id: int) -> Response:
    """Enter a consent or an opt-out

    Of each channel and purpose the latest said holds, by `at`. `unknown` takes back what was entered by
    mistake.
    """
    given = json_body(ConsentFields)
    return answer_once(lambda tx: add_consent(tx, client_id, given), _created)


@blueprint.get("/<id:consent_id>")
@permit("clients.read")
@contract(result=Consent)
def get(client_id: int, consent_id: int) -> Response:
    """Get a consent or an opt-out"""
    return answers.data(read(get_consent, client_id, consent_id))


def _created(consent: Consent) -> Response:
    location = url_for("api_consents.get", client_id=consent.client_id, consent_id=consent.id)
    return answers.created(consent, location)
