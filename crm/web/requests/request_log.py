"""One entry for each request that changed something or was refused; others only at LOG_LEVEL=DEBUG."""

import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import structlog
from flask import Flask, Response
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from crm.web.auth import SAFE_METHODS
from crm.web.requests.present import g, request
from crm.web.requests.unreadable import ASKED_METHOD
from crm.web.sessions.identity import current_identity

NAME = "crm.web.requests"

log = structlog.get_logger(NAME)
_gate = logging.getLogger(NAME)


def log_requests(app: Flask) -> None:
    """Before other hooks are registered: the hook that was first registered runs last on the way out."""
    app.after_request(_log_request)


def _log_request(response: Response) -> Response:
    # Plain successful reads are most of the traffic; writing each down would cost them a tenth of their time.
    quiet = response.status_code < 400 and request.method in SAFE_METHODS
    if quiet and not _gate.isEnabledFor(logging.DEBUG):
        return response
    known = current_identity()
    log.log(
        logging.DEBUG if quiet else logging.ERROR if response.status_code >= 500 else logging.INFO,
        "request",
        method=request.environ.get(ASKED_METHOD, request.method),
        path=_shown_path(),
        status=response.status_code,
        milliseconds=round((time.perf_counter_ns() - g.began) / 1e6, 1) if "began" in g else None,
        address=request.remote_addr,
        user=known.user_id if known else None,
    )
    return response


def _shown_path() -> str:
    """Never the query; of a path that carries text, such as the secret of an invitation, only its pattern."""
    rule, carried = _matched()
    if rule is not None and any(not isinstance(value, int) for value in carried.values()):
        return rule.rule
    return request.path[:200]


def _matched() -> tuple[Rule | None, Mapping[str, Any]]:
    """The rule of the path, be it one for other methods than the request's."""
    if request.url_rule is not None:
        return request.url_rule, request.view_args or {}
    adapter = request_ctx.url_adapter
    if adapter is not None:
        with suppress(HTTPException):
            for method in adapter.allowed_methods():
                return adapter.match(method=method, return_rule=True)
    return None, {}
