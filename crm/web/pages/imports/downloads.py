"""Files about imports: the problems of one, for a spreadsheet, and templates to fill in."""

import csv
import io
from collections.abc import Iterator

from flask import Blueprint, Response
from flask_babel import gettext as _

from crm.errors import NotFound
from crm.imports.described import records_known
from crm.imports.import_row import get_import
from crm.imports.problems import ImportProblem, list_problems
from crm.imports.template import template_csv, template_xlsx
from crm.web.auth import permit
from crm.web.i18n import worded
from crm.web.kinds.known import known_kinds
from crm.web.requests.reading import read

blueprint = Blueprint("import_downloads", __name__, url_prefix="/imports")
PAGE = 1_000
TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@blueprint.get("/<id:import_id>/problems.csv")
@permit("clients.import")
def download_problems(import_id: int) -> Response:
    found = read(get_import, import_id, with_problems=False)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow((_("Row"), _("Column"), _("Value"), _("Problem"), _("Row imported")))
    writer.writerows(_line(each) for each in _all_problems(found.id))
    answer = Response(("\ufeff" + out.getvalue()).encode(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="import-{found.id}-problems.csv"'
    return answer


@blueprint.get("/template/<records>/<form>")
@permit("clients.import")
def download_template(records: str, form: str) -> Response:
    """An empty file with the columns that most people need."""
    kinds = known_kinds()
    if records not in records_known(kinds) or form not in TYPES:
        raise NotFound("There is no such template.")
    make = template_csv if form == "csv" else template_xlsx
    content = make(records, kinds.imported.get(records))
    answer = Response(content, mimetype=TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{records}.{form}"'
    return answer


def _all_problems(import_id: int) -> Iterator[ImportProblem]:
    after = 0
    while page := read(list_problems, import_id, limit=PAGE, after=after):
        yield from page
        after += len(page)


def _line(problem: ImportProblem) -> tuple[object, ...]:
    """A spreadsheet would run what begins like a formula."""
    header, value = (_harmless(text) for text in (problem.header or "", problem.value))
    return problem.row, header, value, worded(problem.message), _("No") if problem.left_out else _("Yes")


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
