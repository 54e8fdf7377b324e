"""The pages of boats and their API."""

from flask import Blueprint, Response, url_for
from pydantic import Field

from crm.records.bulk import Outcome
from crm.records.bulk_operations import operations_of
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
from crm.web.records.many import change_many_of
from crm.web.records.page import RecordPage, record_blueprint
from crm.web.requests.reading import json_body, query, read, write
from crm.web.responses import answers
from tests.kinds.boats.boats import (
    Boat,
    BoatChanges,
    BoatFields,
    BoatFilter,
    change_boat,
    create_boat,
    delete_boat,
    get_boat,
    list_boats,
    restore_boat,
)
from tests.kinds.boats.kind import BOAT
from tests.kinds.boats.words import BoatAddress

BOAT_LIST = ListPage(
    kind=BOAT,
    address=BoatAddress,
    folder="boats",
    filters=(),
    columns=lambda _wanted: [],
    usual=lambda: [("All", "target", {})],
    choices=lambda _tx, _wanted, _extras: {},
)
FORM = RecordForm(
    kind=BOAT,
    entries={"name": TEXT, "plate": TEXT, "client_id": NUMBER, "tags": WORDS},
    template="boats/form.html",
    model=BoatChanges,
    change=change_boat,
    options=lambda _boat, _values, _error: {},
    creation=Creation(model=BoatFields, create=create_boat),
)
BAR = Bar(
    BOAT,
    BoatAddress,
    counted=lambda count: f"{count} boats",
    changed=lambda count: f"{count} boats changed.",
    restored=lambda count: f"{count} boats are back.",
    trashed=lambda count: f"{count} boats are in the trash.",
)

pages = Blueprint("boats", __name__, url_prefix="/boats", template_folder="templates")
pages.add_url_rule("", "list_all", permit("boats.read")(lambda: show_list(BOAT_LIST)))
trash = trash_blueprint(BOAT_LIST)
record = record_blueprint(RecordPage(BOAT, "boats/record.html"))
api = Blueprint("api_boats", __name__, url_prefix="/api/boats")
BLUEPRINTS = (pages, trash, record, form_blueprint(FORM), files_blueprint(BOAT), bulk_blueprint(BAR), api)


class BoatQuery(PageQuery):
    q: str | None = Field(None, max_length=200)
    tag: str | None = Field(None, max_length=50)
    deleted: bool = False


@api.get("")
@permit("boats.read")
@contract(query=BoatQuery, result=Boat, many=True)
def list_some() -> Response:
    wanted = query(BoatQuery)
    asked = BoatFilter(q=wanted.q, tag=wanted.tag, deleted=wanted.deleted)
    return answers.page(read(list_boats, asked, limit=wanted.limit, cursor=wanted.cursor))


@api.post("")
@permit("boats.write")
@contract(body=BoatFields, result=Boat, status=201)
def create() -> Response:
    boat = write(create_boat, json_body(BoatFields))
    return answers.created(boat, url_for("api_boats.get", boat_id=boat.id), version=1)


@api.post("/bulk")
@permit("boats.delete")
@contract(body=operations_of(BOAT), result=list[Outcome])
def change_many() -> Response:
    return change_many_of(BOAT)


@api.get("/<id:boat_id>")
@permit("boats.read")
@contract(result=Boat)
def get(boat_id: int) -> Response:
    return answers.data(read(get_boat, boat_id))


@api.patch("/<id:boat_id>")
@permit("boats.write")
@contract(body=BoatChanges, result=Boat)
def patch(boat_id: int) -> Response:
    return answers.data(write(change_boat, boat_id, json_body(BoatChanges)))


@api.delete("/<id:boat_id>")
@permit("boats.delete")
@contract(status=204)
def delete(boat_id: int) -> Response:
    write(delete_boat, boat_id)
    return answers.no_content()


@api.post("/<id:boat_id>/restore")
@permit("boats.delete")
@contract(result=Boat)
def restore(boat_id: int) -> Response:
    return answers.data(write(restore_boat, boat_id))


@api.get("/<id:boat_id>/timeline")
@permit("boats.read")
@contract(query=ApiTimelineQuery, many=True, result=dict)
def show_timeline(boat_id: int) -> Response:
    return answers.page(read(query(ApiTimelineQuery).page, "boat", boat_id))


@api.get("/<id:boat_id>/files")
@permit("files.read")
def list_files(boat_id: int) -> Response:
    return files_of("boat", boat_id)


@api.post("/<id:boat_id>/files")
@permit("files.write")
@accepts_upload
def add_file(boat_id: int) -> Response:
    return add_file_to("boat", boat_id)
