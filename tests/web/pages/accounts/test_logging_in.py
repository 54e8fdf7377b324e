"""The pages of logging in and out as plain forms."""

import pytest
from flask.testing import FlaskClient

from crm.accounts.login import WrongCredentials
from crm.db.database import Database
from tests.support import bare_app
from tests.support.accounts_pages import OWNER, log_in, send, text_of
from tests.support.frozen_clock import FrozenClock
from tests.support.people import Team, enter

app, browser = bare_app.app, bare_app.browser


def test_one_logs_in_to_the_page_that_was_asked_for(browser: FlaskClient, team: Team) -> None:
    asked = browser.get("/settings/profile?x=1").headers["Location"]
    assert asked == "/login?next=/settings/profile?x%3D1"
    done = send(browser, "/login", {**OWNER, "next": "/settings/profile?x=1"}, page=asked)
    assert (done.status_code, done.headers["Location"]) == (303, "/settings/profile?x=1")
    assert browser.get("/login").headers["Location"] == "/"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "//[",
        "",
    ],
)
def test_a_link_from_elsewhere_does_not_lead_away(browser: FlaskClient, team: Team, target: str) -> None:
    done = send(browser, "/login", {**OWNER, "next": target})
    assert (done.status_code, done.headers["Location"]) == (303, "/")


def test_a_wrong_log_in_says_so_and_keeps_the_address(browser: FlaskClient, team: Team) -> None:
    refused = send(browser, "/login", {**OWNER, "password": "wrong"})
    assert refused.status_code == 401
    assert WrongCredentials().message in text_of(refused) and OWNER["email"] in text_of(refused)
    strange = send(
        browser,
        "/login",
        {"email": "\ud800\x00".encode("utf-8", "surrogatepass").decode("latin1"), "password": ""},
    )
    assert strange.status_code == 401


def test_too_many_guesses_are_asked_to_wait(browser: FlaskClient, team: Team) -> None:
    for _ in range(5):
        send(browser, "/login", {**OWNER, "password": "wrong"})
    refused = send(browser, "/login", OWNER)
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) >= 1
    assert "Too many attempts" in text_of(refused)


def test_logging_out_takes_a_form_and_ends_the_session(browser: FlaskClient, team: Team) -> None:
    log_in(browser)
    assert browser.get("/logout").status_code == 405
    assert browser.post("/logout").status_code == 403
    assert send(browser, "/logout", {}, page="/settings/profile").status_code == 303
    assert browser.get("/settings/profile").status_code == 302


def test_a_session_that_ends_leads_to_log_in(
    browser: FlaskClient, db: Database, team: Team, frozen_clock: FrozenClock
) -> None:
    browser.set_cookie("holdfast_session", enter(db, OWNER["email"]).session)
    assert browser.get("/settings/profile").status_code == 200
    frozen_clock.advance(days=14)
    assert browser.get("/settings/profile").headers["Location"].startswith("/login")
