"""A browser logs in over the API: sessions, cookies, tokens against forgery, guesses."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.accounts.login import LoggedIn
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from tests.support import accounts_api, bare_app
from tests.support.accounts_api import NEW, OWNER, data_of, log_in
from tests.support.api import problem_of
from tests.support.frozen_clock import FrozenClock
from tests.support.people import Team, enter
from tests.support.places import instance_of

app, browser, owner = bare_app.app, bare_app.browser, accounts_api.owner


def test_a_browser_logs_in_works_and_logs_out(browser: FlaskClient, team: Team) -> None:
    problem_of(browser.get("/api/me"), 401)
    headers = log_in(browser)
    me = data_of(browser.get("/api/me"))
    assert (me["user"]["email"], me["workspace"]["name"], me["kind"]) == (
        "owner@acme.example",
        "Acme",
        "session",
    )
    assert "users.manage" in me["permissions"]
    data_of(browser.post("/api/users", json=NEW, headers=headers), 201)
    assert browser.post("/api/logout", headers=headers).status_code == 204
    problem_of(browser.get("/api/me"), 401)


def test_cookies_are_the_browser_s_alone_and_over_https_its_own_in_name(
    settings: Settings, browser: FlaskClient, team: Team
) -> None:
    plain = browser.post("/api/login", json=OWNER).headers.getlist("Set-Cookie")
    secure = browser.post("/api/login", json=OWNER, base_url="https://localhost").headers.getlist(
        "Set-Cookie"
    )
    names = {f"holdfast_{what}_{instance_of(settings)}" for what in ("session", "device", "form")}
    assert {cookie.split("=")[0] for cookie in plain} == names
    assert {cookie.split("=")[0] for cookie in secure} == {f"__Host-{name}" for name in names}
    assert all(
        "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie for cookie in plain + secure
    )
    assert all("Secure" in cookie and "Domain" not in cookie for cookie in secure)
    assert not any("Secure" in cookie for cookie in plain)


def test_a_session_changes_nothing_without_its_own_token_against_forged_requests(
    app: Flask, browser: FlaskClient, team: Team
) -> None:
    log_in(browser)
    problem_of(browser.post("/api/users", json=NEW), 403)
    others = log_in(app.test_client())
    problem_of(browser.post("/api/users", json=NEW, headers=others), 403)


def test_a_log_in_gets_secrets_of_its_own(settings: Settings, browser: FlaskClient, team: Team) -> None:
    name = f"holdfast_session_{instance_of(settings)}"
    browser.set_cookie(name, "chosen-by-a-stranger")
    before = log_in(browser)
    first = browser.get_cookie(name)
    after = log_in(browser)
    second = browser.get_cookie(name)
    assert first and second and first.value != second.value != "chosen-by-a-stranger"
    assert before != after
    problem_of(browser.post("/api/users", json=NEW, headers=before), 403)


def test_wrong_unknown_and_disabled_get_the_same_answer(
    owner: FlaskClient, browser: FlaskClient, team: Team
) -> None:
    viewer = f"/api/users/{team.viewer.user_id}"
    data_of(owner.patch(viewer, json={"disabled": True}))
    answers = [
        problem_of(browser.post("/api/login", json={**OWNER, **given}), 401)
        for given in (
            {"password": "not the password"},
            {"email": "nobody@acme.example"},
            {"email": "viewer@acme.example"},
        )
    ]
    assert len({(each["title"], each["detail"]) for each in answers}) == 1


def test_guesses_learn_when_to_come_back(browser: FlaskClient, team: Team) -> None:
    for _ in range(5):
        problem_of(browser.post("/api/login", json={**OWNER, "password": "wrong"}), 401)
    refused = browser.post("/api/login", json=OWNER)
    problem_of(refused, 429)
    assert int(refused.headers["Retry-After"]) >= 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": 1, "password": True},
        {"email": "a" * 5000, "password": "x"},
        {**OWNER, "admin": True},
        [],
    ],
)
def test_a_log_in_of_another_shape_is_refused(browser: FlaskClient, team: Team, body: Any) -> None:
    problem_of(browser.post("/api/login", json=body), 422)


def test_a_form_of_another_site_cannot_log_in(browser: FlaskClient, team: Team) -> None:
    problem_of(browser.post("/api/login", data=OWNER), 415)
    problem_of(browser.post("/api/login", data='{"email":"a"}', content_type="text/plain"), 415)


def test_an_expired_session_is_nobody_s(browser: FlaskClient, team: Team, frozen_clock: FrozenClock) -> None:
    log_in(browser)
    frozen_clock.advance(days=14)
    problem_of(browser.get("/api/me"), 401)


def test_a_session_is_used_by_its_cookie_alone(browser: FlaskClient, db: Database, team: Team) -> None:
    entered: LoggedIn = enter(db, OWNER["email"])
    assert isinstance(entered.actor, Actor)
    browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {entered.session}"
    problem_of(browser.get("/api/me"), 401)
