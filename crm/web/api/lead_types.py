"""/api/lead-types: the lead types of the workspace."""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, request

from crm.db.keyset import Page
from crm.fields import Fields, name_key
from crm.leads.fields import TypeName
from crm.leads.lead_types import (
    add_lead_type,
    list_lead_types,
    list_removed_types,
    remove_lead_type,
    restore_lead_type,
)
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import DeletedQuery
from crm.web.openapi.contract import contract
from crm.web.requests.reading import json_body, query, read, write
from crm.web.responses import answers

blueprint = Blueprint("api_lead_types", __name__, url_prefix="/api/lead-types")


class NewLeadType(Fields):
    name: TypeName


@dataclass(frozen=True)
class LeadType:
    name: str


@blueprint.get("")
@permit("leads.read")
@contract(query=DeletedQuery, result=LeadType, many=True)
def list_all() -> Response:
    """List the lead types"""
    wanted = list_removed_types if query(DeletedQuery).deleted else list_lead_types
    return answers.page(Page([LeadType(name) for name in read(wanted)], None))


@blueprint.post("")
@permit("pipelines.manage")
@contract(body=NewLeadType, result=LeadType, status=201, refusals=(409,))
def create() -> Response:
    """Add a lead type"""
    given = json_body(NewLeadType)
    return answer_once(lambda tx: LeadType(add_lead_type(tx, given.name)), _created)


@blueprint.delete("/<path:name>")
@permit("pipelines.manage")
@contract(status=204, refusals=(409,))
def delete(name: str) -> Response:
    """Remove an own lead type that no lead uses; it can be restored"""
    write(remove_lead_type, name_key(name))
    return answers.no_content()


@blueprint.post("/<path:name>/restore")
@permit("pipelines.manage")
@contract(result=LeadType)
def restore(name: str) -> Response:
    """Restore a removed lead type"""
    return answer_once(lambda tx: LeadType(restore_lead_type(tx, name_key(name))), answers.data)


def _created(lead_type: LeadType) -> Response:
    return answers.created(
        lead_type, f"{request.script_root}/api/lead-types/{quote(lead_type.name, safe='')}"
    )
