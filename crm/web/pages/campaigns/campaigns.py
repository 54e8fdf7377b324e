"""The list of campaigns."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.web.auth import permit
from crm.web.lists.campaign_list import CAMPAIGN_LIST
from crm.web.lists.page import show_list

blueprint = Blueprint("campaigns", __name__, url_prefix="/campaigns")


@blueprint.get("")
@permit("campaigns.read")
def list_all() -> ResponseReturnValue:
    return show_list(CAMPAIGN_LIST)
