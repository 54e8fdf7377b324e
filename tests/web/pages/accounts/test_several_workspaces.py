"""Whoever has one password in several workspaces chooses one, on the page and over the API."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.accounts.profile import reset_password
from crm.accounts.workspaces import create_workspace
from crm.appliance.furnishing import furnish_workspace
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from tests.support.api import fields_of, problem_of, running_app
from tests.support.frozen_clock import FrozenClock
from tests.support.people import PASSWORD, PASSWORD_HASH, Team, setup_fields

OWNER = {"email": "owner@acme.example", "password": PASSWORD}
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
BUTTON = re.compile(r'<button[^>]* name="workspace" value="(\d+)">([^<]+)</button>')


@pytest.fixture
def app(settings: Settings, db: Database) -> Iterator[Flask]:
    with running_app(settings) as app:
        yield app


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def second(db: Database, team: Team) -> Actor:
    """The same person, with the same password, in one more workspace."""
    fields = setup_fields("Third <b>", OWNER["email"])
    made = db.write(create_workspace, SYSTEM, fields, PASSWORD_HASH, furnish_workspace)
    return Actor(made.workspace_id, made.owner_id)


def send(browser: FlaskClient, page: str, fields: dict[str, str]) -> Any:
    token = CSRF.search(page)
    assert token is not None
    return browser.post("/login", data={"csrf_token": token[1], **fields})


def begin(browser: FlaskClient, **given: str) -> Any:
    return send(browser, browser.get("/login").get_data(as_text=True), {**OWNER, **given})


def test_the_page_asks_and_the_choice_logs_in(browser: FlaskClient, team: Team, second: Actor) -> None:
    asked = begin(browser, next="/clients?x=1")
    page = asked.get_data(as_text=True)
    assert asked.status_code == 200 and PASSWORD not in page
    choices = {name: value for value, name in BUTTON.findall(page)}
    assert choices == {"Acme": str(team.owner.workspace_id), "Third &lt;b&gt;": str(second.workspace_id)}
    assert "Elsewhere" not in page
    assert browser.get("/api/me").status_code == 401
    done = send(browser, page, {"workspace": str(second.workspace_id), "next": "/clients?x=1"})
    assert (done.status_code, done.headers["Location"]) == (303, "/clients?x=1")
    me = browser.get("/api/me").get_json()["data"]
    assert (me["workspace"]["id"], me["user"]["id"]) == (second.workspace_id, second.user_id)


def test_only_what_was_offered_can_be_chosen_and_once(
    app: Flask, browser: FlaskClient, team: Team, second: Actor
) -> None:
    stranger = app.test_client()
    page = stranger.get("/login").get_data(as_text=True)
    assert send(stranger, page, {"workspace": str(second.workspace_id)}).status_code == 401
    asked = begin(browser).get_data(as_text=True)
    refused = send(browser, asked, {"workspace": str(team.outsider.workspace_id)})
    assert refused.status_code == 401
    again = send(browser, refused.get_data(as_text=True), {"workspace": str(second.workspace_id)})
    assert again.status_code == 401


@pytest.mark.parametrize("what", ["late", "password", "disabled"])
def test_a_choice_does_not_outlive_the_password_nor_its_time(
    db: Database, browser: FlaskClient, second: Actor, frozen_clock: FrozenClock, what: str
) -> None:
    asked = begin(browser).get_data(as_text=True)
    if what == "late":
        frozen_clock.advance(minutes=5)
    elif what == "password":
        db.write(reset_password, second, int(second.user_id or 0), "!")
    else:
        user = int(second.user_id or 0)
        db.write(lambda tx: tx.run("UPDATE users SET disabled_at = '2026' WHERE id = :id", id=user), SYSTEM)
    refused = send(browser, asked, {"workspace": str(second.workspace_id)})
    assert refused.status_code == 401
    assert browser.get("/api/me").status_code == 401


def test_the_api_names_the_workspaces_and_takes_one(browser: FlaskClient, team: Team, second: Actor) -> None:
    problem = problem_of(browser.post("/api/login", json=OWNER), 409)
    ours = {"id": team.owner.workspace_id, "name": "Acme"}
    assert problem["workspaces"] == [ours, {"id": second.workspace_id, "name": "Third <b>"}]
    for workspace in (second.workspace_id, str(second.workspace_id), "THIRD <b>"):
        entered = browser.post("/api/login", json={**OWNER, "workspace": workspace})
        assert entered.status_code == 200, entered.get_data(as_text=True)
        assert entered.get_json()["data"]["workspace"]["id"] == second.workspace_id
    for workspace in ("Elsewhere", team.outsider.workspace_id, "nowhere", 999, 0, -1, 10**25):
        problem_of(browser.post("/api/login", json={**OWNER, "workspace": workspace}), 401)


@pytest.mark.parametrize("workspace", [True, 1.5, [], {}, "x" * 101, 10**101])
def test_a_workspace_of_another_shape_is_refused(browser: FlaskClient, team: Team, workspace: Any) -> None:
    assert fields_of(browser.post("/api/login", json={**OWNER, "workspace": workspace})) == {"workspace"}


def test_a_wrong_password_is_wrong_in_any_number_of_workspaces(
    browser: FlaskClient, team: Team, second: Actor
) -> None:
    details = {
        problem_of(browser.post("/api/login", json={**given, "password": "wrong"}), 401)["detail"]
        for given in (OWNER, {"email": "viewer@acme.example"}, {"email": "nobody@acme.example"})
    }
    assert len(details) == 1
    page = html.unescape(begin(browser, password="wrong").get_data(as_text=True))
    assert not any(name in page for name in ("Acme", "Third", 'name="workspace"'))


def test_beyond_four_workspaces_the_page_takes_the_workspace_s_name(
    db: Database, browser: FlaskClient, team: Team, second: Actor
) -> None:
    assert 'name="workspace"' not in browser.get("/login").get_data(as_text=True)
    for number in (4, 5):
        fields = setup_fields(f"Branch {number}", f"b{number}@acme.example")
        db.write(create_workspace, SYSTEM, fields, PASSWORD_HASH, furnish_workspace)
    assert 'name="workspace"' in browser.get("/login").get_data(as_text=True)
    assert begin(browser, workspace="third <b>").status_code == 303
    assert browser.get("/api/me").get_json()["data"]["workspace"]["id"] == second.workspace_id
