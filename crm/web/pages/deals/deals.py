"""The list of deals."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.web.auth import permit
from crm.web.lists.deal_list import DEAL_LIST
from crm.web.lists.page import show_list

blueprint = Blueprint("deals", __name__, url_prefix="/deals")


@blueprint.get("")
@permit("deals.read")
def list_all() -> ResponseReturnValue:
    return show_list(DEAL_LIST)
