"""The list of quotes."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.web.auth import permit
from crm.web.lists.page import show_list
from crm.web.lists.quote_list import QUOTE_LIST

blueprint = Blueprint("quotes", __name__, url_prefix="/quotes")


@blueprint.get("")
@permit("quotes.read")
def list_all() -> ResponseReturnValue:
    return show_list(QUOTE_LIST)
