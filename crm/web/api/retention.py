"""/api/retention: after how long records are erased by rule."""

from flask import Blueprint, Response

from crm.appliance.retention import Foreseen, Retention, change_retention, foresee, get_retention
from crm.db.keyset import Page
from crm.web.auth import permit
from crm.web.openapi.contract import contract
from crm.web.requests.reading import json_body, query, read, write
from crm.web.responses import answers

blueprint = Blueprint("api_retention", __name__, url_prefix="/api/retention")


@blueprint.get("")
@permit("clients.erase")
@contract(result=Retention)
def show() -> Response:
    """Show after how many days records are erased by rule; null: never"""
    return answers.data(read(get_retention).model_dump())


@blueprint.get("/preview")
@permit("clients.erase")
@contract(query=Retention, result=Foreseen, many=True)
def preview() -> Response:
    """List what such rules would erase now, without erasing it

    Each rule that is given, with a count up to 1,000 and the first 100 records.
    """
    return answers.page(Page(read(foresee, query(Retention)), None))


@blueprint.put("")
@permit("clients.erase")
@contract(body=Retention, result=Retention)
def change() -> Response:
    """Set the rules; a rule that is left out is switched off. The worker erases what is due from then on"""
    return answers.data(write(change_retention, json_body(Retention)).model_dump())
