"""One entry for each request that changed something or was refused; others only at LOG_LEVEL=DEBUG."""

import logging
import time

import structlog
from flask import Flask, Response, g, request

from crm.web.auth import SAFE_METHODS
from crm.web.sessions.identity import current_identity

NAME = "crm.web.requests"

log = structlog.get_logger(NAME)
_gate = logging.getLogger(NAME)


def log_requests(app: Flask) -> None:
    """Before other hooks are registered: the hook that was first registered runs last on the way out."""
    app.before_request(_start_clock)
    app.after_request(_log_request)


def _start_clock() -> None:
    g.started = time.perf_counter()


def _log_request(response: Response) -> Response:
    # Plain successful reads are most of the traffic; writing each down would cost them a tenth of their time.
    quiet = response.status_code < 400 and request.method in SAFE_METHODS
    if quiet and not _gate.isEnabledFor(logging.DEBUG):
        return response
    known = current_identity()
    log.log(
        logging.DEBUG if quiet else logging.ERROR if response.status_code >= 500 else logging.INFO,
        "request",
        method=request.method,
        path=_shown_path(),
        status=response.status_code,
        milliseconds=round((time.perf_counter() - g.started) * 1000, 1) if "started" in g else None,
        address=request.remote_addr,
        user=known.user_id if known else None,
    )
    return response


def _shown_path() -> str:
    """Never the query; of a path that carries text, such as the secret of an invitation, only its pattern."""
    carried = (request.view_args or {}).values()
    if request.url_rule is not None and any(not isinstance(value, int) for value in carried):
        return request.url_rule.rule
    return request.path[:200]
