"""/api/kpis/files: files of daily figures: upload, map, confirm, cancel."""

from contextlib import closing

import orjson
from flask import Blueprint, Response, request, url_for
from pydantic import Field

from crm.appliance.report_files import discard_report, keep_report
from crm.appliance.uploads import Desk
from crm.campaigns.fields import SourceName
from crm.db.keyset import Page
from crm.errors import Invalid
from crm.fields import parse_fields, whole_number
from crm.imports.advertising.report_file import ReportFile, get_report_file, list_report_files
from crm.imports.advertising.report_files import (
    cancel_report_file,
    confirm_report_file,
    create_report_file,
    map_report_file,
)
from crm.imports.advertising.wishes import ReportOptions
from crm.imports.advertising.working import work_on_report_file
from crm.web.auth import accepts_import, permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import PageQuery
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.requests.uploads import given_file
from crm.web.responses import answers
from crm.web.sessions.identity import actor, database, settings

blueprint = Blueprint("api_report_files", __name__, url_prefix="/api/kpis/files")
WORK_SECONDS = 20.0
SMALL = 8 * 1024 * 1024
LONGEST_COLUMNS = 10_000


class ReportUpload(ReportOptions):
    """Whose figures the file has, and how to read it. In a form `columns` is an object in JSON."""

    source: SourceName = Field(description="Such as google_ads, meta_ads, tiktok_ads, yandex_direct or ga4")


class ReportFilesQuery(PageQuery):
    limit: int = Field(25, ge=1, le=100)


@blueprint.post("")
@permit("campaigns.write")
@accepts_import
@contract(upload=True, beside=ReportUpload, result=ReportFile, status=201, refusals=(409, 507))
def create() -> Response:
    """Upload a file of daily figures; nothing is collected before you confirm it

    Exports of Google Ads, Meta, TikTok, Yandex Direct and Google Analytics are known; for any other table
    say which columns are which.
    """
    with closing(given_file(frozenset(ReportUpload.model_fields))) as file:
        given = given_report()
        upload = keep_report(desk(), file.stream, file.filename or "")
    options = ReportOptions(**given.model_dump(exclude={"source"}))
    try:
        response = answer_once(
            lambda tx: create_report_file(tx, upload, given.source, options),
            _created,
            content=f"{upload.name}\n{upload.sha256}\n{given.model_dump_json()}",
        )
    except BaseException:
        discard_report(settings(), upload)
        raise
    return _worked_on(int(response.get_json()["data"]["id"]), response, created=True)


@blueprint.get("")
@permit("campaigns.read")
@contract(query=ReportFilesQuery, result=ReportFile, many=True)
def list_all() -> Response:
    """List the files of daily figures, newest first"""
    wanted = query(ReportFilesQuery)
    before = _number_in(wanted.cursor) if wanted.cursor else None
    found = read(list_report_files, limit=wanted.limit + 1, before=before)
    rows = found[: wanted.limit]
    return answers.page(Page(rows, str(rows[-1].id) if len(found) > len(rows) else None))


@blueprint.get("/<id:file_id>")
@permit("campaigns.read")
@contract(result=ReportFile)
def get(file_id: int) -> Response:
    """Get a file: its state, sums, problems by row, and what was new, changed and unchanged"""
    return _answer(read(get_report_file, file_id))


@blueprint.put("/<id:file_id>/mapping")
@permit("campaigns.write")
@contract(body=ReportOptions, result=ReportFile, refusals=(409, 412))
def change_mapping(file_id: int) -> Response:
    """Say which columns are which, and how to read the file; it is remembered for the same headers"""
    options, version = json_body(ReportOptions), expected_version()
    write(map_report_file, file_id, options, expected_version=version)
    work_on_small(read(get_report_file, file_id))
    return _answer(read(get_report_file, file_id))


@blueprint.post("/<id:file_id>/confirm")
@permit("campaigns.write")
@contract(result=ReportFile, refusals=(409, 412))
def confirm(file_id: int) -> Response:
    """Collect the figures: up to 10,000 rows before the answer, more in the background, in whole pieces"""
    version = expected_version()
    response = answer_once(lambda tx: confirm_report_file(tx, file_id, expected_version=version), _answer)
    return _worked_on(file_id, response)


@blueprint.post("/<id:file_id>/cancel")
@permit("campaigns.write")
@contract(result=ReportFile, refusals=(409, 412))
def cancel(file_id: int) -> Response:
    """Collect no more of the file; whole pieces that are in stay"""
    version = expected_version()
    return answer_once(lambda tx: cancel_report_file(tx, file_id, expected_version=version), _answer)


def desk() -> Desk:
    return Desk(database(), settings(), actor())


def given_report() -> ReportUpload:
    """The form fields beside the file. Raises Invalid."""
    given: dict[str, object] = {
        name: request.form[name] for name in ReportUpload.model_fields if request.form.get(name)
    }
    if "columns" in given:
        try:
            given["columns"] = orjson.loads(str(given["columns"])[:LONGEST_COLUMNS])
        except orjson.JSONDecodeError:
            raise Invalid.field("columns", "must be an object in JSON") from None
    return parse_fields(ReportUpload, given)


def work_on_small(found: ReportFile) -> None:
    """Before the answer, if that is soon done; the worker does the rest."""
    if found.size <= SMALL and found.pieces <= 1:
        work_on_report_file(database(), settings(), actor(), found.id, WORK_SECONDS)


def _worked_on(file_id: int, response: Response, *, created: bool = False) -> Response:
    """An answer stored for repeats is not changed."""
    work_on_small(read(get_report_file, file_id))
    if "Idempotency-Key" in request.headers:
        return response
    found = read(get_report_file, file_id)
    return _created(found) if created else _answer(found)


def _number_in(cursor: str) -> int:
    number = whole_number(cursor)
    if number is None or not 0 < number < 2**53:
        raise Invalid.field("cursor", "is not a cursor of this list")
    return number


def _created(found: ReportFile) -> Response:
    location = url_for("api_report_files.get", file_id=found.id)
    return answers.created(found, location, version=found.version)


def _answer(found: ReportFile) -> Response:
    return answers.data(found, version=found.version)
