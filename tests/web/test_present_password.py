"""Every change of what one logs in with, by every route, asks for the present password of who acts."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.accounts.credentials import new_secret
from crm.accounts.fields import TokenFields
from crm.accounts.permissions import Role
from crm.accounts.profile import make_token, reset_password
from crm.accounts.users import password_hash_of
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict
from crm.web.auth import PUBLIC, permission_of
from tests.support.api import client_of, fields_of, insert_token, running_app
from tests.support.people import PASSWORD, Team, enter

ADMIN = "admin@acme.example"
NEW = "another harbour at dusk"
PROOF = {"current_password": PASSWORD}
ARGUMENT = re.compile(r"<(?:\w+:)?\w+>")
JOBS = {"backups.manage", "workspace.import"}


@pytest.fixture
def app(settings: Settings, db: Database) -> Iterator[Flask]:
    """A person may ask it often: one who walks all routes does."""
    with running_app(settings.model_copy(update={"rate_limit": "100000 per minute"})) as app:
        yield app


@pytest.mark.parametrize("whose", ["owner", "member"])
def test_no_route_changes_what_one_logs_in_with_without_the_present_password(
    app: Flask, db: Database, team: Team, whose: Role
) -> None:
    """Every route that changes anything gets every body that could; the accounts are as they were after each.

    So are a colleague's: `whose` id stands in the addresses, and only routes with an id are asked for those.
    """
    asked, target = set(), team.of_role(whose)
    for number, (method, path) in enumerate(changing_routes(app, target, only_with_id=whose != "owner")):
        program = program_of(app, db, team.owner, f"hf_{number}")
        kept = db.read(log_ins_of, team.owner)
        for body in tries(db, target, whose):
            json, data = (body, None) if path.startswith("/api/") else (None, body)
            answer = program.open(path, method=method, json=json, data=data)
            assert answer.status_code < 500, (method, path, body)
            if "current_password" in answer.get_data(as_text=True):
                asked.add(path)
            assert db.read(log_ins_of, team.owner) == kept, (method, path, body)
    assert {f"/api/users/{target.user_id}", f"/settings/users/{target.user_id}"} <= asked
    if whose == "owner":
        assert {"/api/me", "/api/me/password", "/api/tokens"} <= asked
        assert {"/settings/profile", "/settings/security/password", "/settings/tokens"} <= asked
    enter(db, "owner@acme.example")


def changing_routes(app: Flask, who: Actor, *, only_with_id: bool) -> Iterator[tuple[str, str]]:
    """But for those that start a backup or an import, which know no account."""
    for rule in app.url_map.iter_rules():
        if only_with_id and not rule.arguments:
            continue
        if permission_of(app, rule.endpoint) not in {PUBLIC, *JOBS}:
            for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
                yield method, ARGUMENT.sub(str(who.user_id), rule.rule)


def tries(db: Database, target: Actor, whose: Role) -> Iterator[dict[str, object]]:
    """Without the password, and with one that is not it; guesses are forgotten, or they would be slowed."""
    wrong = {"current_password": "a harbour that is not"}
    version = db.read(
        lambda tx: tx.value("SELECT version FROM users WHERE id = :id", id=target.user_id), SYSTEM
    )
    form = {"name": whose.title() if whose != "owner" else "Olga", "role": whose, "version": str(version)}
    token = {"name": "thief", "scope": "read", "days": "7"}
    db.write(lambda tx: tx.run("DELETE FROM login_attempts"), SYSTEM)
    yield {"email": "thief@example.org"}
    yield {"email": "thief@example.org", **wrong}
    yield {"email": "thief@example.org", **form}
    yield {"email": "thief@example.org", **form, **wrong}
    yield {"new_password": NEW}
    yield {"new_password": NEW, **wrong}
    yield {"password": NEW}
    for days in ("7", 7):
        yield {**token, "days": days}
        yield {**token, "days": days, **wrong}


def log_ins_of(tx: Transaction) -> tuple[list[Row], int]:
    """What all people of the workspace log in with, and how many tokens there are."""
    rows = tx.all("SELECT email, password_hash FROM users WHERE workspace_id = :workspace_id ORDER BY id")
    return rows, int(tx.value("SELECT COUNT(*) FROM tokens WHERE workspace_id = :workspace_id"))


def program_of(app: Flask, db: Database, who: Actor, token: str) -> FlaskClient:
    db.write(insert_token, SYSTEM, who, token, "write")
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


@pytest.mark.parametrize("where", ["/api/me", "/api/users/{me}", "/settings/profile", "/settings/users/{me}"])
def test_the_e_mail_of_one_s_own_changes_with_the_present_password(
    app: Flask, db: Database, team: Team, where: str
) -> None:
    admin, path = client_of(app, db, team.admin), where.format(me=team.admin.user_id)
    body = {"email": "ada@acme.example", "current_password": PASSWORD}
    if path.startswith("/api"):
        assert admin.patch(path, json=body).status_code == 200
    else:
        form = {**body, "name": "Admin", "role": "admin", "version": "1"}
        assert admin.post(path, data=form).status_code == 303
    enter(db, "ada@acme.example")


def test_an_admin_gives_another_person_another_e_mail_by_the_admin_s_own_password(
    app: Flask, db: Database, team: Team
) -> None:
    admin, colleague = client_of(app, db, team.admin), f"/api/users/{team.member.user_id}"
    change = {"email": "mara@acme.example"}
    assert fields_of(admin.patch(colleague, json=change)) == {"current_password"}
    assert admin.patch(colleague, json={**change, **PROOF}).status_code == 200
    assert admin.patch(colleague, json={**change, "name": "Mara"}).status_code == 200
    own = admin.patch(f"/api/users/{team.admin.user_id}", json={"name": "Ada", "email": ADMIN})
    assert own.status_code == 200
    wrong = {"email": "ada@acme.example", "current_password": "not it"}
    assert fields_of(admin.patch(f"/api/users/{team.admin.user_id}", json=wrong)) == {"current_password"}


def test_a_token_is_not_made_by_a_password_that_was_changed_meanwhile(db: Database, team: Team) -> None:
    """Between the proof and the row everything of the old password ended."""
    proof = db.read(password_hash_of, team.member)
    db.write(reset_password, team.member, int(team.member.user_id or 0), "another hash")
    with pytest.raises(Conflict):
        db.write(make_token, team.member, TokenFields(name="late"), new_secret(), None, proof)
    assert db.read(log_ins_of, team.member)[1] == 0
