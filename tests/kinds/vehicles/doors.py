"""The pages of vehicles and their API."""

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from crm.web.api.activities import TimelineQuery as ApiTimelineQuery
from crm.web.api.files import add_file_to, files_of
from crm.web.auth import accepts_upload, permit
from crm.web.lists.paging import PageQuery
from crm.web.lists.saved_views import read_tabs
from crm.web.openapi.contract import contract
from crm.web.requests.reading import json_body, query, read, write
from crm.web.responses import answers
from crm.web.words.timelines import TimelineQuery, read_record_timeline
from tests.kinds.vehicles.vehicles import (
    Vehicle,
    VehicleChanges,
    VehicleFields,
    VehicleFilter,
    change_vehicle,
    create_vehicle,
    delete_vehicle,
    find_vehicle,
    get_vehicle,
    list_vehicles,
    restore_vehicle,
)
from tests.kinds.vehicles.words import VehicleAddress

pages = Blueprint("vehicles", __name__, url_prefix="/vehicles", template_folder="templates")
api = Blueprint("api_vehicles", __name__, url_prefix="/api/vehicles")


@pages.get("")
@permit("vehicles.read")
def list_all() -> str:
    wanted = query(VehicleAddress)
    found = read(list_vehicles, VehicleFilter(**wanted.filters), limit=25, cursor=wanted.cursor)
    tabs = read(read_tabs, "vehicles", wanted, [("All", "target", {})])
    return render_template("vehicles/list.html", vehicles=found.rows, tabs=tabs)


@pages.get("/<id:vehicle_id>")
@permit("vehicles.read")
def show(vehicle_id: int) -> str:
    timeline = read(read_record_timeline, "vehicle", vehicle_id, query(TimelineQuery))
    vehicle = read(find_vehicle, vehicle_id)
    return render_template("vehicles/record.html", vehicle=vehicle, entries=timeline.entries)


@pages.post("/<id:vehicle_id>/delete")
@permit("vehicles.delete")
def delete_one(vehicle_id: int) -> ResponseReturnValue:
    write(delete_vehicle, vehicle_id)
    return redirect(url_for("vehicles.list_all"), 303)


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
