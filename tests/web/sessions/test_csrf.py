"""Nothing that a stranger's page makes a logged-in browser send takes effect: over every route there is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.tables import quoted
from crm.db.transaction import Transaction
from crm.web.auth import PUBLIC, SAFE_METHODS, permission_of
from tests.support import forgeries
from tests.support.clients import add_client
from tests.support.engines import tables_of_rows
from tests.support.forgeries import ANNA, Headers, logged_in, token_of
from tests.support.people import PASSWORD, Team
from tests.support.places import instance_of

app, browser = forgeries.app, forgeries.browser


ARGUMENT = re.compile(r"<(?:\w+:)?\w+>")
GIVEN = {"name": "Mallory", "version": "1", "status": "inactive", "change": "delete", "id": "1"}
ELSEWHERE = [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]


def form_cookie(app: Flask, settings: Settings) -> str:
    return f"{app.config['SESSION_COOKIE_NAME']}_{instance_of(settings)}"


def take_pair(browser: FlaskClient, other: FlaskClient, name: str) -> None:
    """As somebody does who can write cookies for the host, by a neighbour on another port."""
    planted = other.get_cookie(name)
    assert planted
    browser.set_cookie(name, planted.value)


def everything(db: Database) -> dict[str, Any]:
    def read(tx: Transaction) -> dict[str, Any]:
        return {name: tx.all(f"SELECT * FROM {quoted(name)}") for name in tables_of_rows(tx)}

    return db.read(read, SYSTEM)


def is_declared(app: Flask, endpoint: str, declared: str) -> bool:
    return bool(getattr(app.view_functions[endpoint], declared, False))


def changing_routes(app: Flask, *, unguarded: bool = False) -> Iterator[tuple[str, str]]:
    """Method and path, with 1 for each id; `unguarded` are those that prove their sender otherwise."""
    for rule in app.url_map.iter_rules():
        if is_declared(app, rule.endpoint, "from_any_site"):
            continue
        if is_declared(app, rule.endpoint, "unguarded") == unguarded:
            for method in sorted((rule.methods or set()) - SAFE_METHODS):
                yield method, ARGUMENT.sub("1", rule.rule)


def not_refused(app: Flask, browser: FlaskClient, token: str | None, headers: Headers) -> list[object]:
    """Each route that answers otherwise than by 403, in the shape of its side."""
    wrong: list[object] = []
    form = GIVEN if token is None else {**GIVEN, "csrf_token": token}
    for method, path in changing_routes(app):
        shape = "application/problem+json" if path.startswith("/api/") else "text/html"
        with browser.open(path, method=method, data=form, headers=headers) as answer:
            if (answer.status_code, answer.mimetype) != (403, shape):
                wrong.append((method, path, answer.status_code, answer.mimetype))
    return wrong


@pytest.mark.parametrize("token", [None, "", "IjEyMyI.aaaa.bbbb"], ids=["none", "empty", "foreign"])
def test_no_route_takes_a_change_without_the_token_of_its_own_page(
    app: Flask, browser: FlaskClient, db: Database, team: Team, token: str | None
) -> None:
    add_client(db, team.owner, name="Anna")
    before = everything(db)
    routes = list(changing_routes(app))
    assert not_refused(app, browser, token, {}) == []
    assert len(routes) > 100 and {path.startswith("/api/") for _, path in routes} == {True, False}
    assert everything(db) == before


@pytest.mark.parametrize("whose", ["another session's", "a visitor's"])
def test_no_route_takes_the_pair_of_another_session(
    app: Flask, settings: Settings, browser: FlaskClient, db: Database, whose: str
) -> None:
    other = logged_in(app) if whose == "another session's" else app.test_client()
    token = token_of(other, "/settings/profile" if whose == "another session's" else "/login")
    before = everything(db)
    assert not_refused(app, browser, token, {"X-CSRFToken": token}) == []
    take_pair(browser, other, form_cookie(app, settings))
    assert not_refused(app, browser, token, {}) == []
    assert not_refused(app, browser, None, {"X-CSRFToken": token}) == []
    assert everything(db) == before


@pytest.mark.parametrize("headers", ELSEWHERE, ids=lambda headers: headers["Sec-Fetch-Site"])
def test_no_route_takes_what_another_site_s_page_sent_however_right_its_pair(
    app: Flask, browser: FlaskClient, db: Database, headers: Headers
) -> None:
    token = token_of(browser)
    before = everything(db)
    assert not_refused(app, browser, token, {**headers, "X-CSRFToken": token}) == []
    open_doors = list(changing_routes(app, unguarded=True))
    answers = [browser.open(path, method=method, json={}, headers=headers) for method, path in open_doors]
    assert {answer.status_code for answer in answers} == {403} and len(answers) == 6
    assert everything(db) == before


@pytest.mark.parametrize("path", ["/login", "/join", "/setup"])
def test_a_visitor_s_form_needs_the_pair_of_its_own_cookie(
    app: Flask, settings: Settings, browser: FlaskClient, path: str
) -> None:
    visitor, other = app.test_client(), app.test_client()
    token_of(visitor, "/login")
    given = {"email": "owner@acme.example", "password": PASSWORD, "token": "x"}
    for token in (None, token_of(other, "/login"), token_of(browser)):
        form = given if token is None else {**given, "csrf_token": token}
        assert visitor.post(path, data=form).status_code == 403
    right = {**given, "csrf_token": token_of(visitor, "/login")}
    for headers in ELSEWHERE:
        assert visitor.post(path, data=right, headers=headers).status_code == 403
    assert visitor.post(path, data=right, headers={"Sec-Fetch-Site": "same-origin"}).status_code != 403


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=b",
        "text/plain", "application/json", "application/xml", "application/octet-stream", "", "nonsense",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "path", ["/clients/new", "/clients/1/files", "/logout", "/api/clients", "/api/logout"]
)
def test_a_forged_change_is_403_whatever_it_is_sent_as(
    browser: FlaskClient, db: Database, team: Team, path: str, kind: str
) -> None:
    add_client(db, team.owner, name="Anna")
    for body in (b"", b'{"name": "Mallory"}', b"name=Mallory", b"\xff\x00--b\r\n"):
        answer = browser.post(path, data=body, content_type=kind)
        assert answer.status_code == 403, (body, answer.get_data(as_text=True))
        assert browser.get("/api/me").status_code == 200


@pytest.mark.parametrize("send", ["field", "header", "htmx"])
def test_a_right_pair_is_taken_from_field_and_header(browser: FlaskClient, send: str) -> None:
    token = token_of(browser)
    headers = {
        "field": {},
        "header": {"X-CSRFToken": token},
        "htmx": {"X-CSRFToken": token, "HX-Request": "true"},
    }
    form = ANNA | ({"csrf_token": token} if send == "field" else {})
    answer = browser.post("/clients/new", data=form, headers=headers[send])
    assert answer.status_code in {200, 204, 303}, answer.get_data(as_text=True)
    assert browser.get("/api/clients").get_json()["data"][0]["name"] == "Anna"


def test_the_pair_of_a_session_ends_with_it(app: Flask, browser: FlaskClient) -> None:
    token = token_of(browser)
    assert browser.post("/logout", data={"csrf_token": token}).status_code == 303
    given = {"csrf_token": token_of(browser, "/login"), "email": "owner@acme.example", "password": PASSWORD}
    assert browser.post("/login", data=given).status_code == 303
    assert browser.post("/clients/new", data={"csrf_token": token, **ANNA}).status_code == 403
    assert browser.post("/clients/new", data={"csrf_token": token_of(browser), **ANNA}).status_code == 303


def test_only_what_proves_its_sender_otherwise_goes_without(app: Flask) -> None:
    assert {name for name in app.view_functions if is_declared(app, name, "unguarded")} == {
        "api_invitations.accept", "api_invitations.welcome", "api_login.log_in_here",
        "api_webhooks.receive_whatsapp", "api_lead_ads.receive", "api_workspace.set_up",
    }  # fmt: skip


def test_only_forms_for_visitors_of_other_sites_are_taken_from_there(app: Flask) -> None:
    from_there = {name for name in app.view_functions if is_declared(app, name, "from_any_site")}
    assert from_there == {"public_forms.take", "public_forms.confirm"}
    assert {permission_of(app, name) for name in from_there} == {PUBLIC}
