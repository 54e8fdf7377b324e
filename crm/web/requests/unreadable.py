"""What the server itself refuses: requests that cannot be read or do not arrive completely.

The application words it, so that it has the one shape of all refusals: a page for a browser, else a problem
(RFC 9457). Where the application itself fails at that, what the server sends is a problem, too.
"""

import io
import re
import secrets
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import orjson
import structlog
from gunicorn.http import errors
from gunicorn.util import http_date
from werkzeug.wrappers import Response

from crm.web.responses.headers import POLICY

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

REFUSAL = "holdfast.refusal"
ASKED_METHOD = "holdfast.asked_method"  # for the log: the application itself meets a GET
OURS = "Something went wrong on our side. Nothing was saved."
LINE = re.compile(rb"(?:\r\n)?([A-Z]{3,20}) (/[\x21-\x3e\x40-\x7e]{0,2000})")
ACCEPT = re.compile(rb"\naccept:[ \t]*([\x20-\x7e]{1,1000})", re.IGNORECASE)


class Unfinished(errors.ParseException):
    """A body that ended early, stopped, or came too slowly."""


REFUSALS: dict[type[Exception], tuple[int, str]] = {
    Unfinished: (400, "The body did not come whole: it broke off, stopped, or came too slowly."),
    errors.LimitRequestLine: (414, "The address is too long."),
    errors.LimitRequestHeaders: (431, "The request has too many headers, or one that is too large."),
    errors.UnsupportedTransferCoding: (501, "The body comes in a transfer coding that is not known here."),
    errors.ExpectationFailed: (417, "The request expects what is not done here."),
    errors.InvalidHTTPVersion: (400, "The request is of a version of HTTP that is not known here."),
    errors.ParseException: (
        400,
        "The request cannot be read: its first line, a header or its body is malformed.",
    ),
}
DEFECTS = (
    errors.ConfigurationProblem,
    errors.InvalidResponseHeader,  # type: ignore[attr-defined]
    errors.InvalidResponseHeaderName,  # type: ignore[attr-defined]
)

log = structlog.get_logger("crm.web")


def refusal_of(error: errors.ParseException) -> tuple[int, str]:
    """Status and detail."""
    if isinstance(error, DEFECTS):
        return 500, OURS
    return next(answer for kind, answer in REFUSALS.items() if isinstance(error, kind))


def refusal(app: "WSGIApplication", head: bytes, client: Any, error: Exception) -> bytes:
    """The complete answer to a request of which only `head` is known; its connection closes."""
    asked = _environ(head, client, error)
    try:
        response = Response.from_app(app, asked, buffered=True)
        status, body = response.status, response.get_data()
        headers = [(name, value) for name, value in response.headers if name not in UNSENT]
    except Exception as defect:
        log.exception("a refusal could not be worded", reason=str(defect))
        status, headers, body = _plain(error)
    if asked["REQUEST_METHOD"] == "HEAD":
        body = b""
    headers += [("Content-Length", str(len(body))), ("Connection", "close"), ("Date", http_date())]
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode("latin-1") + body


# A cookie would replace one that the browser has, but which the application did not see.
UNSENT = frozenset({"Set-Cookie", "Content-Length", "Connection"})


def _environ(head: bytes, client: Any, error: Exception) -> dict[str, Any]:
    """The minimum of the request that a refusal needs."""
    line, accepted = LINE.match(head), ACCEPT.search(head)
    path = unquote_to_bytes(line[2]).decode("latin-1") if line else "/api/"
    return {
        REFUSAL: error,
        ASKED_METHOD: line[1].decode() if line else "",
        "REQUEST_METHOD": "HEAD" if line and line[1] == b"HEAD" else "GET",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT": accepted[1].decode("latin-1") if accepted else "",
        "REMOTE_ADDR": client[0] if isinstance(client, tuple) else "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _plain(error: Exception) -> tuple[str, list[tuple[str, str]], bytes]:
    status, detail = refusal_of(error) if isinstance(error, errors.ParseException) else (500, OURS)
    title, request_id = HTTPStatus(status).phrase, secrets.token_hex(8)
    facts = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    policy: Iterable[tuple[str, str]] = (header for _, header in POLICY)
    headers = [("Content-Type", "application/problem+json"), *policy, ("X-Request-Id", request_id)]
    return f"{status} {title}", headers, orjson.dumps({**facts, "request_id": request_id})
