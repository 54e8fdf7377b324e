"""The inventory: the list of vehicles."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.web.auth import permit
from crm.web.lists.page import show_list
from crm.web.lists.vehicle_list import VEHICLE_LIST

blueprint = Blueprint("vehicles", __name__, url_prefix="/vehicles")


@blueprint.get("")
@permit("vehicles.read")
def list_all() -> ResponseReturnValue:
    return show_list(VEHICLE_LIST)
