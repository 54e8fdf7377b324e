"""Every failure in one shape: problem+json (RFC 9457) below /api/, a page elsewhere."""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from flask import Flask, Response, render_template
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.exceptions import NotFound as NoSuchPage

from crm.accounts.login import WrongCredentials
from crm.db.failures import IntegrityConflict
from crm.errors import (
    Busy,
    Conflict,
    CrmError,
    FieldProblem,
    Forbidden,
    Full,
    Invalid,
    Merged,
    NotFound,
    Quota,
    Stale,
    TooLarge,
    TooMany,
    WrongType,
)
from crm.web.connections.bodies import refusal_of as refusal_of_system
from crm.web.i18n import worded
from crm.web.requests.asking import asks_api
from crm.web.requests.body_limit import MEGABYTE
from crm.web.requests.present import g, request
from crm.web.requests.unreadable import REFUSAL, refusal_of
from crm.web.responses.merged import answer_merged
from crm.web.words.formats import counted

KEPT_HEADERS = frozenset({"Allow", "Content-Range", "Location", "Retry-After"})

log = structlog.get_logger("crm.web")

OPERATION = re.compile(r"operations\.(\d+)")


class Unauthorized(CrmError):
    """The request has no valid log-in, or no valid signature."""

    def __init__(
        self, message: str = "Log in, or send a valid token as `Authorization: Bearer TOKEN`."
    ) -> None:
        super().__init__(message)


class Malformed(CrmError):
    """The request could not be read at all."""


STATUS: dict[type[CrmError], int] = {
    Malformed: 400,
    Unauthorized: 401,
    WrongCredentials: 401,
    Forbidden: 403,
    NotFound: 404,
    Stale: 412,
    Conflict: 409,
    TooLarge: 413,
    WrongType: 415,
    Invalid: 422,
    TooMany: 429,
    Busy: 503,
    Full: 507,
}


def register_error_handlers(app: Flask) -> None:
    app.register_error_handler(CrmError, answer_refusal)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(ParseException, answer_unreadable)
    app.register_error_handler(OSError, answer_system_error)
    app.register_error_handler(Exception, answer_defect)


def status_of(error: CrmError) -> int:
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))


def answer_refusal(error: CrmError) -> Response:
    if isinstance(error, Invalid):
        return _answer_invalid(error)
    if isinstance(error, Merged) and request.method in {"GET", "HEAD"}:
        moved = answer_merged(error)
        if moved is not None:
            return moved
    extra: dict[str, object] = {}
    if isinstance(error, IntegrityConflict):
        log.warning("a constraint refused the change", detail=error.detail)
    if isinstance(error, Conflict):
        extra.update(error.extra)
        if error.problems:
            extra["errors"] = [_objection(problem) for problem in error.problems]
    return problem(status_of(error), worded(error.message), extra, headers_of(error))


def _answer_invalid(error: Invalid) -> Response:
    """The first problems, and how many more there are."""
    detail = worded(error.message)
    extra: dict[str, object] = {"errors": [_objection(problem) for problem in error.problems]}
    if error.further:
        detail = f"{detail}; {counted('and %(num)s more', 'and %(num)s more', error.further)}"
        extra["more_errors"] = error.further
    return problem(status_of(error), detail, extra, {})


def _objection(problem: FieldProblem) -> dict[str, object]:
    """With the index of the operation, if there are several in one request."""
    place = OPERATION.match(problem.field)
    about = {"index": int(place[1])} if place else {}
    return {"field": problem.field, "message": worded(problem.message), **about}


def answer_http_error(error: HTTPException) -> Response:
    """What the framework itself refuses: unknown route, method, malformed form, too large a body."""
    headers = {name: value for name, value in error.get_headers() if name in KEPT_HEADERS}
    detail = error.description or ""
    if isinstance(error, NoSuchPage):
        detail = "Nothing has this address: it may be mistyped, or what stood here is gone."
    if isinstance(error, RequestEntityTooLarge):
        detail = _too_large(error)
    if isinstance(error.response, Response):
        return error.response
    return problem(error.code or 500, detail, {}, headers)


def refuse_unreadable() -> None:
    """Runs first of all: refuses requests that the server could not read."""
    refusal: Exception | None = request.environ.get(REFUSAL)
    if refusal is not None:
        raise refusal


def answer_unreadable(error: ParseException) -> Response:
    status, detail = refusal_of(error)
    if status >= 500 and status != HTTPStatus.NOT_IMPLEMENTED:
        return answer_defect(error)
    log.info("unreadable request", status=status, reason=type(error).__name__)
    return problem(status, detail, {}, {})


def answer_system_error(error: OSError) -> Response:
    """A full disk, or no more files to open, is not a defect of ours."""
    refusal = refusal_of_system(error)
    return answer_refusal(refusal) if isinstance(refusal, CrmError) else answer_defect(error)


def _too_large(error: RequestEntityTooLarge) -> str:
    """With the limit, if the body as a whole is too large."""
    limit, length = request.max_content_length, request.content_length
    if limit is None or length is None or length <= limit:
        return error.description or ""
    return f"What was sent is larger than {limit // MEGABYTE} MB."


def answer_defect(error: Exception) -> Response:
    """A defect of ours: the log gets the traceback, the client gets the request's id."""
    log.error("unhandled error", exc_info=error)
    return problem(500, "Something went wrong on our side. Nothing was saved.", {}, {})


def problem(status: int, detail: str, extra: Mapping[str, object], headers: Mapping[str, str]) -> Response:
    title = HTTPStatus(status).phrase
    facts: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "request_id": g.get("request_id", ""),
        **extra,
    }
    if wants_json():
        body: bytes | str = orjson.dumps(facts)
        response = Response(body, status, mimetype="application/problem+json")
    else:
        response = Response(render_template("errors/problem.html", problem=facts), status)
    response.headers.update(headers)
    return response


def wants_json() -> bool:
    if REFUSAL in request.environ and "text/html" not in request.headers.get("Accept", ""):
        return True  # nobody knows whether a program or a browser asks
    return asks_api()


def quota_headers(standing: Iterable[tuple[Quota, int, int]]) -> dict[str, str]:
    """Each quota with how many are left, and in how many seconds all are there again:
    draft-ietf-httpapi-ratelimit-headers, sections 3 and 4 from its eighth version on.
    """
    found = list(standing)
    return {
        "RateLimit-Policy": ", ".join(
            f'"{quota.name}";q={quota.amount};w={quota.seconds}' for quota, _, _ in found
        ),
        "RateLimit": ", ".join(f'"{quota.name}";r={left};t={seconds}' for quota, left, seconds in found),
    }


def headers_of(error: CrmError) -> dict[str, str]:
    """When to try again, and how."""
    if isinstance(error, TooMany) and error.quota is not None:
        quota = quota_headers([(error.quota, 0, error.retry_after)])
        return {"Retry-After": str(error.retry_after), **quota}
    if isinstance(error, Busy | TooMany):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, Unauthorized):
        return {"WWW-Authenticate": 'Bearer realm="Holdfast"'}
    return {}
