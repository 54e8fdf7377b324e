"""What a request may cost is bounded before it is paid: by 100,000 of whatever a parser counts."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from crm.db.database import Database
from crm.web.auth import PUBLIC as ANYBODY
from crm.web.auth import permission_of
from crm.web.openapi.contract import contract_of
from crm.web.requests.body_limit import BODY_BYTES, PUBLIC_BODY_BYTES, limit_body
from tests.support.api import problem_of
from tests.support.cast import Cast
from tests.support.leads import furnish

MANY = 100_000
JSON = "application/json"
PUBLIC = ("/api/login", "/api/invitations/welcome", "/api/invitations/accept", "/api/setup")
SMALL = 8_000

Ask = Callable[[FlaskClient], Any]


def bodies() -> dict[str, bytes]:
    keys = b",".join(b'"k%d":1' % number for number in range(128_000))
    return {
        "keys": b"{" + keys + b"}",
        "items": b'{"tags":[' + b"1," * MANY + b"1]}",
        "text items": b'{"tags":[' + b'"a",' * MANY + b'"a"]}',
        "objects": b'{"tags":[' + b"{}," * MANY + b"{}]}",
        "nested arrays": b"[" * MANY + b"]" * MANY,
        "nested objects": b'{"a":' * MANY + b"1" + b"}" * MANY,
        "half nested": b"[" * MANY,
        "closing": b"]" * MANY,
        "one long key": b'{"' + b"k" * MANY + b'":1}',
        "one long number": b'{"id":' + b"9" * MANY + b"}",
        "escapes": b'{"name":"' + b"\\u0041" * MANY + b'"}',
        "escaped quotes": b'{"name":"' + b'\\"' * MANY + b'"}',
        "accents on one letter": orjson.dumps({"name": "a" + "\u0301\u0316" * (MANY // 2)}),
        "blanks": orjson.dumps({"name": "a" + " " * MANY + "b", "tags": ["a" + " " * MANY + "b"]}),
        "operations": b'{"operations":[' + b"{}," * MANY + b"{}]}",
    }


BODIES = bodies()


def assert_cheap(ask: Callable[[], Any]) -> None:
    """Refused in a few words, and not by the square: each of these took from 2 s to minutes by it."""
    started = time.thread_time()
    response = ask()
    spent, size = time.thread_time() - started, len(response.get_data())
    assert 400 <= response.status_code < 500 and size < SMALL and spent < 1.5, (response.status, size, spent)


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("path", PUBLIC)
def test_json_without_a_log_in(anybody: FlaskClient, path: str, kind: str) -> None:
    assert_cheap(lambda: anybody.post(path, data=BODIES[kind], content_type=JSON))


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("path", ["/api/clients", "/api/clients/bulk", "/api/leads/bulk", "/api/notes"])
def test_json(owner: FlaskClient, path: str, kind: str) -> None:
    assert_cheap(lambda: owner.post(path, data=BODIES[kind], content_type=JSON))


ASKED: dict[str, Ask] = {
    "parameters": lambda client: client.get("/api/clients?" + "a=1&" * MANY),
    "one long parameter": lambda client: client.get("/api/clients?q=" + "a" * MANY),
    "parameters of a page": lambda client: client.get("/clients?" + "a=1&" * MANY),
    "form fields": lambda client: client.post("/login", data=b"a=1&" * MANY, content_type=FORM),
    "ids of a form": lambda client: client.post(
        "/clients/bulk", data=b"id=" + b"1," * MANY, content_type=FORM
    ),
    "multipart parts": lambda client: client.post(
        "/api/clients/1/files", data=parts(20_000), content_type="multipart/form-data; boundary=b"
    ),
    "cookies": lambda client: client.application.test_client(use_cookies=False).get(
        "/api/clients", headers={"Cookie": "a=1; " * MANY}
    ),
    "languages": lambda client: client.get("/login", headers={"Accept-Language": "de, " * MANY}),
    "versions": lambda client: client.patch(
        "/api/clients/1", json={"name": "B"}, headers={"If-Match": '"1", ' * MANY}
    ),
    "versions known": lambda client: client.get("/login", headers={"If-None-Match": '"1", ' * MANY}),
    "ranges": lambda client: client.get("/api/files/1/content", headers={"Range": "bytes=" + "0-1," * MANY}),
    "addresses": lambda client: client.get("/api/clients", headers={"X-Forwarded-For": "::1, " * MANY}),
    "idempotency key": lambda client: client.post(
        "/api/clients", json={"name": "A"}, headers={"Idempotency-Key": "k" * MANY}
    ),
    "token": lambda client: client.get("/api/me", headers={"Authorization": "Bearer " + "a" * MANY}),
    "cursor": lambda client: client.get("/api/clients?cursor=" + "a" * MANY),
    "short cursor": lambda client: client.get("/api/clients?cursor=" + "W1" * 150),
    "search words": lambda client: client.get("/api/clients?q=" + "a+" * MANY),
    "phone": lambda client: client.post("/api/clients", json={"name": "A", "phone": "1" * MANY}),
    "email": lambda client: client.post(
        "/api/clients", json={"name": "A", "email": "a" * MANY + "@b.example"}
    ),
    "dots of an email": lambda client: client.post(
        "/api/clients", json={"name": "A", "email": "a@" + "b." * MANY + "example"}
    ),
    "website": lambda client: client.post("/api/clients", json={"name": "A", "website": "a." * MANY}),
    "tags": lambda client: client.post("/api/clients", json={"name": "A", "tags": ["a"] * 2_000}),
    "password": lambda client: client.post(
        "/api/login", json={"email": "a@b.example", "password": "a" + "\u0301" * MANY}
    ),
    "file name": lambda client: client.post(
        "/api/clients/1/files",
        data=b'--b\r\nContent-Disposition: form-data; name="file"; filename="'
        + "a\u0301\u0316".encode() * MANY
        + b'.exe"\r\n\r\nx\r\n--b--\r\n',
        content_type="multipart/form-data; boundary=b",
    ),
    "filter of a view": lambda client: client.post(
        "/api/views", json={"list": "clients", "name": "A", "query": "a=1&" * MANY}
    ),
    "value": lambda client: client.post("/api/leads", json={"title": "A", "value": "9" * MANY}),
    "exponent": lambda client: client.post("/api/leads", json={"title": "A", "value": "1e" + "9" * 5_000}),
    "path": lambda client: client.get("/api/clients/" + "9" * MANY),
    "signature": lambda client: client.post(
        "/api/webhooks/whatsapp", data=b"{}", headers={"X-Hub-Signature-256": "a" * MANY}
    ),
}  # fmt: skip
FORM = "application/x-www-form-urlencoded"


def parts(count: int) -> bytes:
    part = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    return part * count + b"--b--\r\n"


@pytest.mark.parametrize("kind", ASKED)
def test_whatever_else_a_parser_counts(owner: FlaskClient, kind: str) -> None:
    owner.post("/api/clients", json={"name": "A"})
    assert_cheap(lambda: ASKED[kind](owner))


def test_the_first_problems_are_shown_and_how_many_more_there_are(owner: FlaskClient) -> None:
    body = problem_of(owner.post("/api/clients", json={"name": "A", **{f"k{n}": 1 for n in range(500)}}), 422)
    assert len({each["field"] for each in body["errors"]}) == 20
    assert body["more_errors"] == 480
    assert body["detail"].endswith("; and 480 more")
    assert len(orjson.dumps(body)) < SMALL


@pytest.mark.parametrize("path", ["/api/clients/bulk", "/api/leads/bulk"])
@pytest.mark.parametrize(
    "operation",
    [
        {"op": "tag", "id": 1, "add": [""] * 50},
        {"op": "tag", "id": 1, "add": ["a\tb"] * 50},
        {"op": "tag", "id": 1, **{f"k{n}": 1 for n in range(20)}},
        {"op": "nothing"},
        {"op": "delete", "id": 999},
        {"op": "assign", "id": 999, "owner_id": 999},
    ],
    ids=["empty tags", "odd tags", "unknown keys", "unknown operation", "no record", "no owner"],
)
def test_many_operations_that_fail_are_refused_in_a_few_words(
    owner: FlaskClient, path: str, operation: dict[str, Any]
) -> None:
    response = owner.post(path, json={"operations": [operation] * 1_000})
    body = problem_of(response, 422)
    assert len(body["errors"]) == 20 and body["errors"][0]["index"] == 0
    assert body["more_errors"] > 0
    assert len(response.get_data()) < SMALL


def test_text_full_of_commas_and_brackets_is_text(owner: FlaskClient) -> None:
    text = '[{,:"\\' * 1_600
    made = owner.post("/api/clients", json={"name": "A", "notes": text})
    assert made.status_code == 201 and made.get_json()["data"]["notes"] == text


def test_a_pile_of_accents_costs_no_more_than_its_length(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    """It took the square: 20,000 of them 2 s, in which nobody else was answered."""
    furnish(db, cast.owner)
    pile = "a" + "\u0301\u0316" * 9_000
    started = time.process_time()
    made = owner.post("/api/leads", json={"title": "A", "details": pile})
    assert made.status_code == 201
    assert time.process_time() - started < 1


def models_of(app: Any) -> Iterator[type[BaseModel]]:
    for rule in app.url_map.iter_rules():
        declared = contract_of(app, rule) if rule.rule.startswith("/api/") else None
        for model in (declared.body, declared.query) if declared else ():
            if model is not None:
                yield model


def unbounded(schema: Any, place: str) -> Iterator[str]:
    """The places of text and lists without an end in a JSON schema; the text of an amount is a number's."""
    if isinstance(schema, list) and not any("maximum" in part for part in schema if isinstance(part, dict)):
        for number, part in enumerate(schema):
            yield from unbounded(part, f"{place}.{number}")
    if not isinstance(schema, dict):
        return
    free = not {"enum", "const", "format", "pattern", "maxLength"} & schema.keys()
    if schema.get("type") == "string" and free:
        yield place
    if schema.get("type") == "array" and "maxItems" not in schema:
        yield place
    for name, part in schema.items():
        if name not in {"examples", "default", "enum"}:
            yield from unbounded(part, f"{place}.{name}")


def test_every_text_and_list_that_the_api_takes_has_an_end(app: Any) -> None:
    models = list(dict.fromkeys(models_of(app)))
    assert len(models) > 30
    _, schema = models_json_schema([(model, "validation") for model in models])
    found = set(unbounded(schema["$defs"], ""))
    assert found == set()


PUBLIC_FORMS = ("/login", "/join", "/setup")


@pytest.mark.parametrize("path", [*PUBLIC, *PUBLIC_FORMS])
def test_before_the_log_in_a_large_body_is_refused_by_its_length(anybody: FlaskClient, path: str) -> None:
    """300,000 escapes of a form took 0.13 s of a core."""
    kind = JSON if path in PUBLIC else "application/x-www-form-urlencoded"
    for body in (b"email=" + b"%41" * 300_000, b'{"email":"' + b"a" * PUBLIC_BODY_BYTES + b'"}'):
        response = anybody.post(path, data=body, content_type=kind)
        assert response.status_code == 413, response.get_data(as_text=True)


def test_no_view_for_anybody_takes_more_but_signed_deliveries_and_answers_to_forms(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if permission_of(app, rule.endpoint) == ANYBODY and "POST" in (rule.methods or set()):
            path = re.sub("<id:[a-z_]+>", "1", rule.rule)
            with app.test_request_context(path, method="POST", data=b"a=b"):
                limit_body()
                large = rule.endpoint == "public_forms.take"
                assert request.max_content_length == (BODY_BYTES if large else PUBLIC_BODY_BYTES), rule.rule
