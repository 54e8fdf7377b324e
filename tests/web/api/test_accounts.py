"""Accounts over the API: people, tokens, invitations, sessions, the first set-up."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.accounts.setup import ensure_setup_code
from crm.config import Settings
from crm.db.database import Database
from tests.support import accounts_api, bare_app
from tests.support.accounts_api import NEW, OWNER, PROOF, data_of, log_in
from tests.support.api import client_of, fields_of, problem_of
from tests.support.people import PASSWORD, Team, enter

app, browser, owner = bare_app.app, bare_app.browser, accounts_api.owner


def test_a_user_is_made_shown_changed_and_disabled(
    app: Flask, owner: FlaskClient, browser: FlaskClient
) -> None:
    made = owner.post("/api/users", json=NEW)
    user = data_of(made, 201)
    where = made.headers["Location"]
    assert "password" not in str(user)
    shown = owner.get(where)
    assert data_of(shown) == user and shown.headers["ETag"] == made.headers["ETag"] == '"1"'
    log_in(browser, email=NEW["email"])
    changed = owner.patch(where, json={"name": "Nina", "role": "viewer"}, headers={"If-Match": '"1"'})
    assert data_of(changed)["version"] == 2
    problem_of(owner.patch(where, json={"name": "Nora"}, headers={"If-Match": '"1"'}), 412)
    assert data_of(browser.get("/api/me"))["user"]["role"] == "viewer"
    assert data_of(owner.patch(where, json={"disabled": True}))["disabled_at"]
    problem_of(browser.get("/api/me"), 401)


def test_taken_names_are_a_conflict_that_names_the_fields(owner: FlaskClient) -> None:
    problem = problem_of(
        owner.post("/api/users", json={**NEW, "name": "viewer", "email": "VIEWER@acme.example"}), 409
    )
    assert [error["field"] for error in problem["errors"]] == ["email", "name"]


def test_a_weak_password_is_refused_by_name(owner: FlaskClient) -> None:
    assert fields_of(owner.post("/api/users", json={**NEW, "password": "Password1234"})) == {"password"}
    assert fields_of(owner.post("/api/users", json={**NEW, "password": "new@acme.example"})) == {"password"}


def test_lists_come_in_pages(owner: FlaskClient) -> None:
    seen: list[int] = []
    path = "/api/users?limit=3"
    for _ in range(2):
        body = owner.get(path).get_json()
        seen += [row["id"] for row in body["data"]]
        path = f"/api/users?limit=3&cursor={body['page']['next']}"
    assert seen == sorted(seen, reverse=True) and len(seen) == 4
    assert body["page"]["next"] is None
    assert fields_of(owner.get("/api/users?limit=0")) == {"limit"}
    assert fields_of(owner.get("/api/tokens?cursor=nonsense")) == {"cursor"}


@pytest.mark.parametrize(
    "path", ["/api/users/{}", "/api/sessions/{}", "/api/tokens/{}", "/api/invitations/{}"]
)
def test_what_belongs_to_another_workspace_is_not_there(
    app: Flask, db: Database, owner: FlaskClient, team: Team, path: str
) -> None:
    enter(db, "owner@elsewhere.example")
    outsider = client_of(app, db, team.outsider)
    data_of(outsider.post("/api/invitations", json={}), 201)
    rows = data_of(outsider.get(path.removesuffix("/{}")))
    assert rows
    for row in rows:
        where = path.format(row["id"])
        for answer in (owner.get(where), owner.patch(where, json={"name": "Mine"}), owner.delete(where)):
            if answer.status_code != 405:
                problem_of(answer, 404)


def test_a_token_is_shown_once_and_works_within_its_scope(app: Flask, owner: FlaskClient) -> None:
    made = owner.post("/api/tokens", json={"name": "sync", "scope": "read", "days": 7, **PROOF})
    token = data_of(made, 201)["token"]
    assert "token" not in data_of(owner.get(made.headers["Location"]))
    program = app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    assert data_of(program.get("/api/me"))["scope"] == "read"
    assert data_of(program.get("/api/me", headers={"Authorization": f"bearer {token}"}))["scope"] == "read"
    problem_of(program.patch("/api/me", json={"name": "X"}), 403)
    problem_of(program.post("/api/tokens", json={"name": "more", **PROOF}), 403)
    assert owner.delete(made.headers["Location"]).status_code == 204
    problem_of(program.get("/api/me"), 401)


def test_a_token_made_with_a_token_ends_with_it(app: Flask, owner: FlaskClient) -> None:
    short = data_of(owner.post("/api/tokens", json={"name": "short", "days": 1, **PROOF}), 201)
    program = app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {short['token']}"
    longer = data_of(program.post("/api/tokens", json={"name": "long", "days": 365, **PROOF}), 201)
    assert longer["expires_at"] == short["expires_at"]


@pytest.mark.parametrize("path", ["/api/tokens", "/api/invitations"])
def test_a_repeat_shows_the_same_secret_which_is_stored_nowhere(
    owner: FlaskClient, db: Database, path: str
) -> None:
    body = {"name": "sync", **PROOF} if path == "/api/tokens" else {"role": "member"}
    first, second = (owner.post(path, json=body, headers={"Idempotency-Key": "once"}) for _ in range(2))
    assert first.get_data() == second.get_data() and second.headers["Idempotency-Replayed"] == "true"
    secret = data_of(first, 201)["token"].removeprefix("hf_")
    assert len(data_of(owner.get(path))) == (2 if path == "/api/tokens" else 1)
    other = owner.post(path, json=body, headers={"Idempotency-Key": "twice"})
    assert data_of(other, 201)["token"].removeprefix("hf_") != secret
    files = [path.read_bytes() for path in db.path.parent.iterdir() if path.is_file()]
    assert any(b"idempotency_keys" in content for content in files)
    assert not any(secret.encode() in content for content in files)


def test_a_user_is_made_once_however_often_the_request_comes(owner: FlaskClient) -> None:
    first, second = (owner.post("/api/users", json=NEW, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert first.get_data() == second.get_data() and first.status_code == second.status_code == 201
    other = owner.post(
        "/api/users", json={**NEW, "password": "another harbour at dusk"}, headers={"Idempotency-Key": "k"}
    )
    assert fields_of(other) == {"Idempotency-Key"}


def test_an_invitation_is_shown_accepted_and_gone(owner: FlaskClient, browser: FlaskClient) -> None:
    token = data_of(owner.post("/api/invitations", json={"role": "viewer"}), 201)["token"]
    assert data_of(browser.post("/api/invitations/welcome", json={"token": token})) == {
        "workspace_name": "Acme", "role": "viewer", "email": None,
    }  # fmt: skip
    guest = {"token": token, "name": "Greta", "email": "greta@acme.example", "password": PASSWORD}
    assert data_of(browser.post("/api/invitations/accept", json=guest), 201)["role"] == "viewer"
    problem_of(browser.post("/api/invitations/accept", json=guest), 404)
    problem_of(browser.post("/api/invitations/welcome", json={"token": token}), 404)
    log_in(browser, email="greta@acme.example")


def test_sessions_are_listed_and_ended(app: Flask, browser: FlaskClient, team: Team) -> None:
    headers = log_in(browser)
    other = app.test_client()
    log_in(other)
    rows = data_of(browser.get("/api/sessions"))
    assert len(rows) == 2 and "token_hash" not in rows[0]
    assert browser.delete("/api/sessions", headers=headers).status_code == 204
    assert len(data_of(browser.get("/api/sessions"))) == 1
    problem_of(other.get("/api/me"), 401)


def test_a_new_password_ends_the_other_sessions(app: Flask, browser: FlaskClient, team: Team) -> None:
    headers, other = log_in(browser), app.test_client()
    log_in(other)
    change = {"current_password": PASSWORD, "new_password": "another harbour at dusk"}
    assert data_of(browser.put("/api/me/password", json=change, headers=headers)) == {"ended_sessions": 1}
    data_of(browser.get("/api/me"))
    problem_of(other.get("/api/me"), 401)
    assert fields_of(browser.put("/api/me/password", json=change, headers=headers)) == {"current_password"}


def test_the_workspace_is_changed_under_its_version(owner: FlaskClient) -> None:
    assert owner.get("/api/workspace").headers["ETag"] == '"1"'
    changed = owner.patch("/api/workspace", json={"currency": "EUR"}, headers={"If-Match": '"1"'})
    assert data_of(changed)["currency"] == "EUR"
    problem_of(owner.patch("/api/workspace", json={"currency": "USD"}, headers={"If-Match": '"1"'}), 412)
    assert fields_of(owner.patch("/api/workspace", json={"currency": "XXX", "country": "ZZ"})) == {
        "currency",
        "country",
    }


def test_the_first_workspace_takes_the_console_s_code(
    app: Flask, browser: FlaskClient, settings: Settings
) -> None:
    setup = {"workspace": "Acme", "name": "Olga", **OWNER}
    code = ensure_setup_code(settings)
    assert fields_of(browser.post("/api/setup", json=setup)) == {"code"}
    assert fields_of(browser.post("/api/setup", json={**setup, "code": "0000-0000-0000"})) == {"code"}
    assert data_of(browser.post("/api/setup", json={**setup, "code": code}), 201)["name"] == "Acme"
    problem_of(browser.post("/api/setup", json={**setup, "code": code}), 409)
    log_in(browser)
