"""Collecting daily figures from files: upload, sums before saving, columns, progress, what was new."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from crm.appliance.report_files import discard_report, keep_report
from crm.errors import Busy, Conflict, CrmError, Full, Invalid, TooLarge
from crm.fields import parse_fields
from crm.imports.advertising.report_file import ReportFile, get_report_file, list_report_files
from crm.imports.advertising.report_files import (
    cancel_report_file,
    confirm_report_file,
    create_report_file,
    map_report_file,
)
from crm.imports.advertising.wishes import ReportOptions
from crm.web.api.report_files import ReportUpload, desk, given_report, work_on_small
from crm.web.auth import accepts_import, permit
from crm.web.errors import status_of
from crm.web.i18n import worded
from crm.web.requests.forms import form_version, is_fragment, refusal
from crm.web.requests.reading import read, write
from crm.web.requests.uploads import given_file
from crm.web.requests.wrong_filters import show_despite
from crm.web.responses.toasts import say
from crm.web.sessions.identity import settings
from crm.web.words import collections as words

blueprint = Blueprint("collections", __name__, url_prefix="/campaigns/collections")
SHOWN = 25
REFUSED = (Invalid, TooLarge, Full, Busy, Conflict)


class PlaceQuery(BaseModel):
    """`after` is where the page of the list begins."""

    model_config = ConfigDict(extra="forbid")

    after: int = Field(0, ge=0, lt=2**53)


@blueprint.get("")
@permit("campaigns.write")
def list_all() -> ResponseReturnValue:
    return show_despite(PlaceQuery, lambda wanted: _list(wanted.after))


@blueprint.post("")
@permit("campaigns.write")
@accepts_import
def create() -> ResponseReturnValue:
    try:
        with closing(given_file(frozenset(ReportUpload.model_fields))) as file:
            given = given_report()
            upload = keep_report(desk(), file.stream, file.filename or "")
    except REFUSED as error:
        return _list(0, error), status_of(error)
    options = ReportOptions(**given.model_dump(exclude={"source"}))
    try:
        made = write(create_report_file, upload, given.source, options)
    except BaseException:
        discard_report(settings(), upload)
        raise
    work_on_small(made)
    return redirect(url_for("collections.show", collection_id=made.id), 303)


@blueprint.get("/<id:collection_id>")
@permit("campaigns.write")
def show(collection_id: int) -> ResponseReturnValue:
    """A fragment for a page that waits; once there is nothing to wait for, that page is loaded anew."""
    found = read(get_report_file, collection_id)
    if not is_fragment():
        return _shown(found)
    answer = make_response(render_template("campaigns/collection_progress.html", **_values(found)))
    if found.state not in words.WORKING:
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.post("/<id:collection_id>/columns")
@permit("campaigns.write")
def choose_columns(collection_id: int) -> ResponseReturnValue:
    """Each column of the file has a field of the form, `column.0` and so on."""
    found = read(get_report_file, collection_id)
    headers = found.found.get("headers", [])
    chosen = {
        field: header
        for place, header in enumerate(headers)
        if (field := request.form.get(f"column.{place}", "")) and header
    }
    given = {name: request.form.get(name) or None for name in ("decimal", "order")}
    options = {**found.options, **given, "columns": chosen or None}
    return _change(
        collection_id,
        lambda: write(
            map_report_file,
            collection_id,
            parse_fields(ReportOptions, options),
            expected_version=form_version(),
        ),
    )


@blueprint.post("/<id:collection_id>/confirm")
@permit("campaigns.write")
def confirm(collection_id: int) -> ResponseReturnValue:
    return _change(
        collection_id, lambda: write(confirm_report_file, collection_id, expected_version=form_version())
    )


@blueprint.post("/<id:collection_id>/cancel")
@permit("campaigns.write")
def cancel(collection_id: int) -> ResponseReturnValue:
    answer = _change(collection_id, lambda: write(cancel_report_file, collection_id))
    say(_("Cancelled. Nothing more of the file is collected."))
    return answer


def _change(collection_id: int, operation: Callable[[], ReportFile]) -> ResponseReturnValue:
    try:
        found = operation()
    except REFUSED as error:
        return _shown(read(get_report_file, collection_id), error), status_of(error)
    work_on_small(found)
    return redirect(url_for("collections.show", collection_id=collection_id), 303)


def _shown(found: ReportFile, error: CrmError | None = None) -> str:
    return render_template("campaigns/collection.html", **_values(found), **refusal(error))


def _values(found: ReportFile) -> dict[str, Any]:
    chosen = {header: field for field, header in (found.options.get("columns") or {}).items()}
    chosen = chosen or {header: field for field, header in found.found.get("columns", {}).items()}
    return {
        "item": found,
        "told": found.found,
        "working": found.state in words.WORKING,
        "states": words.FILE_STATES,
        "figures": words.FIGURES,
        "reasons": words.REASONS,
        "fields": words.field_choices(),
        "chosen": chosen,
        "reason": worded,
        "names": dict(words.SOURCES),
    }


def _list(before: int, error: CrmError | None = None) -> str:
    found = read(list_report_files, limit=SHOWN + 1, before=before or None)
    return render_template(
        "campaigns/collections.html",
        items=found[:SHOWN],
        next=found[SHOWN - 1].id if len(found) > SHOWN else None,
        first=before == 0,
        states=words.FILE_STATES,
        names=dict(words.SOURCES),
        sources=words.SOURCES,
        most=settings().max_import_mb,
        given=request.form,
        **refusal(error),
    )
