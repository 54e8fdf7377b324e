"""A span for each request and for each of its transactions, where OTEL_EXPORTER_OTLP_ENDPOINT is set."""

import re
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, has_request_context, request

from crm.config import Settings
from crm.db.database import Database
from crm.when_used import WhenUsed

if TYPE_CHECKING:
    from crm.monitoring import traces
else:
    traces = WhenUsed("crm.monitoring.traces")

PARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}", re.ASCII)
NO_ROUTE = "(none)"
TRACES = "holdfast.traces"


def trace_requests(app: Flask, settings: Settings, database: Database) -> None:
    """Nothing is registered, loaded or measured where no receiver is set."""
    if settings.otel_exporter_otlp_endpoint is None:
        return
    app.extensions[TRACES] = kept = traces.Traces(settings.otel_exporter_otlp_endpoint)
    app.before_request(_begin)

    def end(response: Response) -> Response:
        _end(kept, response)
        return response

    app.after_request(end)
    for name in ("read", "write"):
        setattr(database, name, _spanned(kept, name, getattr(database, name)))


def _begin() -> None:
    """Continues the trace of who asks, by `traceparent` of W3C."""
    given = PARENT.fullmatch(request.headers.get("traceparent", ""))
    trace_id, parent_id = (given[1], given[2]) if given else (secrets.token_hex(16), "")
    g.span = traces.Span(request.method, trace_id, parent_id, kind=traces.SERVER)


def _end(kept: "traces.Traces", response: Response) -> None:
    """Never the path or the query, in which a person's name may be."""
    span = g.get("span")
    if span is None:
        return
    route = request.url_rule.rule if request.url_rule is not None else NO_ROUTE
    span.name = f"{request.method} {route}"
    span.failed = response.status_code >= 500
    span.facts = {
        "http.request.method": request.method,
        "http.route": route,
        "http.response.status_code": response.status_code,
        "holdfast.request_id": str(g.get("request_id", "")),
    }
    kept.keep(span)


def _spanned(kept: "traces.Traces", kind: str, run: Callable[..., Any]) -> Callable[..., Any]:
    """A transaction outside of a request has no span."""

    def spanned(fn: Callable[..., Any], *given: Any, **named: Any) -> Any:
        whole = g.get("span") if has_request_context() else None
        if whole is None:
            return run(fn, *given, **named)
        span = traces.Span(f"{kind} {getattr(fn, '__name__', '')}", whole.trace_id, whole.span_id)
        span.facts = {"holdfast.transaction": kind}
        try:
            return run(fn, *given, **named)
        except BaseException:
            span.failed = True
            raise
        finally:
            kept.keep(span)

    return spanned
