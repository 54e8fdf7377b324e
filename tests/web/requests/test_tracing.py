"""Traces: a span for each request with its id and its transactions, and none where no receiver is set."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from crm.config import Settings
from crm.db.database import Database
from crm.web.requests.tracing import TRACES
from tests.support.api import client_of, running_app
from tests.support.cast import Cast
from tests.support.receivers import Receiver, Reply

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def app(prepared: Settings, receiver: Receiver) -> Iterator[Flask]:
    endpoint = f"http://127.0.0.1:{receiver.port}"
    with running_app(prepared.model_copy(update={"otel_exporter_otlp_endpoint": endpoint})) as app:
        yield app


def sent(app: Flask, receiver: Receiver) -> list[dict[str, Any]]:
    """The spans that came, as OTLP has them; each id in its documented length."""
    app.extensions[TRACES].send()
    spans = []
    for each in receiver.got:
        assert (each.path, each.headers["content-type"]) == ("/v1/traces", "application/json")
        (resource,) = each.event["resourceSpans"]
        assert facts_of(resource["resource"])["service.name"] == "holdfast"
        spans += resource["scopeSpans"][0]["spans"]
    assert {(len(span["traceId"]), len(span["spanId"])) for span in spans} == {(32, 16)}
    assert all(int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"]) for span in spans)
    return spans


def facts_of(shown: dict[str, Any]) -> dict[str, Any]:
    return {each["key"]: next(iter(each["value"].values())) for each in shown["attributes"]}


def test_a_request_is_a_span_with_its_id_and_its_transactions_below_it(
    app: Flask, receiver: Receiver, db: Database, cast: Cast
) -> None:
    client = client_of(app, db, cast.owner)
    asked = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
    answer = client.get("/api/clients/7?note=secret", headers=asked)
    spans = sent(app, receiver)
    (whole,) = [span for span in spans if span["kind"] == 2]
    assert (whole["traceId"], whole["parentSpanId"]) == (TRACE, PARENT)
    assert whole["name"] == "GET /api/clients/<id:client_id>"
    assert facts_of(whole) == {
        "http.request.method": "GET",
        "http.route": "/api/clients/<id:client_id>",
        "http.response.status_code": str(answer.status_code),
        "holdfast.request_id": answer.headers["X-Request-Id"],
    }
    below = [span for span in spans if span["kind"] == 1]
    assert below and {(span["traceId"], span["parentSpanId"]) for span in below} == {(TRACE, whole["spanId"])}
    assert {span["name"].split()[0] for span in below} <= {"read", "write"}
    assert "secret" not in "".join(each.body.decode() for each in receiver.got)


@pytest.mark.parametrize("odd", ["", "00-xyz", "00-" + "0" * 31 + "-" + "1" * 16 + "-01", "\u0660" * 55])
def test_without_a_parent_that_is_one_a_trace_begins(
    app: Flask, receiver: Receiver, db: Database, cast: Cast, odd: str
) -> None:
    client = client_of(app, db, cast.owner)
    for _ in range(2):
        client.get("/api/clients", headers={"traceparent": odd.encode().decode("latin-1")})
    wholes = [span for span in sent(app, receiver) if span["kind"] == 2]
    assert len({span["traceId"] for span in wholes}) == 2
    assert not any("parentSpanId" in span for span in wholes)


def test_a_receiver_that_fails_or_is_gone_is_no_trouble_for_requests(
    app: Flask, receiver: Receiver, db: Database, cast: Cast
) -> None:
    client = client_of(app, db, cast.owner)
    receiver.usual = Reply(503)
    for _ in range(2):
        assert client.get("/api/clients").status_code == 200
        app.extensions[TRACES].send()
    receiver.usual = Reply()
    assert client.get("/api/clients").status_code == 200
    assert sent(app, receiver)


def test_where_no_receiver_is_set_nothing_is_traced(prepared: Settings, db: Database, cast: Cast) -> None:
    with running_app(prepared) as app:
        assert client_of(app, db, cast.owner).get("/api/clients").status_code == 200
        assert TRACES not in app.extensions
        assert not {"read", "write"} & vars(app.extensions["holdfast.db"]).keys()
