"""/api/lead-types: the kinds of lead that the workspace tells apart."""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, request

from crm.db.keyset import Page
from crm.fields import Fields, name_key
from crm.leads.fields import TypeName
from crm.leads.lead_types import add_lead_type, list_lead_types, remove_lead_type
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.requests.reading import json_body, read, write
from crm.web.responses import answers

blueprint = Blueprint("api_lead_types", __name__, url_prefix="/api/lead-types")


class NewLeadType(Fields):
    name: TypeName


@dataclass(frozen=True, slots=True)
class LeadType:
    name: str


@blueprint.get("")
@permit("leads.read")
@contract(result=LeadType, many=True)
def list_all() -> Response:
    """List the types of lead"""
    return answers.page(Page([LeadType(name) for name in read(list_lead_types)], None))


@blueprint.post("")
@permit("pipelines.manage")
@contract(body=NewLeadType, result=LeadType, status=201, refusals=(409,))
def create() -> Response:
    """Add a type of the workspace's own"""
    given = json_body(NewLeadType)
    return answer_once(lambda tx: LeadType(add_lead_type(tx, given.name)), _created)


@blueprint.delete("/<path:name>")
@permit("pipelines.manage")
@contract(status=204, refusals=(409,))
def delete(name: str) -> Response:
    """Remove a type of the workspace's own that no lead bears"""
    write(remove_lead_type, name_key(name))
    return answers.no_content()


def _created(lead_type: LeadType) -> Response:
    return answers.created(
        lead_type, f"{request.script_root}/api/lead-types/{quote(lead_type.name, safe='')}"
    )
