"""The pages of vehicles and their API."""

from flask import Blueprint, Response, url_for
from pydantic import Field

from crm.records.many import Records, usual_operation
from crm.web.api.activities import TimelineQuery as ApiTimelineQuery
from crm.web.api.files import add_file_to, files_of
from crm.web.auth import accepts_upload, permit
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.page import ListPage, show_list, trash_blueprint
from crm.web.lists.paging import PageQuery
from crm.web.openapi.contract import contract
from crm.web.records.entries import NUMBER, TEXT, WORDS
from crm.web.records.files import files_blueprint
from crm.web.records.form import Creation, RecordForm, form_blueprint
from crm.web.records.page import RecordPage, record_blueprint
from crm.web.records.removal import Removal, add_removal
from crm.web.requests.reading import json_body, query, read, write
from crm.web.responses import answers
from tests.kinds.vehicles.kind import VEHICLE
from tests.kinds.vehicles.vehicles import (
    Vehicle,
    VehicleChanges,
    VehicleFields,
    VehicleFilter,
    change_vehicle,
    create_vehicle,
    delete_vehicle,
    get_vehicle,
    list_vehicles,
    restore_vehicle,
    run_operation,
)
from tests.kinds.vehicles.words import VehicleAddress

VEHICLE_LIST = ListPage(
    kind=VEHICLE,
    address=VehicleAddress,
    folder="vehicles",
    filters=(),
    columns=lambda _wanted: [],
    usual=lambda: [("All", "target", {})],
    choices=lambda _tx, _wanted, _extras: {},
)
FORM = RecordForm(
    kind=VEHICLE,
    entries={"name": TEXT, "plate": TEXT, "client_id": NUMBER, "tags": WORDS},
    template="vehicles/form.html",
    model=VehicleChanges,
    change=change_vehicle,
    options=lambda _vehicle, _values, _error: {},
    creation=Creation(model=VehicleFields, create=create_vehicle),
)
REMOVAL = Removal(
    kind=VEHICLE,
    after=lambda _vehicle: url_for("vehicles.list_all"),
    at=lambda vehicle: url_for("vehicle_record.show", vehicle_id=vehicle.id),
)
BAR = Bar(
    Records(VEHICLE, usual_operation, run_operation),
    VehicleAddress,
    counted=lambda count: f"{count} vehicles",
    changed=lambda count: f"{count} vehicles changed.",
    restored=lambda count: f"{count} vehicles are back.",
    trashed=lambda count: f"{count} vehicles are in the trash.",
)

pages = Blueprint("vehicles", __name__, url_prefix="/vehicles", template_folder="templates")
pages.add_url_rule("", "list_all", permit("vehicles.read")(lambda: show_list(VEHICLE_LIST)))
trash = trash_blueprint(VEHICLE_LIST)
add_removal(trash, REMOVAL, "/<id:vehicle_id>", "vehicles.delete")
record = record_blueprint(RecordPage(VEHICLE, "vehicles/record.html"))
api = Blueprint("api_vehicles", __name__, url_prefix="/api/vehicles")
BLUEPRINTS = (pages, trash, record, form_blueprint(FORM), files_blueprint(VEHICLE), bulk_blueprint(BAR), api)


class VehicleQuery(PageQuery):
    q: str | None = Field(None, max_length=200)
    tag: str | None = Field(None, max_length=50)
    deleted: bool = False


@api.get("")
@permit("vehicles.read")
@contract(query=VehicleQuery, result=Vehicle, many=True)
def list_some() -> Response:
    wanted = query(VehicleQuery)
    asked = VehicleFilter(q=wanted.q, tag=wanted.tag, deleted=wanted.deleted)
    return answers.page(read(list_vehicles, asked, limit=wanted.limit, cursor=wanted.cursor))


@api.post("")
@permit("vehicles.write")
@contract(body=VehicleFields, result=Vehicle, status=201)
def create() -> Response:
    vehicle = write(create_vehicle, json_body(VehicleFields))
    return answers.created(vehicle, url_for("api_vehicles.get", vehicle_id=vehicle.id), version=1)


@api.get("/<id:vehicle_id>")
@permit("vehicles.read")
@contract(result=Vehicle)
def get(vehicle_id: int) -> Response:
    return answers.data(read(get_vehicle, vehicle_id))


@api.patch("/<id:vehicle_id>")
@permit("vehicles.write")
@contract(body=VehicleChanges, result=Vehicle)
def patch(vehicle_id: int) -> Response:
    return answers.data(write(change_vehicle, vehicle_id, json_body(VehicleChanges)))


@api.delete("/<id:vehicle_id>")
@permit("vehicles.delete")
@contract(status=204)
def delete(vehicle_id: int) -> Response:
    write(delete_vehicle, vehicle_id)
    return answers.no_content()


@api.post("/<id:vehicle_id>/restore")
@permit("vehicles.delete")
@contract(result=Vehicle)
def restore(vehicle_id: int) -> Response:
    return answers.data(write(restore_vehicle, vehicle_id))


@api.get("/<id:vehicle_id>/timeline")
@permit("vehicles.read")
@contract(query=ApiTimelineQuery, many=True, result=dict)
def show_timeline(vehicle_id: int) -> Response:
    return answers.page(read(query(ApiTimelineQuery).page, "vehicle", vehicle_id))


@api.get("/<id:vehicle_id>/files")
@permit("files.read")
def list_files(vehicle_id: int) -> Response:
    return files_of("vehicle", vehicle_id)


@api.post("/<id:vehicle_id>/files")
@permit("files.write")
@accepts_upload
def add_file(vehicle_id: int) -> Response:
    return add_file_to("vehicle", vehicle_id)
