"""Nothing is ever built from what a request calls the host: every page, answer and redirect there is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.accounts.fields import WorkspaceChanges
from crm.accounts.workspaces import change_workspace
from crm.config import Settings
from crm.conversations.channels.channels import Channel
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import Forbidden
from crm.web.auth import SAFE_METHODS
from tests.support.api import client_of, problem_of, running_app
from tests.support.clients import add_client
from tests.support.people import PASSWORD, Team
from tests.support.whatsapp import connect

HOSTILE = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
ARGUMENT = re.compile(r"<(?:\w+:)?\w+>")
ABSOLUTE = re.compile(rb"evil\.example|appliance\.invalid")
PUBLIC = "https://crm.example/below/it"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def app(settings: Settings, team: Team) -> Iterator[Flask]:
    with running_app(settings.model_copy(update={"rate_limit": "100000 per minute"})) as app:
        yield app


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    page = TOKEN.search(client.get("/login").get_data(as_text=True))
    assert page is not None
    given = {"csrf_token": page[1], "email": "owner@acme.example", "password": PASSWORD}
    assert client.post("/login", data=given).status_code == 303
    return client


@pytest.fixture
def channel(app: Flask, db: Database, team: Team) -> Channel:
    return connect(db, team.owner, app.extensions["holdfast.vault"])


def readable(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            yield ARGUMENT.sub("1", rule.rule)


def said(answer: Any) -> bytes:
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    return bytes(answer.get_data()) + headers.encode()


def test_no_answer_names_the_host_that_a_request_asked_for(
    app: Flask, browser: FlaskClient, db: Database, team: Team, channel: Channel
) -> None:
    add_client(db, team.owner, name="Anna")
    paths = [
        *readable(app),
        "//clients",
        "/clients//1",
        "/%2e%2e//evil",
        "/nothing",
        "/login?next=//evil",
        "",
    ]
    wrong = []
    for client in (browser, app.test_client()):
        for path in paths:
            for headers in (HOSTILE, {**HOSTILE, "HX-Request": "true"}):
                with client.get(path, headers=headers) as answer:
                    location = answer.headers.get("Location", "/")
                    if ABSOLUTE.search(said(answer)) or not re.match(r"/(?![/\\])", location):
                        wrong.append((path, location))
    assert wrong == [] and len(paths) > 80


def test_no_change_answers_with_the_host_that_it_asked_for(
    app: Flask, browser: FlaskClient, db: Database, team: Team
) -> None:
    token = browser.get("/api/me").get_json()["data"]["csrf_token"]
    owner = client_of(app, db, team.owner)
    wrong = []
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - SAFE_METHODS):
            if rule.endpoint.endswith(("log_out", "end", "end_others")):
                continue
            path = ARGUMENT.sub("1", rule.rule)
            form = {"csrf_token": token, "name": "Anna", "kind": "person", "status": "active", "version": "1"}
            for answer in (
                browser.open(path, method=method, data=form, headers=HOSTILE),
                owner.open(path, method=method, json={"name": "Anna"}, headers=HOSTILE),
            ):
                if ABSOLUTE.search(said(answer)):
                    wrong.append((method, path))
                answer.close()
    assert wrong == []


@pytest.mark.parametrize("who", ["nobody", "owner", "environment"])
def test_links_begin_with_what_was_confirmed_or_are_left_to_the_browser(
    settings: Settings, db: Database, team: Team, who: str
) -> None:
    fixed = settings.model_copy(
        update={"public_url": "https://fixed.example"} if who == "environment" else {}
    )
    with running_app(fixed) as app:
        if who != "nobody":
            db.write(change_workspace, team.owner, WorkspaceChanges(public_url=f"{PUBLIC}/"))
        begin = {"nobody": None, "owner": PUBLIC, "environment": "https://fixed.example"}[who]
        line = connect(db, team.owner, app.extensions["holdfast.vault"])
        owner = client_of(app, db, team.owner)
        made = owner.post("/api/invitations", json={}, headers=HOSTILE)
        link = made.get_json()["data"]
        assert link["path"].endswith(f"/join#{link['token']}") and link["path"].startswith("/")
        assert link["url"] == (begin and f"{begin}/join#{link['token']}")
        page = owner.get(f"/settings/channels/{line.id}", headers=HOSTILE).get_data(as_text=True)
        callback = re.search(r'id="callback" value="([^"]*)"', page)
        subpath = "/below/it" if who == "owner" else ""
        assert callback and callback[1] == f"{begin or subpath}/api/webhooks/whatsapp"


def test_another_workspace_s_address_begins_no_link(app: Flask, db: Database, team: Team) -> None:
    db.write(change_workspace, team.outsider, WorkspaceChanges(public_url="https://elsewhere.example"))
    made = client_of(app, db, team.owner).post("/api/invitations", json={}).get_json()["data"]
    assert made["url"] is None and made["path"] == f"/join#{made['token']}"


@pytest.mark.parametrize("role", ["admin", "owner"])
def test_only_an_owner_confirms_the_address(app: Flask, db: Database, team: Team, role: str) -> None:
    who: Actor = getattr(team, role)
    api = client_of(app, db, who)
    answer = api.patch("/api/workspace", json={"public_url": PUBLIC})
    if role == "owner":
        assert answer.get_json()["data"]["public_url"] == PUBLIC
        assert api.patch("/api/workspace", json={"public_url": None}).get_json()["data"]["public_url"] is None
    else:
        problem_of(answer, 403)
        assert api.patch("/api/workspace", json={"name": "Still"}).status_code == 200
        with pytest.raises(Forbidden):
            db.write(change_workspace, who, WorkspaceChanges(public_url=PUBLIC))
