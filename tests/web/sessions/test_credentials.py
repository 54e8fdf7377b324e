"""What a person changes or revokes ends all that hangs on it, by each route."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.accounts.credentials import new_secret
from crm.accounts.fields import InvitationFields, TokenFields
from crm.accounts.invitations import create_invitation
from crm.accounts.sessions import identify_session
from crm.accounts.tokens import MOST_TOKENS, create_token, identify_token
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from tests.support.api import client_of, problem_of, running_app
from tests.support.crm_command import crm
from tests.support.people import PASSWORD, Team, enter
from tests.support.places import instance_of

ADMIN = "admin@acme.example"
NEW = "another harbour at dusk"
PROOF = {"current_password": PASSWORD}
CHANGE = {"current_password": PASSWORD, "new_password": NEW}


@pytest.fixture
def app(settings: Settings, db: Database) -> Iterator[Flask]:
    """A person may ask it often: one who walks all routes does."""
    with running_app(settings.model_copy(update={"rate_limit": "100000 per minute"})) as app:
        yield app


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def log_in(browser: FlaskClient, email: str = ADMIN) -> dict[str, str]:
    answer = browser.post("/api/login", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return {"X-CSRFToken": answer.get_json()["data"]["csrf_token"]}


def send(browser: FlaskClient, page: str, path: str, fields: dict[str, str]) -> Any:
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).get_data(as_text=True))
    assert token is not None
    return browser.post(path, data={"csrf_token": token[1], **fields})


def by_page(app: Flask, *, keep: bool) -> None:
    browser = app.test_client()
    log_in(browser)
    fields = CHANGE | ({"keep_tokens": "1"} if keep else {})
    path = "/settings/security/password"
    assert send(browser, "/settings/security", path, fields).status_code == 303
    assert browser.get("/settings/security").status_code == 200


def by_api(app: Flask, *, keep: bool) -> None:
    browser = app.test_client()
    headers = log_in(browser)
    change = {**CHANGE, "keep_tokens": keep}
    assert browser.put("/api/me/password", json=change, headers=headers).status_code == 200
    assert browser.get("/api/me").status_code == 200


def by_api_with_a_token(app: Flask, *, keep: bool) -> None:
    browser = app.test_client()
    made = browser.post("/api/tokens", json={"name": "mine", **PROOF}, headers=log_in(browser)).get_json()[
        "data"
    ]
    program = app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {made['token']}"
    answer = program.put("/api/me/password", json={**CHANGE, "keep_tokens": keep})
    assert answer.status_code == 200
    assert program.get("/api/me").status_code == (200 if keep else 401)


def by_console(app: Flask, *, keep: bool) -> None:
    words = ["user", "password", "--email", ADMIN, "--password-stdin", *(["--keep-tokens"] if keep else [])]
    done = crm(app.extensions["holdfast.settings"], *words, answer=NEW)
    assert done.returncode == 0, done.stderr


WAYS = [by_page, by_api, by_api_with_a_token, by_console]


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("way", WAYS)
def test_a_new_password_ends_all_that_the_old_one_opened(
    app: Flask, db: Database, team: Team, way: Callable[..., None], *, keep: bool
) -> None:
    other = enter(db, ADMIN).session
    first = db.write(create_token, team.admin, TokenFields(name="sync"), new_secret())
    second = db.write(create_token, team.admin, TokenFields(name="made with it"), new_secret(), first.id)
    neighbour = db.write(create_token, team.member, TokenFields(name="of another"), new_secret())
    way(app, keep=keep)
    assert db.read(identify_session, SYSTEM, other) is None
    for token in (first, second):
        assert (db.read(identify_token, SYSTEM, token.token) is not None) is keep
    assert db.read(identify_token, SYSTEM, neighbour.token)
    enter(db, ADMIN, NEW)


@pytest.mark.parametrize("way", ["page", "api"])
def test_locking_out_ends_sessions_tokens_and_invitations_and_letting_in_revives_none(
    app: Flask, db: Database, team: Team, browser: FlaskClient, way: str
) -> None:
    session = enter(db, ADMIN).session
    token = db.write(create_token, team.admin, TokenFields(name="sync"), new_secret()).token
    guest = db.write(create_invitation, team.admin, InvitationFields(role="viewer"), new_secret()).token
    headers = log_in(browser, "owner@acme.example")
    where = f"/settings/users/{team.admin.user_id}"
    for disabled, act in ((True, "disable"), (False, "enable")):
        if way == "api":
            path = f"/api/users/{team.admin.user_id}"
            assert browser.patch(path, json={"disabled": disabled}, headers=headers).status_code == 200
        else:
            assert send(browser, where, f"{where}/{act}", {}).status_code == 303
        assert db.read(identify_session, SYSTEM, session) is None
        assert db.read(identify_token, SYSTEM, token) is None
        problem_of(browser.post("/api/invitations/welcome", json={"token": guest}), 404)


def test_logging_in_again_ends_the_session_that_the_browser_held(
    app: Flask, db: Database, settings: Settings, team: Team, browser: FlaskClient
) -> None:
    elsewhere, name = app.test_client(), f"holdfast_session_{instance_of(settings)}"
    log_in(elsewhere)
    guest = db.write(create_invitation, team.owner, InvitationFields(role="viewer"), new_secret()).token
    held = []

    def hold() -> None:
        cookie = browser.get_cookie(name)
        assert cookie is not None
        held.append(cookie.value)

    log_in(browser)
    hold()
    log_in(browser)
    hold()
    log_in(browser, "owner@elsewhere.example")
    hold()
    wrong = {"email": ADMIN, "password": "not it"}
    browser.set_cookie(name, held[-1])
    problem_of(browser.post("/api/login", json=wrong), 401)
    assert db.read(identify_session, SYSTEM, held[-1])
    other = app.test_client()
    other.set_cookie(name, held[-1])
    form = re.search(r'name="csrf_token" value="([^"]+)"', other.get("/join").get_data(as_text=True))
    assert form is not None
    fields = {"csrf_token": form[1], "email": ADMIN, "password": PASSWORD}
    assert other.post("/login", data=fields).status_code == 303
    cookie = other.get_cookie(name)
    assert cookie is not None
    held.append(cookie.value)
    greta = {"token": guest, "name": "Greta", "email": "g@acme.example", "password": PASSWORD}
    joined = send(other, "/join", "/join", greta)
    assert joined.status_code == 303
    assert [db.read(identify_session, SYSTEM, secret) for secret in held] == [None] * 4
    assert elsewhere.get("/api/me").status_code == 200


def test_a_token_made_with_a_token_ends_with_it_however_far(app: Flask, db: Database, team: Team) -> None:
    first = client_of(app, db, team.member)
    secrets, program = [], first
    for name in ("second", "third"):
        made = program.post("/api/tokens", json={"name": name, **PROOF}).get_json()["data"]
        secrets.append(made["token"])
        program = app.test_client()
        program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {made['token']}"
    listed = first.get("/api/tokens").get_json()["data"]
    assert [token["maker_id"] for token in listed] == [listed[1]["id"], listed[2]["id"], None]
    assert all(db.read(identify_token, SYSTEM, secret) for secret in secrets)
    assert first.delete(f"/api/tokens/{listed[2]['id']}").status_code == 204
    assert [db.read(identify_token, SYSTEM, secret) for secret in secrets] == [None, None]
    assert first.get("/api/me").status_code == 401


@pytest.mark.parametrize("way", ["api", "page", "console"])
def test_a_person_has_as_many_tokens_as_one_needs_and_no_more(
    app: Flask, db: Database, team: Team, settings: Settings, way: str
) -> None:
    client = client_of(app, db, team.member)
    for number in range(MOST_TOKENS - 1):
        db.write(create_token, team.member, TokenFields(name=f"№ {number}"), new_secret())
    refusal, more = f"You already have {MOST_TOKENS} API tokens", {"name": "more", **PROOF}
    if way == "api":
        assert refusal in problem_of(client.post("/api/tokens", json=more), 409)["detail"]
    elif way == "page":
        refused = client.post("/settings/tokens", data={**more, "scope": "read", "days": "7"})
        assert refused.status_code == 409 and refusal in refused.get_data(as_text=True)
    else:
        done = crm(settings, "token", "create", "--user", "member@acme.example", "--name", "more")
        assert done.returncode == 1 and refusal in done.stderr
    listed = client.get("/api/tokens?limit=200").get_json()["data"]
    assert len(listed) == MOST_TOKENS
    assert client.delete(f"/api/tokens/{listed[0]['id']}").status_code == 204
    assert client.post("/api/tokens", json=more).status_code == 201
    assert client_of(app, db, team.viewer).post("/api/tokens", json=more).status_code == 201
