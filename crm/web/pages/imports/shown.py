"""How an import is shown: its step while it is not confirmed, then its progress and its report."""

from collections.abc import Mapping
from typing import Any, Literal

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field

from crm.errors import Busy, Conflict, CrmError, Full, Invalid, TooLarge
from crm.imports.custom_columns import custom_targets
from crm.imports.entry import OUTCOMES, RowResult
from crm.imports.import_row import Import
from crm.imports.preparing import wishes_of
from crm.imports.problems import count_by_column, list_problems
from crm.imports.progress import find_job
from crm.imports.reading.encodings import KNOWN
from crm.imports.review import reviewed_rows
from crm.imports.staging import rows_folder
from crm.web.errors import status_of
from crm.web.i18n import worded
from crm.web.kinds.known import known_kinds, known_words
from crm.web.requests.forms import is_fragment, refusal
from crm.web.requests.reading import parse_address, read
from crm.web.sessions.identity import settings
from crm.web.words import imports as words
from crm.web.words.names import read_names

Step = Literal["columns", "problems", "review"]
REFUSED = (Invalid, TooLarge, Full, Busy, Conflict)
ROWS = 50
EXAMPLES = 3
PREVIEWED = 8


class PlaceQuery(BaseModel):
    """`after` is where the page of a list begins."""

    model_config = ConfigDict(extra="forbid")

    after: int = Field(0, ge=0, lt=2**53)


class ProblemsQuery(PlaceQuery):
    """`column` counts from 0; -1 are the problems of whole rows."""

    column: int | None = Field(None, ge=-1, lt=1_000)


class ReviewQuery(PlaceQuery):
    outcome: RowResult | None = None


def show_import(found: Import, step: Step, error: CrmError | None = None) -> ResponseReturnValue:
    """A fragment for a page that waits; once there is nothing to wait for, that page is loaded anew."""
    working = found.state in words.WORKING
    if is_fragment() and error is None:
        answer = make_response(render_template("imports/progress.html", **_common(found, None)))
        if not working:
            answer.headers["HX-Refresh"] = "true"
        return answer
    values = _common(found, error)
    if found.state == "ready":
        values |= STEPS[step](found)
        page = render_template(f"imports/{step}.html", step=step, **values)
    else:
        values |= {} if working else _problems(found)
        page = render_template("imports/ended.html" if not working else "imports/working.html", **values)
    return page, 200 if error is None else status_of(error)


def _common(found: Import, error: CrmError | None) -> dict[str, Any]:
    return {
        "item": found,
        "plan": found.plan or {},
        "seen": found.detected or {},
        "states": words.STATES,
        "outcomes": words.OUTCOMES,
        "skipped_labels": words.SKIPPED,
        "left_out_rows": set(found.options.get("left_out_rows", [])),
        "here": _here,
        "record_address": _record_address,
        "is_described": found.records in known_kinds().imported,
        "kinds_choices": [each[:2] for each in words.choices_of_records(known_kinds())],
        "worded": worded,
        **refusal(error),
        "column_errors": _column_errors(error),
        "typed": request.form if error is not None else {},
    }


def _here(**query: object) -> str:
    """This page with another part of its list."""
    return url_for(request.endpoint or "", **{**(request.view_args or {}), **query})


def _record_address(records: str, record_id: int) -> str:
    """Empty for a record without a page."""
    words = known_words().by_name[_kind_of(records)]
    return words.address_of(record_id) if words.record is not None else ""


def _kind_of(records: str) -> str:
    return known_kinds().entity_of(records)


def _column_errors(error: CrmError | None) -> dict[int, str]:
    """`columns.3.field` is the error of column 3."""
    problems = error.problems if isinstance(error, Invalid) else ()
    parts = [(each.field.split("."), worded(each.message)) for each in problems]
    return {int(path[1]): text for path, text in parts if path[0] == "columns" and len(path) > 1}


def _columns(found: Import) -> dict[str, Any]:
    seen = found.detected or {}
    rows: list[list[str]] = seen.get("sample", [])
    kind = known_kinds().imported.get(found.records)
    return {
        "groups": words.field_groups(found.records, kind, read(custom_targets, found.records, kind)),
        "examples": {each["column"]: _examples(rows, each["column"]) for each in found.columns},
        "preview": rows[:PREVIEWED],
        "read_as": words.read_as(seen),
        "encodings": [(name, name) for name in KNOWN],
        "sheets": [(name, name) for name in seen.get("sheets", [])],
    }


def _examples(rows: list[list[str]], column: int) -> list[str]:
    """The first different values."""
    values = (row[column].strip() for row in rows if column < len(row))
    return [value for value in dict.fromkeys(values) if value][:EXAMPLES]


def _problems(found: Import) -> dict[str, Any]:
    wanted = parse_address(ProblemsQuery, request.args.to_dict())
    shown = read(list_problems, found.id, limit=ROWS + 1, after=wanted.after, column=wanted.column)
    return {
        "problems": shown[:ROWS],
        "more": len(shown) > ROWS,
        "after": wanted.after,
        "column": wanted.column,
        "by_column": read(count_by_column, found.id),
        "rows": ROWS,
    }


def _review(found: Import) -> dict[str, Any]:
    wanted = parse_address(ReviewQuery, request.args.to_dict())
    plan = found.plan or {}
    first: RowResult = next((each for each in OUTCOMES if plan.get(each)), "created")
    outcome = wanted.outcome or first
    rows, after = reviewed(found, outcome, wanted.after)
    return {
        "outcome": outcome,
        "rows": rows,
        "after": after,
        "first": wanted.after == 0,
        "existing": _existing(found, rows),
        "new_labels": words.NEW,
    }


def reviewed(found: Import, outcome: RowResult, place: int) -> tuple[list[dict[str, Any]], int | None]:
    """Up to a page of the rows with that outcome, and where the next page begins."""
    job = read(find_job, found.id)
    name = (found.plan or {}).get("review")
    if job is None or not name:
        return [], None
    folder = rows_folder(settings(), job.folder, wishes_of(found.options, None).options)
    return reviewed_rows(folder, name, outcome, place=place, limit=ROWS)


def _existing(found: Import, rows: list[dict[str, Any]]) -> Mapping[int, str]:
    """The names of the records that rows are about."""
    kind = _kind_of(found.records)
    ids = {(kind, row["existing_id"]) for row in rows if row["existing_id"]}
    return read(read_names, ids).get(kind, {})


STEPS = {"columns": _columns, "problems": _problems, "review": _review}
