"""Whether somebody has an account in another workspace is shown by no way in which an e-mail is entered."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.accounts.credentials import new_secret
from crm.accounts.fields import InvitationFields
from crm.accounts.invitations import create_invitation
from crm.accounts.users import get_user
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from tests.support.api import client_of, running_app
from tests.support.people import PASSWORD, Team

TAKEN = "owner@elsewhere.example"
FREE = "nobod@elsewhere.example"
PROOF = {"current_password": PASSWORD}
CHANGING = re.compile(r"[\w.-]*\d[\w.-]*|[\w-]{30,}")

LEFT_OUT = {"Set-Cookie", "Content-Length", "Date"}


class Ways:
    """Each way once, for one e-mail."""

    def __init__(self, app: Flask, db: Database, team: Team) -> None:
        self.app, self.db, self.team = app, db, team
        self.owner = client_of(app, db, team.owner)
        self.member = client_of(app, db, team.member)
        for client in (self.owner, self.member):
            client.get("/settings/profile")

    def link(self, email: str | None) -> str:
        return self.db.write(
            create_invitation, self.team.owner, InvitationFields(email=email), new_secret()
        ).token

    def form(self, client: FlaskClient, path: str, **fields: str) -> Any:
        return client.post(path, data=fields)

    def joined(self, email: str | None, given: str | None) -> Any:
        body = {"token": self.link(email), "name": "Greta", "email": given, "password": PASSWORD}
        return self.app.test_client().post("/api/invitations/accept", json=body)

    def joined_on_the_page(self, email: str | None, given: str) -> Any:
        browser = self.app.test_client()
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/join").get_data(as_text=True))
        assert token is not None
        fields = {"token": self.link(email), "name": "Greta", "email": given, "password": PASSWORD}
        return self.form(browser, "/join", csrf_token=token[1], **fields)

    def version(self) -> str:
        return str(self.db.read(get_user, self.team.owner, int(self.team.member.user_id or 0)).version)


def user_of(ways: Ways) -> str:
    return f"users/{ways.team.member.user_id}"


NEW = {"name": "Greta", "role": "member", "password": PASSWORD}
WAYS: dict[str, Callable[[Ways, str], Any]] = {
    "a user is made": lambda ways, email: ways.owner.post("/api/users", json={**NEW, "email": email}),
    "a user is changed": lambda ways, email: ways.owner.patch(
        f"/api/{user_of(ways)}", json={"email": email, **PROOF}
    ),
    "one changes oneself": lambda ways, email: ways.member.patch("/api/me", json={"email": email, **PROOF}),
    "one is invited": lambda ways, email: ways.owner.post("/api/invitations", json={"email": email}),
    "the invited joins": lambda ways, email: ways.joined(email, None),
    "who joins chooses it": lambda ways, email: ways.joined(None, email),
    "page: one is invited": lambda ways, email: ways.form(
        ways.owner, "/settings/users/invitations", email=email, role="member"
    ),
    "page: a user is changed": lambda ways, email: ways.form(
        ways.owner, f"/settings/{user_of(ways)}", email=email, name="Member", role="member",
        version=ways.version(), **PROOF,
    ),
    "page: one changes oneself": lambda ways, email: ways.form(
        ways.member, "/settings/profile", email=email, name="Member", version=ways.version(), **PROOF
    ),
    "page: the invited joins": lambda ways, email: ways.joined_on_the_page(email, email),
    "page: who joins chooses it": lambda ways, email: ways.joined_on_the_page(None, email),
}  # fmt: skip


@pytest.fixture
def ways(settings: Settings, db: Database, team: Team) -> Iterator[Ways]:
    with running_app(settings) as app:
        yield Ways(app, db, team)


@pytest.mark.parametrize("way", WAYS)
def test_a_taken_e_mail_gets_the_answer_of_a_free_one(ways: Ways, way: str) -> None:
    answers = []
    for email in (FREE, TAKEN):
        answer = WAYS[way](ways, email)
        assert answer.status_code < 400, answer.get_data(as_text=True)
        answers.append((answer.status_code, *plain(answer, email)))
        undo(ways, email)
    assert answers[0] == answers[1]


@pytest.mark.parametrize("way", [way for way in WAYS if not way.endswith("the invited joins")])
def test_an_e_mail_that_is_taken_in_this_workspace_is_refused_as_ever(ways: Ways, way: str) -> None:
    answer = WAYS[way](ways, "viewer@acme.example")
    assert answer.status_code == 409
    assert "e-mail" in answer.get_data(as_text=True).lower() or "email" in answer.get_data(as_text=True)


def undo(ways: Ways, email: str) -> None:
    """The next e-mail finds what this one found, but for ids and versions."""
    member = int(ways.team.member.user_id or 0)
    sql = "UPDATE users SET email = 'member@acme.example' WHERE id = :id"
    ways.db.write(lambda tx: tx.run(sql, id=member), SYSTEM)
    sql = """
        UPDATE users
           SET email = 'x' || id || email, name = 'x' || id, name_key = 'x' || id
         WHERE name = 'Greta'
    """
    ways.db.write(lambda tx: tx.run(sql), SYSTEM)
    ways.db.write(lambda tx: tx.run("DELETE FROM invitations"), SYSTEM)


def plain(answer: Any, email: str) -> tuple[str, list[tuple[str, str]]]:
    """Without the e-mail itself, ids, times, secrets, and the values of cookies."""

    def bare(text: str) -> str:
        return CHANGING.sub("#", text.replace("<wbr>", "").replace(email, "E"))

    cookies = [("Set-Cookie", bare(value.split("=")[0])) for value in answer.headers.getlist("Set-Cookie")]
    others = [(name, bare(value)) for name, value in answer.headers if name not in LEFT_OUT]
    return bare(answer.get_data(as_text=True)), cookies + others
