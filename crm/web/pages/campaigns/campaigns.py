"""The list of campaigns."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.web.auth import permit
from crm.web.lists.campaign_list import CAMPAIGN_LIST
from crm.web.lists.page import show_list
from crm.web.requests.picking import show_options

blueprint = Blueprint("campaigns", __name__, url_prefix="/campaigns")


@blueprint.get("")
@permit("campaigns.read")
def list_all() -> ResponseReturnValue:
    return show_list(CAMPAIGN_LIST)


@blueprint.get("/suggest")
@permit("campaigns.read")
def suggest() -> str:
    """The options of a picker of campaigns."""
    return show_options("campaign")
