"""What a visitor of a web form is told whose submission was refused: by the words of the questions."""

from collections.abc import Mapping, Sequence

from flask import Response, jsonify, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from crm.errors import CrmError, FieldProblem, Invalid, TooLarge, TooMany
from crm.web.errors import headers_of, status_of
from crm.web.i18n import worded
from crm.web.pages.web_forms.drawing import DrawnQuestion
from crm.web.requests.body_limit import BODY_BYTES
from crm.web_forms.answers import AGREED


def labels_of(questions: Sequence[DrawnQuestion]) -> dict[str, str]:
    """What each field of the form is called, the consent among them."""
    return {**{each.name: each.label for each in questions}, AGREED: _("Consent")}


def typed_again(error: CrmError | None) -> MultiDict[str, str] | None:
    """What was sent, to be shown again; None where it is not to be read: it may be as large as files are."""
    if error is None or isinstance(error, TooLarge):
        return None
    if isinstance(error, TooMany) and (request.content_length or BODY_BYTES) >= BODY_BYTES:
        return None
    return request.form


def answer_data(error: CrmError, labels: Mapping[str, str] | None = None) -> Response:
    """Like the refusals of the API, which scripts read; `detail` is for people."""
    problems = error.problems if isinstance(error, Invalid) else ()
    said = {
        "title": "Refused",
        "status": status_of(error),
        "detail": "; ".join(_told(each, labels or {}) for each in problems) or worded(error.message),
        "errors": [{"field": each.field, "message": worded(each.message)} for each in problems],
    }
    response = jsonify(said)
    response.status_code, response.mimetype = status_of(error), "application/problem+json"
    response.headers.update(headers_of(error))
    return response


def _told(problem: FieldProblem, labels: Mapping[str, str]) -> str:
    return f"{labels.get(problem.field, problem.field)}: {worded(problem.message)}"
