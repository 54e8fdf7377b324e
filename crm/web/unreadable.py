"""What the server itself refuses, because a request cannot be read: in the shape of all other refusals.

Nobody knows then whether a program or a browser asks, so that it is a problem (RFC 9457) for either.
"""

import secrets
import socket
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from crm.web.headers import POLICY

OURS = "Something went wrong on our side. Nothing was saved."
REFUSALS: dict[type[Exception], tuple[int, str]] = {
    errors.LimitRequestLine: (414, "The address is too long."),
    errors.LimitRequestHeaders: (431, "The request has too many headers, or one that is too large."),
    errors.UnsupportedTransferCoding: (501, "The body comes in a transfer coding that is not known here."),
    errors.ExpectationFailed: (417, "The request expects what is not done here."),
    errors.InvalidHTTPVersion: (400, "The request is of a version of HTTP that is not known here."),
    errors.ConfigurationProblem: (500, OURS),
    errors.InvalidResponseHeader: (500, OURS),  # type: ignore[attr-defined]
    errors.InvalidResponseHeaderName: (500, OURS),  # type: ignore[attr-defined]
    errors.ParseException: (
        400,
        "The request cannot be read: its first line, a header or its body is malformed.",
    ),
    Exception: (500, OURS),
}

log = structlog.get_logger("crm.web")


class Worker(ThreadWorker):
    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:  # noqa: ARG002 - gunicorn's
        status, detail = next(told for kind, told in REFUSALS.items() if isinstance(exc, kind))
        request_id = secrets.token_hex(8)
        if status == 500:
            log.error("unhandled error", exc_info=exc, request_id=request_id)
        else:
            log.info("unreadable request", status=status, reason=type(exc).__name__, request_id=request_id)
        try:
            write_nonblock(client, answer(status, detail, request_id))
        except OSError as error:
            log.debug("the refusal could not be sent", reason=str(error), request_id=request_id)


def answer(status: int, detail: str, request_id: str) -> bytes:
    """The whole response, after which the connection closes."""
    title = HTTPStatus(status).phrase
    facts = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body = orjson.dumps({**facts, "request_id": request_id})
    headers = {
        "Content-Type": "application/problem+json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **dict(header for _, header in POLICY),
        "X-Request-Id": request_id,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {title}\r\n{head}\r\n".encode("latin-1") + body
