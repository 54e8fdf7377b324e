"""Every whole number of every route: in paths, addresses, bodies, forms, cursors and headers."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from crm.config import Settings
from crm.db.database import Database
from crm.db.keyset import encode_cursor
from crm.web.openapi.contract import contract_of
from tests.support.api import client_of, running_app
from tests.support.cast import Cast
from tests.support.leads import furnish

WORDS = {
    "10^25": str(10**25), "minus one": "-1", "2^63": str(2**63), "2^63-1": str(2**63 - 1), "other": "१",
    "superscript": "²", "blank": " 1", "exponent": "1e3", "hexadecimal": "0x1", "grouped": "1_000",
    "fraction": "1.0", "plus": "+1", "zeros": "0" * 30 + "1", "long": "9" * 5_000, "nul": "1\x00",
}  # fmt: skip
QUERY_NAMES = re.compile(r"^    ([a-z]+_id|limit|days|page): ", re.MULTILINE)
NUMBERS = {"10^25": 10**25, "minus one": -1, "2^63": 2**63, "fraction": 1.5, "huge": 10**4_000, "text": "1"}
ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
# Of what forms hold as a number, wherever a form has it.
FORM_NAMES = re.compile(
    r'"((?:[a-z]+_)*(?:id|to|version|position|probability|days|minutes|total|until|done))"'
)


@pytest.fixture
def app(settings: Settings, cast: Cast) -> Iterator[Flask]:
    with running_app(settings.model_copy(update={"rate_limit": "1000000 per hour"})) as app:
        yield app


@pytest.fixture
def client(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    """With one record of each kind."""
    furnish(db, cast.owner)
    client = client_of(app, db, cast.owner)
    client.post("/api/clients", json={"name": "Anna"})
    client.post("/api/leads", json={"title": "Roof"})
    client.post("/api/tasks", json={"title": "Call"})
    client.post("/api/notes", json={"subject": "client", "subject_id": 1, "text": "a"})
    client.post("/api/views", json={"list": "clients", "name": "Mine"})
    return client


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in {"static", "assets"}:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


def path_of(rule: Rule, number: str = "1") -> str:
    return ARGUMENT.sub(lambda found: number if found[1] == "id" else "x", rule.rule)


def schemas_of(app: Flask, rule: Rule, what: str) -> dict[str, Any]:
    declared = contract_of(app, rule) if rule.rule.startswith("/api/") else None
    model = getattr(declared, what) if declared else None
    return model.model_json_schema() if model is not None else {}


def takes_numbers(schema: Any) -> bool:
    if isinstance(schema, dict):
        return schema.get("type") == "integer" or any(takes_numbers(part) for part in schema.get("anyOf", []))
    return False


def numbers_in(schema: dict[str, Any]) -> list[str]:
    return [name for name, part in schema.get("properties", {}).items() if takes_numbers(part)]


@pytest.mark.parametrize("kind", WORDS)
def test_in_paths(client: FlaskClient, app: Flask, kind: str) -> None:
    asked = 0
    for rule, method in routes(app):
        if "<id:" in rule.rule:
            response = client.open(path_of(rule, WORDS[kind].replace("\x00", "%00")), method=method, json={})
            assert 400 <= response.status_code < 500, (method, rule.rule, response.status_code)
            asked += 1
    assert asked > 80


@pytest.mark.parametrize("kind", WORDS)
def test_in_addresses_of_the_api(client: FlaskClient, app: Flask, kind: str) -> None:
    asked = 0
    for rule, method in routes(app):
        body: Any = {} if method == "POST" else None
        for name in numbers_in(schemas_of(app, rule, "query")):
            response = client.open(path_of(rule), method=method, query_string={name: WORDS[kind]}, json=body)
            id_that_may_be = kind == "2^63-1" and name.endswith("id")
            expected = {200, 404, 422} if id_that_may_be else range(400, 500)
            assert response.status_code in expected, (method, rule.rule, name, response.status_code)
            asked += 1
    assert asked > 20


def names_of(app: Flask, rule: Rule, pattern: re.Pattern[str]) -> list[str]:
    """The fields that hold numbers, as the view's module spells them."""
    module = sys.modules[app.view_functions[rule.endpoint].__module__]
    return sorted(set(pattern.findall(Path(str(module.__file__)).read_text(encoding="utf-8"))))


@pytest.mark.parametrize("kind", ["10^25", "long", "other", "minus one", "nul"])
def test_in_addresses_of_pages(client: FlaskClient, app: Flask, kind: str) -> None:
    for rule, method in routes(app):
        if method == "GET" and not rule.rule.startswith("/api/") and "backups" not in rule.rule:
            for name in {*names_of(app, rule, FORM_NAMES), *names_of(app, rule, QUERY_NAMES), "cursor"}:
                response = client.get(path_of(rule), query_string={name: WORDS[kind]})
                assert response.status_code < 500, (rule.rule, name, response.status_code)
                response.close()


@pytest.mark.parametrize("kind", NUMBERS)
def test_in_bodies(client: FlaskClient, app: Flask, kind: str) -> None:
    asked = 0
    for rule, method in routes(app):
        for name in numbers_in(schemas_of(app, rule, "body")):
            response = client.open(path_of(rule), method=method, json={name: NUMBERS[kind]})
            assert 400 <= response.status_code < 500, (method, rule.rule, name, response.status_code)
            asked += 1
    assert asked > 20


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("room", ["clients", "leads"])
def test_in_bulk_operations(client: FlaskClient, room: str, kind: str) -> None:
    number = NUMBERS[kind]
    for operation in (
        {"op": "delete", "id": number}, {"op": "delete", "id": 1, "version": number},
        {"op": "assign", "id": 1, "owner_id": number},
        {"op": "update", "id": 1, "fields": {"owner_id": number}}, {"op": "restore", "id": number},
    ):  # fmt: skip
        answer = client.post(f"/api/{room}/bulk", json={"operations": [operation]})
        assert answer.status_code in {400, 422}, (operation, answer.get_data(as_text=True))


@pytest.mark.parametrize("kind", WORDS)
def test_in_forms(client: FlaskClient, app: Flask, kind: str) -> None:
    """All fields together, and for the longest each alone beside sound ones."""
    asked = 0
    for rule, method in routes(app):
        if method != "POST" or rule.rule.startswith("/api/") or rule.endpoint.startswith("setup"):
            continue
        names = names_of(app, rule, FORM_NAMES)
        for odd in ([*names], *([name] for name in names if kind == "10^25")):
            form = dict.fromkeys(names, "1") | dict.fromkeys(odd, WORDS[kind])
            form |= {"subject": "client", "change": f"owner:{WORDS[kind]}", "title": "A", "name": "A"}
            response = client.post(path_of(rule), data=form)
            assert response.status_code < 500, (rule.rule, odd, response.get_data(as_text=True)[:300])
            asked += 1
    assert asked > 40


@pytest.mark.parametrize("kind", WORDS)
def test_a_change_of_many_to_nobody_s_number_changes_nothing(client: FlaskClient, kind: str) -> None:
    """What is no number was taken for nobody."""
    client.patch("/api/clients/1", json={"owner_id": 1})
    before = client.get("/api/clients/1").get_json()["data"]
    client.post("/clients/bulk", data={"id": "1", "change": f"owner:{WORDS[kind]}"})
    assert client.get("/api/clients/1").get_json()["data"] == before


@pytest.mark.parametrize("keys", [[10**25], [2**63], [1.0], [True], [None], [[1]], []])
def test_in_cursors(client: FlaskClient, app: Flask, keys: list[Any]) -> None:
    cursors = [odd_cursor(keys), "~" + odd_cursor([*keys, *keys])]
    for rule, method in routes(app):
        named = "cursor" in schemas_of(app, rule, "query").get("properties", {})
        if method == "GET" and named:
            for cursor in cursors:
                response = client.get(path_of(rule), query_string={"cursor": cursor})
                assert response.status_code in {404, 422}, (rule.rule, cursor, response.status_code)


def odd_cursor(keys: list[Any]) -> str:
    try:
        return encode_cursor(keys)
    except TypeError:
        return "WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDBd"


@pytest.mark.parametrize("kind", sorted(set(WORDS) - {"2^63-1", "nul"}))
@pytest.mark.parametrize("header", ["If-Match", "Range"])
def test_in_headers(client: FlaskClient, header: str, kind: str) -> None:
    word = WORDS[kind].replace("१", "\u00b2")
    value = f'"{word}"' if header == "If-Match" else f"bytes={word}-{word}"
    answer = client.patch("/api/clients/1", json={"name": "B"}, headers={header: value})
    assert answer.status_code < 500 and (header == "Range" or answer.status_code in {400, 412, 431})


def test_in_a_verification_of_the_ledger(client: FlaskClient) -> None:
    for state in ("e30=", '{"entries": 10000000000000000000000000}', "1" * 5_000, "\u0967"):
        assert client.post("/activity/verify", data={"state": state}).status_code == 400
