"""The pages of accounts as plain forms: invitations, people, tokens, the profile, a new password."""

import re

from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support import bare_app
from tests.support.accounts_pages import log_in, problems_of, send, text_of
from tests.support.api import client_of
from tests.support.people import PASSWORD, Team

app, browser = bare_app.app, bare_app.browser


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
