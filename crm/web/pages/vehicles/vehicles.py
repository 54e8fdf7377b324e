"""The inventory: the list of vehicles."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from crm.catalogue.stock_report import report_stock
from crm.web.auth import permit
from crm.web.lists.page import show_list
from crm.web.lists.vehicle_list import VEHICLE_LIST
from crm.web.requests.picking import show_options
from crm.web.requests.reading import read_for_report
from crm.web.words.vehicles import AGES

blueprint = Blueprint("vehicles", __name__, url_prefix="/vehicles")


@blueprint.get("")
@permit("vehicles.read")
def list_all() -> ResponseReturnValue:
    return show_list(VEHICLE_LIST)


@blueprint.get("/ages")
@permit("vehicles.read")
def show_ages() -> str:
    """How long the stock has been there."""
    return render_template("vehicles/ages.html", report=read_for_report(report_stock), ages=AGES)


@blueprint.get("/suggest")
@permit("vehicles.read")
def suggest() -> str:
    """The options of a picker of available vehicles."""
    return show_options("vehicle")
