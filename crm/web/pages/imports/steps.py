"""The steps between the upload and the confirmation: columns, problems, review."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.appliance.uploads import mend, remap
from crm.errors import Invalid
from crm.fields import parse_fields, whole_number
from crm.imports.fields import Correction, ImportMapping, ImportSettings
from crm.imports.import_row import Import, get_import
from crm.imports.imports import refuse_stale_import, remap_import
from crm.imports.preparing import Prepared, Wishes
from crm.imports.staging import READING
from crm.web.api.imports import desk
from crm.web.auth import permit
from crm.web.pages.imports.shown import REFUSED, ROWS, ProblemsQuery, ReviewQuery, Step, show_import
from crm.web.requests.forms import form_version
from crm.web.requests.option_fields import options_in
from crm.web.requests.reading import parse_address, read, write
from crm.web.requests.wrong_filters import show_despite
from crm.web.responses.toasts import say

blueprint = Blueprint("import_steps", __name__, url_prefix="/imports")
DETECTED = ("encoding", "delimiter", "sheet", "header_row", "date_order", "decimal")


@blueprint.get("/<id:import_id>/problems")
@permit("clients.import")
def show_problems(import_id: int) -> ResponseReturnValue:
    found = read(get_import, import_id, with_problems=False)
    return show_despite(ProblemsQuery, lambda _wanted: show_import(found, "problems"))


@blueprint.get("/<id:import_id>/review")
@permit("clients.import")
def show_review(import_id: int) -> ResponseReturnValue:
    found = read(get_import, import_id, with_problems=False)
    return show_despite(ReviewQuery, lambda _wanted: show_import(found, "review"))


@blueprint.post("/<id:import_id>/mapping")
@permit("clients.import")
def change_mapping(import_id: int) -> ResponseReturnValue:
    """Of the columns and of the review, which has the choice for duplicates."""
    step = _step()
    try:
        found = _found(import_id)
        mapping = _mapping(found)
        if not _changes(found, mapping):
            return redirect(_next(found, step), 303)
        changed = _keep(found, *remap(desk(), found, mapping))
    except REFUSED as error:
        return show_import(read(get_import, import_id, with_problems=False), step, error)
    return redirect(_next(changed, step), 303)


@blueprint.post("/<id:import_id>/problems")
@permit("clients.import")
def mend_cells(import_id: int) -> ResponseReturnValue:
    """Cells that were typed anew, and rows to leave out, of one page of the list."""
    try:
        found = _found(import_id)
        corrections, left_out = _corrections(), _left_out(found)
        if corrections or left_out:
            _keep(found, *mend(desk(), found, corrections, left_out))
            say(_("Corrected and checked again."))
    except REFUSED as error:
        return show_import(read(get_import, import_id, with_problems=False), "problems", error)
    if request.form.get("go") == "review":
        return redirect(url_for("import_steps.show_review", import_id=import_id), 303)
    wanted = parse_address(ProblemsQuery, request.args.to_dict())
    after = {"next": wanted.after + ROWS, "previous": max(0, wanted.after - ROWS)}
    place = after.get(request.form.get("go", ""), 0 if corrections or left_out else wanted.after)
    address = url_for(
        "import_steps.show_problems", import_id=import_id, after=place or None, column=wanted.column
    )
    return redirect(address, 303)


def _found(import_id: int) -> Import:
    """Raises Stale if it has changed since the form was made."""
    found = read(get_import, import_id, with_problems=False)
    refuse_stale_import(found, form_version())
    return found


def _keep(found: Import, wishes: Wishes, prepared: Prepared | None) -> Import:
    return write(remap_import, found.id, wishes, prepared, expected_version=found.version)


def _step() -> Step:
    return "review" if request.form.get("step") == "review" else "columns"


def _next(found: Import, step: Step) -> str:
    """After the columns come the problems, if there are any, unless the file was only to be read anew."""
    if step == "columns" and request.form.get("go") == "read":
        return url_for("imports.show", import_id=found.id)
    if step == "columns" and (found.problem_count or found.state != "ready"):
        return url_for("import_steps.show_problems", import_id=found.id)
    return url_for("import_steps.show_review", import_id=found.id)


def _mapping(found: Import) -> ImportMapping:
    """Options that the form does not have stay. Columns of a file that is read anew are detected anew."""
    form = request.form
    options = _options(found, form)
    given: dict[str, Any] = {"options": options.model_dump()}
    same = all(found.options.get(name) == getattr(options, name) for name in (*READING, "records"))
    if same and any(f"field-{each['column']}" in form for each in found.columns):
        given["columns"] = [_column(form, each) for each in found.columns]
    return parse_fields(ImportMapping, given)


def _options(found: Import, form: Mapping[str, str]) -> ImportSettings:
    kept = {name: found.options.get(name) for name in ImportSettings.model_fields if name not in form}
    chosen = options_in({name: form[name] for name in ImportSettings.model_fields if name in form})
    return parse_fields(ImportSettings, {**chosen.model_dump(), **kept})


def _column(form: Mapping[str, str], column: Mapping[str, Any]) -> dict[str, Any]:
    """A label stays where the column becomes what it was."""
    field = form.get(f"field-{column['column']}", column["field"])
    label = column["label"] if field == column["field"] else ""
    return {"column": column["column"], "field": field, "label": label}


def _changes(found: Import, mapping: ImportMapping) -> bool:
    options = mapping.options.model_dump() if mapping.options else {}
    if any(found.options.get(name) != value for name, value in options.items()):
        return True
    fields = {each.column: each.field for each in mapping.columns or ()}
    return any(fields.get(each["column"], each["field"]) != each["field"] for each in found.columns)


def _corrections() -> list[Correction]:
    """Each cell is in the form twice: as it was, and as it is now. Raises Invalid."""
    return list(_changed_cells(request.form))


def _changed_cells(form: Mapping[str, str]) -> Iterator[Correction]:
    for name, text in form.items():
        if not name.startswith("cell-") or _on_one_line(form.get(f"was-{name}", "")) == _on_one_line(text):
            continue
        row, column = [whole_number(part) for part in name.removeprefix("cell-").partition("-")[::2]]
        if row is None or column is None:
            raise Invalid.field("corrections", "must name a row and a column")
        yield parse_fields(Correction, {"row": row, "column": column, "value": text})


def _on_one_line(text: str) -> str:
    """As a browser sends a field of one line, whatever was in it."""
    return text.replace("\r", "").replace("\n", "")


def _left_out(found: Import) -> dict[int, bool]:
    """Of the rows in the form, those whose box was changed."""
    before = set(found.options.get("left_out_rows", []))
    shown = {whole_number(text) for text in request.form.getlist("row")} - {None}
    marked = {whole_number(text) for text in request.form.getlist("leave_out")}
    return {row: row in marked for row in shown if row is not None and (row in marked) != (row in before)}
