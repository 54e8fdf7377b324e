"""/api/vehicles: the vehicles in stock."""

from flask import Blueprint, Response, url_for
from pydantic import Field

from crm.activity.timeline import Activity
from crm.catalogue.galleries import add_picture
from crm.catalogue.kind import VEHICLE
from crm.catalogue.stocking import return_vehicle
from crm.catalogue.vehicle import Vehicle, find_vehicle, get_vehicle
from crm.catalogue.vehicle_fields import VehicleChanges, VehicleFields, VehicleReturn
from crm.catalogue.vehicle_filters import SORTS, VehicleFilter
from crm.catalogue.vehicle_listing import count_vehicles, list_vehicles
from crm.catalogue.vehicle_trash import delete_vehicle, restore_vehicle
from crm.catalogue.vehicles import change_vehicle, create_vehicle
from crm.db.keyset import DEFAULT_LIMIT, MAX_LIMIT, Page
from crm.db.listing import Count
from crm.db.transaction import Transaction
from crm.errors import NotFound
from crm.files.files import File
from crm.records.bulk import Outcome
from crm.records.bulk_operations import operations_of
from crm.web.api.activities import TimelineQuery
from crm.web.api.files import FileQuery, add_file_to, files_of
from crm.web.auth import accepts_upload, permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import LONGEST_SORT, sorts_in_words
from crm.web.openapi.contract import contract
from crm.web.records.many import change_many_of
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.requests.uploads import received_file
from crm.web.responses import answers
from crm.web.responses.kept_lists import kept

blueprint = Blueprint("api_vehicles", __name__, url_prefix="/api/vehicles")


class VehicleListQuery(VehicleFilter):
    sort: str | None = Field(None, max_length=LONGEST_SORT, description=sorts_in_words(SORTS))
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(None, max_length=2000)


@blueprint.get("")
@permit("vehicles.read")
@contract(query=VehicleListQuery, result=Vehicle, many=True)
@kept
def list_all() -> Response:
    """List vehicles, newest first"""
    wanted = query(VehicleListQuery)
    found = read(list_vehicles, wanted, sort=wanted.sort, limit=wanted.limit, cursor=wanted.cursor)
    return answers.page(found)


@blueprint.get("/count")
@permit("vehicles.read")
@contract(query=VehicleFilter, result=Count)
@kept
def count() -> Response:
    """Count the vehicles that a list would show, up to 10,000"""
    return answers.data(read(count_vehicles, query(VehicleFilter)))


@blueprint.post("")
@permit("vehicles.write")
@contract(body=VehicleFields, result=Vehicle, status=201, refusals=(409,))
def create() -> Response:
    """Add a vehicle; only make, model and year are required"""
    given = json_body(VehicleFields)
    return answer_once(lambda tx: create_vehicle(tx, given, complete=True), _created)


@blueprint.post("/bulk")
@permit("vehicles.delete")
@contract(body=operations_of(VEHICLE), result=list[Outcome])
def change_many() -> Response:
    """Create, update, tag, delete and restore up to 1,000 vehicles: all or none"""
    return change_many_of(VEHICLE)


@blueprint.get("/<id:vehicle_id>")
@permit("vehicles.read")
@contract(result=Vehicle)
@kept
def get(vehicle_id: int) -> Response:
    """Get a vehicle"""
    return _answer(read(get_vehicle, vehicle_id))


@blueprint.put("/<id:vehicle_id>")
@permit("vehicles.write")
@contract(body=VehicleFields, result=Vehicle, refusals=(409, 412))
def replace(vehicle_id: int) -> Response:
    """Replace a vehicle; omitted fields get their defaults, except its numbers, status and pictures"""
    given = json_body(VehicleFields)
    return _answer(write(change_vehicle, vehicle_id, given, expected_version=expected_version()))


@blueprint.patch("/<id:vehicle_id>")
@permit("vehicles.write")
@contract(body=VehicleChanges, result=Vehicle, refusals=(409, 412))
def patch(vehicle_id: int) -> Response:
    """Change some fields of a vehicle; `status` goes between available and withdrawn"""
    given = json_body(VehicleChanges)
    return _answer(write(change_vehicle, vehicle_id, given, expected_version=expected_version()))


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
@contract(body=VehicleReturn, result=Vehicle, refusals=(409, 412))
def take_back(vehicle_id: int) -> Response:
    """Take a sold vehicle back into stock, with the reason"""
    given, version = json_body(VehicleReturn), expected_version()
    return answer_once(
        lambda tx: return_vehicle(tx, vehicle_id, given.reason, expected_version=version), _answer
    )


@blueprint.delete("/<id:vehicle_id>")
@permit("vehicles.delete")
@contract(status=204, refusals=(409, 412))
def delete(vehicle_id: int) -> Response:
    """Move a vehicle to the trash"""
    write(delete_vehicle, vehicle_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/<id:vehicle_id>/restore")
@permit("vehicles.delete")
@contract(result=Vehicle, refusals=(409, 412))
def restore(vehicle_id: int) -> Response:
    """Restore a vehicle from the trash"""
    version = expected_version()
    return answer_once(lambda tx: restore_vehicle(tx, vehicle_id, expected_version=version), _answer)


@blueprint.get("/<id:vehicle_id>/activities")
@permit("vehicles.read")
@contract(query=TimelineQuery, result=Activity, many=True)
def activities(vehicle_id: int) -> Response:
    """List the changes of a vehicle, newest first"""
    return answers.page(read(_activities_of, vehicle_id, query(TimelineQuery)))


@blueprint.get("/<id:vehicle_id>/files")
@permit("files.read")
@contract(query=FileQuery, result=File, many=True)
@kept
def list_files(vehicle_id: int) -> Response:
    """List the files of a vehicle, newest first"""
    return files_of("vehicle", vehicle_id)


@blueprint.post("/<id:vehicle_id>/files")
@permit("files.write")
@accepts_upload
@contract(upload=True, result=File, status=201, refusals=(409, 507))
def add_file(vehicle_id: int) -> Response:
    """Add a file to a vehicle"""
    return add_file_to("vehicle", vehicle_id)


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
            lambda tx: add_picture(tx, "vehicle", vehicle_id, upload), _created, content=content
        )


def _set_status(vehicle_id: int, status: str) -> Response:
    changes, version = VehicleChanges.model_validate({"status": status}), expected_version()
    return answer_once(lambda tx: change_vehicle(tx, vehicle_id, changes, expected_version=version), _answer)


def _activities_of(tx: Transaction, vehicle_id: int, wanted: TimelineQuery) -> Page[Activity]:
    """Also of a deleted vehicle."""
    if find_vehicle(tx, vehicle_id) is None:
        raise NotFound("There is no such vehicle.")
    return wanted.page(tx, "vehicle", vehicle_id)


def _created(vehicle: Vehicle) -> Response:
    address = url_for("api_vehicles.get", vehicle_id=vehicle.id)
    return answers.created(vehicle, address, version=vehicle.version)


def _answer(vehicle: Vehicle) -> Response:
    return answers.data(vehicle, version=vehicle.version)
