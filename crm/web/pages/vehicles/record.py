"""The page of a vehicle: facts, pictures, deals, tasks, files and timeline; its state is changed in place."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.catalogue.kind import VEHICLE
from crm.catalogue.vehicle import Vehicle
from crm.catalogue.vehicle_fields import VehicleChanges, VehicleReturn
from crm.catalogue.vehicles import change_vehicle
from crm.db.transaction import Transaction
from crm.deals.deal_filters import DealFilter
from crm.deals.deal_listing import list_deals
from crm.deals.returns import return_sold_vehicle
from crm.errors import Conflict, Forbidden, Invalid, Stale
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.records.page import RecordPage, record_blueprint
from crm.web.records.pictures import add_pictures
from crm.web.requests.forms import form_version
from crm.web.requests.reading import write
from crm.web.responses.toasts import complain, say
from crm.web.words.fields import sentence_of

MOST_DEALS = 20


def _more(tx: Transaction, vehicle: Vehicle) -> dict[str, Any]:
    """Its deals, the newest first."""
    return {"deals": list_deals(tx, DealFilter(vehicle_id=vehicle.id), limit=MOST_DEALS).rows}


blueprint = record_blueprint(RecordPage(VEHICLE, "vehicles/record.html", _more))
add_pictures(blueprint, VEHICLE, "vehicle")


@blueprint.post("/status")
@permit("vehicles.write")
def change_status(vehicle_id: int) -> ResponseReturnValue:
    """To available or withdrawn."""
    changes = parse_fields(VehicleChanges, {"status": request.form.get("status", "")})
    return _done(vehicle_id, change_vehicle, changes)


@blueprint.post("/return")
@permit("vehicles.write")
def take_back(vehicle_id: int) -> ResponseReturnValue:
    """A sold vehicle, with the reason."""
    try:
        given = parse_fields(VehicleReturn, {"reason": request.form.get("reason", "")})
    except Invalid as error:
        complain(sentence_of(error))
        return _back(vehicle_id)
    return _done(vehicle_id, return_sold_vehicle, given.reason)


def _done(vehicle_id: int, operation: Any, *given: Any) -> Response:
    try:
        write(operation, vehicle_id, *given, expected_version=form_version())
    except Stale:
        complain(_("Somebody else changed it in the meantime. This is the current version."))
    except (Invalid, Conflict, Forbidden) as error:
        complain(sentence_of(error))
    else:
        say(_("Saved"))
    return _back(vehicle_id)


def _back(vehicle_id: int) -> Response:
    return redirect(url_for("vehicle_record.show", vehicle_id=vehicle_id), 303)
