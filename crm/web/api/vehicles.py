"""/api/vehicles: the vehicles in stock."""

from flask import Response

from crm.catalogue.galleries import add_picture
from crm.catalogue.kind import VEHICLE
from crm.catalogue.vehicle import Vehicle, get_vehicle
from crm.catalogue.vehicle_fields import VehicleChanges, VehicleReturn
from crm.catalogue.vehicles import change_vehicle
from crm.deals.returns import return_sold_vehicle
from crm.web.auth import accepts_upload, permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.records.api import RecordApi
from crm.web.records.api_views import api_blueprint
from crm.web.requests.reading import expected_version, json_body, read
from crm.web.requests.uploads import received_file

VEHICLES = RecordApi(
    kind=VEHICLE,
    record=Vehicle,
    listed=Vehicle,
    keeps=True,
    views={
        "list_all": "List vehicles, newest first",
        "count": "Count the vehicles that a list would show, up to 10,000",
        "create": "Add a vehicle; only make, model and year are required",
        "change_many": "Create, update, tag, delete and restore up to 1,000 vehicles: all or none",
        "get": "Get a vehicle",
        "replace": (
            "Replace a vehicle; omitted fields get their defaults, except its numbers, status and pictures"
        ),
        "patch": "Change some fields of a vehicle; `status` goes between available and withdrawn",
        "delete": "Move a vehicle to the trash",
        "restore": "Restore a vehicle from the trash",
        "activities": "List the changes of a vehicle, newest first",
        "list_files": "List the files of a vehicle, newest first",
        "add_file": "Add a file to a vehicle",
    },
)
blueprint = api_blueprint(VEHICLES)


@blueprint.post("/<id:vehicle_id>/withdraw")
@permit("vehicles.write")
@contract(result=Vehicle, refusals=(412,))
def withdraw(vehicle_id: int) -> Response:
    """Withdraw an available vehicle from sale"""
    return _set_status(vehicle_id, "withdrawn")


@blueprint.post("/<id:vehicle_id>/offer")
@permit("vehicles.write")
@contract(result=Vehicle, refusals=(412,))
def offer(vehicle_id: int) -> Response:
    """Offer a withdrawn vehicle for sale"""
    return _set_status(vehicle_id, "available")


@blueprint.post("/<id:vehicle_id>/return")
@permit("vehicles.write")
@contract(body=VehicleReturn, result=Vehicle, refusals=(403, 409, 412))
def take_back(vehicle_id: int) -> Response:
    """Take a sold vehicle back into stock, with the reason; the deal that sold it is returned with it"""
    given, version = json_body(VehicleReturn), expected_version()
    return answer_once(
        lambda tx: return_sold_vehicle(tx, vehicle_id, given.reason, expected_version=version),
        VEHICLES.answer,
    )


@blueprint.post("/<id:vehicle_id>/pictures")
@permit("vehicles.write")
@accepts_upload
@contract(upload=True, result=Vehicle, status=201, refusals=(409, 507))
def upload_picture(vehicle_id: int) -> Response:
    """Add a picture to a vehicle, after the others; `picture_ids` sets their order"""
    read(get_vehicle, vehicle_id)
    with received_file() as upload:
        content = f"{upload.name}\n{upload.sha256}"
        return answer_once(
            lambda tx: add_picture(tx, "vehicle", vehicle_id, upload), VEHICLES.created, content=content
        )


def _set_status(vehicle_id: int, status: str) -> Response:
    changes, version = VehicleChanges.model_validate({"status": status}), expected_version()
    return answer_once(
        lambda tx: change_vehicle(tx, vehicle_id, changes, expected_version=version), VEHICLES.answer
    )
