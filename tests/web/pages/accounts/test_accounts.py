"""The pages of accounts as plain forms: set-up, log in, join, settings."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.accounts.login import WrongCredentials
from crm.accounts.setup import ensure_setup_code
from crm.config import Settings
from crm.db.database import Database
from tests.support.api import client_of, running_app
from tests.support.frozen_clock import FrozenClock
from tests.support.people import PASSWORD, Team, enter

SETUP = {
    "workspace": "Acme", "name": "Olga", "email": "olga@acme.example", "password": PASSWORD,
    "country": "DE", "currency": "EUR", "timezone": "Europe/Berlin",
}  # fmt: skip
OWNER = {"email": "owner@acme.example", "password": PASSWORD}


@pytest.fixture
def app(settings: Settings, db: Database) -> Iterator[Flask]:
    with running_app(settings) as app:
        yield app


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def text_of(response: Any) -> str:
    return html.unescape(response.get_data(as_text=True))


def send(browser: FlaskClient, path: str, fields: dict[str, str], *, page: str | None = None) -> Any:
    """Load the page as a browser does, and send its form with these fields."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page or path).get_data(as_text=True))
    assert token is not None
    return browser.post(path, data={"csrf_token": token[1], **fields})


def log_in(browser: FlaskClient, **given: str) -> None:
    answer = send(browser, "/login", {**OWNER, **given})
    assert answer.status_code == 303, text_of(answer)


def problems_of(page: str) -> set[str]:
    return set(re.findall(r'id="([\w]+)-error"', page))


def test_a_fresh_appliance_leads_to_its_set_up_and_a_ready_one_away_from_it(
    browser: FlaskClient, settings: Settings
) -> None:
    assert browser.get("/clients").headers["Location"] == "/setup"
    assert browser.get("/login").headers["Location"] == "/setup"
    done = send(browser, "/setup", {**SETUP, "code": ensure_setup_code(settings)})
    assert (done.status_code, done.headers["Location"]) == (303, "/")
    assert "Olga" in text_of(browser.get("/"))
    assert browser.get("/setup").headers["Location"] == "/login"
    assert "Europe/Berlin" in text_of(browser.get("/settings/workspace"))


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"code": "0000-0000-0000"}, {"code"}),
        ({"code": ""}, {"code"}),
        ({"password": "short"}, {"password"}),
        ({"password": "Password1234"}, {"password"}),
        ({"email": "nobody", "workspace": " ", "currency": "XXX"}, {"email", "workspace", "currency"}),
    ],
)
def test_a_refused_set_up_names_the_fields_and_keeps_what_was_typed(
    browser: FlaskClient, settings: Settings, given: dict[str, str], fields: set[str]
) -> None:
    refused = send(browser, "/setup", {**SETUP, "code": ensure_setup_code(settings), **given})
    assert refused.status_code == 422
    page = text_of(refused)
    assert problems_of(page) == fields
    assert 'value="Olga"' in page and PASSWORD not in page
    assert browser.get("/clients").headers["Location"] == "/setup"


def test_a_set_up_without_country_and_currency_has_those_of_the_api(
    browser: FlaskClient, settings: Settings
) -> None:
    given = {name: text for name, text in SETUP.items() if name not in {"country", "currency"}}
    assert send(browser, "/setup", {**given, "code": ensure_setup_code(settings)}).status_code == 303
    workspace = browser.get("/api/workspace").get_json()["data"]
    assert (workspace["country"], workspace["currency"]) == ("US", "USD")


def test_the_browser_s_language_proposes_country_and_currency(browser: FlaskClient) -> None:
    page = browser.get("/setup", headers={"Accept-Language": "de-CH,de;q=0.9"}).get_data(as_text=True)
    assert '<option value="CH" selected>' in page and '<option value="CHF" selected>' in page
    odd = browser.get("/setup", headers={"Accept-Language": "x-odd, *;q=0.1, zz-ZZ"})
    assert odd.status_code == 200


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


def test_an_invitation_s_link_lets_one_person_in_as_invited(
    app: Flask, browser: FlaskClient, team: Team
) -> None:
    log_in(browser)
    made = send(
        browser, "/settings/users/invitations", {"role": "viewer", "email": ""}, page="/settings/users"
    )
    assert made.status_code == 201
    link = re.search(r'id="new-link" value="/join#([\w-]+)"', made.get_data(as_text=True))
    assert link is not None
    guest = app.test_client()
    fields = {"token": link[1], "name": "Greta", "email": "greta@acme.example", "password": PASSWORD}
    assert problems_of(text_of(send(guest, "/join", {**fields, "name": "viewer"}))) == {"name"}
    assert send(guest, "/join", fields).headers["Location"] == "/"
    assert "Greta" in text_of(guest.get("/settings/profile"))
    assert guest.get("/settings/users").status_code == 403
    again = send(app.test_client(), "/join", fields)
    assert again.status_code == 404 and "has expired, was revoked or was already used" in text_of(again)


def test_an_invitation_can_be_taken_back(browser: FlaskClient, team: Team) -> None:
    log_in(browser)
    send(
        browser,
        "/settings/users/invitations",
        {"role": "member", "email": "g@acme.example"},
        page="/settings/users",
    )
    page = text_of(browser.get("/settings/users"))
    path = re.search(r'action="(/settings/users/invitations/\d+/revoke)"', page)
    assert path and "g@acme.example" in page.replace("<wbr>", "")
    assert send(browser, path[1], {}, page="/settings/users").status_code == 303
    assert "g@acme.example" not in text_of(browser.get("/settings/users"))


def test_people_are_changed_and_locked_out_at_once(app: Flask, browser: FlaskClient, team: Team) -> None:
    log_in(browser)
    other = app.test_client()
    log_in(other, email="viewer@acme.example")
    where = f"/settings/users/{team.viewer.user_id}"
    changed = send(
        browser, where, {"name": "Vera", "email": "viewer@acme.example", "role": "member", "version": "1"}
    )
    assert changed.status_code == 303
    assert "Vera" in text_of(browser.get("/settings/users"))
    stale = send(browser, where, {"name": "Viola", "version": "1"})
    assert stale.status_code == 412 and "was also changed by somebody else" in text_of(stale)
    taken = {"name": "admin", "email": "admin@acme.example", "version": "2"}
    assert problems_of(text_of(send(browser, where, taken))) == {"current_password"}
    taken = send(browser, where, {**taken, "current_password": PASSWORD})
    assert taken.status_code == 409 and problems_of(text_of(taken)) == {"name", "email"}
    assert other.get("/settings/profile").status_code == 200
    assert send(browser, f"{where}/disable", {}, page=where).status_code == 303
    assert other.get("/settings/profile").status_code == 302
    assert "Deactivated" in text_of(browser.get("/settings/users"))
    send(browser, f"{where}/enable", {}, page=where)
    assert other.get("/settings/profile").status_code == 302
    log_in(other, email="viewer@acme.example")


def test_an_admin_cannot_touch_an_owner(browser: FlaskClient, team: Team) -> None:
    log_in(browser, email="admin@acme.example")
    where = f"/settings/users/{team.owner.user_id}"
    assert "Only an owner" in text_of(browser.get(where))
    refused = send(browser, where, {"name": "Nobody", "version": "1"})
    assert refused.status_code == 403
    send(browser, f"{where}/disable", {}, page=where)
    assert "Deactivated" not in text_of(browser.get("/settings/users"))
    assert 'value="owner"' not in browser.get("/settings/users").get_data(as_text=True)


def test_a_token_is_shown_once_and_revoked(app: Flask, browser: FlaskClient, team: Team) -> None:
    log_in(browser, email="member@acme.example")
    fields = {"name": "sync", "scope": "read", "days": "30", "current_password": PASSWORD}
    made = send(browser, "/settings/tokens", fields)
    token = re.search(r'id="new-token" value="(hf_[\w-]+)"', made.get_data(as_text=True))
    assert made.status_code == 201 and token
    page = browser.get("/settings/tokens").get_data(as_text=True)
    assert token[1] not in page and token[1][:7] in page
    program = app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token[1]}"
    assert program.get("/api/me").status_code == 200
    path = re.search(r'action="(/settings/tokens/\d+/revoke)"', page)
    assert path and send(browser, path[1], {}, page="/settings/tokens").status_code == 303
    assert program.get("/api/me").status_code == 401
    odd = ({"name": " "}, {"days": "many"}, {"days": "9999"}, {"scope": "all"}, {"current_password": "no"})
    for wrong in odd:
        refused = send(browser, "/settings/tokens", {**fields, **wrong})
        assert refused.status_code == 422 and problems_of(text_of(refused)) == set(wrong)


def test_the_profile_is_saved_under_its_version(browser: FlaskClient, team: Team) -> None:
    log_in(browser, email="member@acme.example")
    fields = {"name": "Mara", "email": "member@acme.example", "timezone": "Asia/Tokyo", "version": "1"}
    assert send(browser, "/settings/profile", fields).status_code == 303
    assert '<option value="Asia/Tokyo" selected>' in browser.get("/settings/profile").get_data(as_text=True)
    assert send(browser, "/settings/profile", fields).status_code == 412
    another = {**fields, "email": "mara@acme.example", "version": "2"}
    assert problems_of(text_of(send(browser, "/settings/profile", another))) == {"current_password"}
    assert send(browser, "/settings/profile", {**another, "current_password": PASSWORD}).status_code == 303


def test_a_new_password_and_sessions_that_end(app: Flask, browser: FlaskClient, team: Team) -> None:
    log_in(browser)
    phone = app.test_client()
    phone.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5) Version/18.5 Safari/604.1"
    )
    log_in(phone)
    page = text_of(browser.get("/settings/security"))
    assert "Safari on iPhone" in page and "This browser" in page
    path = re.search(r'action="(/settings/security/sessions/\d+/end)"', page)
    assert path and send(browser, path[1], {}, page="/settings/security").status_code == 303
    assert phone.get("/settings/profile").status_code == 302
    log_in(phone)
    change = {"current_password": PASSWORD, "new_password": "another harbour at dusk"}
    wrong = send(
        browser, "/settings/security/password", {**change, "current_password": "x"}, page="/settings/security"
    )
    assert wrong.status_code == 422 and problems_of(text_of(wrong)) == {"current_password"}
    done = send(browser, "/settings/security/password", change, page="/settings/security")
    assert done.status_code == 303
    assert phone.get("/settings/profile").status_code == 302
    assert "1 other session was ended" in text_of(browser.get("/settings/security"))


def test_plain_http_is_shown_to_admins_who_are_not_on_this_machine(
    app: Flask, browser: FlaskClient, db: Database, team: Team
) -> None:
    warning = "is sent over plain HTTP"
    for role, scheme, address, expected in (
        ("owner", "http", "192.0.2.9", True),
        ("admin", "http", "192.0.2.9", True),
        ("member", "http", "192.0.2.9", False),
        ("owner", "https", "192.0.2.9", False),
        ("owner", "http", "127.0.0.1", False),
    ):
        client = client_of(app, db, getattr(team, role))
        page = client.get(
            "/settings/profile", base_url=f"{scheme}://localhost", environ_overrides={"REMOTE_ADDR": address}
        )
        assert (warning in text_of(page)) is expected, (role, scheme, address)


def test_a_session_that_ends_leads_to_log_in(
    browser: FlaskClient, db: Database, team: Team, frozen_clock: FrozenClock
) -> None:
    browser.set_cookie("holdfast_session", enter(db, OWNER["email"]).session)
    assert browser.get("/settings/profile").status_code == 200
    frozen_clock.advance(days=14)
    assert browser.get("/settings/profile").headers["Location"].startswith("/login")
