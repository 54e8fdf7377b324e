"""Counting each request by its route and status."""

import time

from flask import Flask, Response

from crm.db.database import Database
from crm.monitoring.publishing import Publisher
from crm.web.requests.present import current_app, g, request

PUBLISHER = "holdfast.publisher"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE = "(none)"


def measure_requests(app: Flask, database: Database) -> None:
    """Before other hooks are registered: so the whole of the request is measured."""
    app.extensions[PUBLISHER] = Publisher(database, "web")
    app.before_request(_start)
    app.after_request(_note)


def _start() -> None:
    g.began = time.perf_counter_ns()


def _note(response: Response) -> Response:
    if "began" in g:
        publisher: Publisher = current_app.extensions[PUBLISHER]
        method, rule = request.method, request.url_rule
        method = method if method in METHODS else "OTHER"
        route = rule.rule if rule is not None else NO_ROUTE
        publisher.requests.note(method, route, response.status_code, time.perf_counter_ns() - g.began)
    return response
