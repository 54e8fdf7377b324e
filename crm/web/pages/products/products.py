"""The list of products and services."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.web.auth import permit
from crm.web.lists.page import show_list
from crm.web.lists.product_list import PRODUCT_LIST
from crm.web.requests.picking import show_options

blueprint = Blueprint("products", __name__, url_prefix="/products")


@blueprint.get("")
@permit("products.read")
def list_all() -> ResponseReturnValue:
    return show_list(PRODUCT_LIST)


@blueprint.get("/suggest")
@permit("products.read")
def suggest() -> str:
    """The options of a picker of active products."""
    return show_options("product")
