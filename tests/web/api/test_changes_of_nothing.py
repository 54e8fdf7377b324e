"""A change to what a record is already writes nothing: neither its version nor the ledger moves."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from tests.support.api import running_app
from tests.support.cast import Cast
from tests.web.api.test_trash import MADE as MADE_PLAIN

pytestmark = pytest.mark.usefixtures("furnished")

LINE = {"title": "Fitting", "quantity": 1.5, "unit_price": 0.1}
CAR = {"make": "Ford", "model": "Focus", "year": 2020}
WORK = {"title": "Tyres", "amount": 0.1}
MADE: list[tuple[str, dict[str, Any]]] = [
    ("/api/clients", {"name": "Ann", "phone": "+4930901820", "email": "ann@example.org", "tags": ["a", "b"]}),
    ("/api/leads", {"title": "Kitchen", "client_id": 1, "value": 0.1, "tags": ["a"]}),
    ("/api/vehicles", CAR | {"price": 9.95, "cost": 0.1, "reconditioning": [WORK]}),
    ("/api/vehicles", CAR),
    ("/api/products", {"name": "Tyre", "price": 0.1, "currency": "EUR", "unit": "piece"}),
    ("/api/deals", {
        "client_id": 1, "vehicle_id": 2, "lead_id": 1, "notes": "Two keys", "tags": ["a", "b"],
        "lines": [LINE, LINE | {"product_id": 1, "taxable": False}],
        "trade_ins": [CAR | {"allowance": 0.1, "payoff": 0.2, "mileage": 1000, "vin": "1zzzz12a0rt000001"}],
    }),
    ("/api/quotes", {"title": "Roof", "client_id": 1, "lines": [LINE], "tags": ["a"], "discount": 1.5}),
    ("/api/invoices", {"title": "Roof", "client_id": 1, "lines": [LINE], "tags": ["a"]}),
    ("/api/campaigns", {"name": "Spring", "budget": 0.1, "start_date": "2031-02-03", "tags": ["a"]}),
    ("/api/notes", {"subject": "client", "subject_id": 1, "text": "Likes tea"}),
    ("/api/tasks", {"title": "Ring back", "due_day": "2031-02-03"}),
    ("/api/views", {"list": "leads", "name": "Won", "query": "status=won"}),
    ("/api/custom-fields", {"kind": "client", "label": "Insurer", "field_type": "text"}),
    ("/api/webhooks/outgoing", {"name": "Program", "url": "https://example.com/hook"}),
]  # fmt: skip
IDS = {"kind": "deal", "vehicle_id": 1}
"""What stands in an address where it is not 1."""
NOT_TRIED = {"/api/channels/{channel_id}", "/api/conversations/{conversation_id}", "/api/me"}
"""Two need a number of WhatsApp; the third answers in another form than it takes."""


@pytest.fixture
def app(settings: Settings, cast: Cast) -> Iterator[Flask]:
    """All fields of all kinds are more changes than one person may send."""
    with running_app(settings.model_copy(update={"rate_limit": "100000 per minute"})) as app:
        yield app


@pytest.fixture
def paths(owner: FlaskClient) -> dict[str, Any]:
    """The schema of what each address takes as a change."""
    own = {at for at, _given in MADE}
    plain = [MADE_PLAIN[kind] for kind in MADE_PLAIN if kind != "file" and MADE_PLAIN[kind][0] not in own]
    for at, given in [*MADE, *plain]:
        answer = owner.post(at, json={**given, "form_id": 1} if "form_id" in given else given)
        assert answer.status_code == 201, (at, answer.get_data(as_text=True))
    described = owner.get("/api/openapi.json").get_json()
    found = {at: methods for at, methods in described["paths"].items() if "patch" in methods}
    return {
        at: resolved(described, methods["patch"]["requestBody"]["content"]["application/json"]["schema"])
        for at, methods in found.items()
        if at not in NOT_TRIED
    }


def resolved(described: Any, schema: Any) -> Any:
    """Without references, of several forms the first."""
    if "$ref" in schema:
        return resolved(described, described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema:
        empty = any(each.get("type") == "null" for each in schema["anyOf"])
        return resolved(described, schema["anyOf"][0]) | {"may_be_empty": empty}
    parts = {name: resolved(described, each) for name, each in schema.get("properties", {}).items()}
    return (
        schema
        | {"properties": parts}
        | ({"items": resolved(described, schema["items"])} if "items" in schema else {})
    )


def own(schema: Any, value: Any) -> Any:
    """What of a record's value may be sent back."""
    if isinstance(value, list) and "items" in schema:
        return [own(schema["items"], each) for each in value]
    if isinstance(value, dict) and schema["properties"]:
        return {name: own(each, value[name]) for name, each in schema["properties"].items() if name in value}
    return value


def changes_of_nothing(owner: FlaskClient, paths: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each field by itself, as some exclude each other."""
    for template, schema in paths.items():
        named = [part[1:-1] for part in template.split("/") if part.startswith("{")]
        at = template.format(**{name: IDS.get(name, 1) for name in named})
        record = owner.get(at).get_json()["data"]
        for name, each in schema["properties"].items():
            if name in record and (record[name] is not None or each.get("may_be_empty")):
                yield at, {name: own(each, record[name])}


def test_nothing_is_written(owner: FlaskClient, paths: dict[str, Any]) -> None:
    wrong, tried = [], set()
    newest = owner.get("/api/activities?limit=1").get_json()
    for at, given in changes_of_nothing(owner, paths):
        before = owner.get(at).get_json()
        answer = owner.patch(at, json=given)
        if answer.status_code != 200:
            wrong.append((at, given, answer.get_json()))
            continue
        tried.add(at)
        if owner.get(at).get_json() != before or owner.get("/api/activities?limit=1").get_json() != newest:
            wrong.append((at, given, "was written"))
            newest = owner.get("/api/activities?limit=1").get_json()
    assert wrong == []
    assert len(tried) == len(paths)
