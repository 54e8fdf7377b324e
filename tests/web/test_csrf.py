"""Nothing that a stranger's page makes a logged-in browser send takes effect: over every route there is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.copies import quoted
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.web.auth import SAFE_METHODS
from tests.support.api import running_app
from tests.support.clients import add_client
from tests.support.people import PASSWORD, Team

ARGUMENT = re.compile(r"<(?:\w+:)?\w+>")


@pytest.fixture
def app(settings: Settings, team: Team) -> Iterator[Flask]:
    with running_app(settings) as app:
        yield app


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Logged in as the owner."""
    client = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").get_data(as_text=True))
    assert token
    given = {"csrf_token": token[1], "email": "owner@acme.example", "password": PASSWORD}
    assert client.post("/login", data=given).status_code == 303
    assert client.get("/clients").status_code == 200
    return client


def everything(db: Database) -> dict[str, Any]:
    def read(tx: Transaction) -> dict[str, Any]:
        names = [
            row["name"]
            for row in tx.all(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
            )
            if "_search_" not in row["name"]
        ]
        return {name: tx.all(f"SELECT * FROM {quoted(name)}") for name in names}

    return db.read(read, SYSTEM)


def changing_routes(app: Flask) -> Iterator[tuple[str, str]]:
    """Method and path, with 1 for each id; but for those that prove their sender otherwise."""
    for rule in app.url_map.iter_rules():
        if not getattr(app.view_functions[rule.endpoint], "unguarded", False):
            for method in sorted((rule.methods or set()) - SAFE_METHODS):
                yield method, ARGUMENT.sub("1", rule.rule)


@pytest.mark.parametrize("token", [None, "", "IjEyMyI.aaaa.bbbb"], ids=["none", "empty", "foreign"])
def test_no_route_takes_a_change_without_the_token_of_its_own_page(
    app: Flask, browser: FlaskClient, db: Database, team: Team, token: str | None
) -> None:
    add_client(db, team.owner, name="Anna")
    before = everything(db)
    routes = list(changing_routes(app))
    given = {"name": "Mallory", "version": "1", "status": "inactive", "change": "delete", "id": "1"}
    wrong = []
    for method, path in routes:
        form = given if token is None else {**given, "csrf_token": token}
        with browser.open(path, method=method, data=form) as answer:
            if answer.status_code != 400:
                wrong.append((method, path, answer.status_code))
    assert wrong == []
    assert len(routes) > 100 and {path.startswith("/api/") for _, path in routes} == {True, False}
    assert everything(db) == before


def test_only_what_proves_its_sender_otherwise_goes_without(app: Flask) -> None:
    unguarded = {name for name, view in app.view_functions.items() if getattr(view, "unguarded", False)}
    assert unguarded == {
        "api_invitations.accept", "api_invitations.welcome", "api_login.log_in_here",
        "api_webhooks.receive_whatsapp", "api_workspace.set_up",
    }  # fmt: skip
