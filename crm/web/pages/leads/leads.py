"""The list of leads."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.web.auth import permit
from crm.web.lists.lead_list import LEAD_LIST
from crm.web.lists.page import show_list
from crm.web.requests.picking import show_options

blueprint = Blueprint("leads", __name__, url_prefix="/leads")


@blueprint.get("")
@permit("leads.read")
def list_all() -> ResponseReturnValue:
    return show_list(LEAD_LIST)


@blueprint.get("/suggest")
@permit("leads.read")
def suggest() -> str:
    """The options of a picker of open leads."""
    return show_options("lead")
