"""/api/imports: import clients and leads from a file: upload, map, check, confirm, undo."""

from contextlib import closing

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from crm.appliance.import_pieces import AT_ONCE
from crm.appliance.imports import work_on
from crm.appliance.uploads import Desk, discard, receive, remap
from crm.db.keyset import Page
from crm.errors import Invalid
from crm.imports.fields import ImportMapping, ImportSettings
from crm.imports.import_row import Import, get_import, list_imports
from crm.imports.imports import (
    begin_undoing,
    confirm_import,
    create_import,
    refuse_stale_import,
    remap_import,
)
from crm.web.auth import accepts_import, permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import PageQuery
from crm.web.openapi.contract import contract
from crm.web.requests.option_fields import options_in
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.requests.uploads import given_file
from crm.web.responses import answers
from crm.web.sessions.identity import actor, database, settings

blueprint = Blueprint("api_imports", __name__, url_prefix="/api/imports")
WORK_SECONDS = 20.0


class ImportsQuery(PageQuery):
    limit: int = Field(25, ge=1, le=100)


@blueprint.post("")
@permit("clients.import")
@accepts_import
@contract(upload=True, beside=ImportSettings, result=Import, status=201, refusals=(409, 507))
def create() -> Response:
    """Upload a file of clients or leads; nothing is imported before you confirm it"""
    with closing(given_file(frozenset({*ImportSettings.model_fields, "options"}))) as file:
        options = options_in(request.form)
        upload, wishes, prepared = receive(desk(), file.stream, file.filename or "", options)
    try:
        return answer_once(
            lambda tx: create_import(tx, upload, wishes, prepared),
            _created,
            content=f"{upload.name}\n{upload.sha256}\n{wishes.as_json()}",
        )
    except BaseException:
        discard(settings(), upload)
        raise


@blueprint.get("")
@permit("clients.import")
@contract(query=ImportsQuery, result=Import, many=True)
def list_all() -> Response:
    """List imports, newest first, without their problems"""
    wanted = query(ImportsQuery)
    before = _number_in(wanted.cursor) if wanted.cursor else None
    found = read(list_imports, limit=wanted.limit + 1, before=before)
    rows = found[: wanted.limit]
    return answers.page(Page(rows, str(rows[-1].id) if len(found) > len(rows) else None))


@blueprint.get("/<id:import_id>")
@permit("clients.import")
@contract(result=Import)
def get(import_id: int) -> Response:
    """Get an import: its state, counts, columns and first problems"""
    return _answer(read(get_import, import_id))


@blueprint.put("/<id:import_id>/mapping")
@permit("clients.import")
@contract(body=ImportMapping, result=Import, refusals=(409, 412))
def change_mapping(import_id: int) -> Response:
    """Change the mapping of columns, the reading options and single cells; the file is checked again"""
    mapping, version = json_body(ImportMapping), expected_version()
    found = read(get_import, import_id)
    refuse_stale_import(found, version)
    wishes, prepared = remap(desk(), found, mapping)
    return _answer(write(remap_import, import_id, wishes, prepared, expected_version=found.version))


@blueprint.post("/<id:import_id>/confirm")
@permit("clients.import")
@contract(result=Import, refusals=(409, 412))
def confirm(import_id: int) -> Response:
    """Import the rows: up to 2,000 before the answer, more in the background"""
    version = expected_version()
    response = answer_once(lambda tx: confirm_import(tx, import_id, version), _answer)
    return _worked_on(import_id, response)


@blueprint.post("/<id:import_id>/undo")
@permit("clients.import")
@contract(result=Import, refusals=(409,))
def undo(import_id: int) -> Response:
    """Undo the import, except records that were changed since; or discard an unconfirmed one"""
    return _worked_on(import_id, answer_once(lambda tx: begin_undoing(tx, import_id), _answer))


def desk() -> Desk:
    return Desk(database(), settings(), actor())


def _worked_on(import_id: int, response: Response) -> Response:
    """A small import is done before the answer. An answer stored for repeats is not changed."""
    found = read(get_import, import_id)
    if found.total <= AT_ONCE:
        work_on(database(), settings(), actor(), import_id, WORK_SECONDS)
    return response if "Idempotency-Key" in request.headers else _answer(read(get_import, import_id))


def _number_in(cursor: str) -> int:
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 18:
        raise Invalid.field("cursor", "is not a cursor of this list")
    return int(cursor)


def _created(found: Import) -> Response:
    location = url_for("api_imports.get", import_id=found.id)
    return answers.created(found, location, version=found.version)


def _answer(found: Import) -> Response:
    return answers.data(found, version=found.version)
