"""The list of invoices."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.web.auth import permit
from crm.web.lists.invoice_list import INVOICE_LIST
from crm.web.lists.page import show_list

blueprint = Blueprint("invoices", __name__, url_prefix="/invoices")


@blueprint.get("")
@permit("invoices.read")
def list_all() -> ResponseReturnValue:
    return show_list(INVOICE_LIST)
