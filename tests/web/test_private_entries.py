"""Views, tokens, invitations and log-ins in the ledger are shown to those who may see them, and no others."""

import re

import pytest
from flask import Flask

from crm.accounts.fields import InvitationFields, TokenFields
from crm.accounts.invitations import create_invitation
from crm.accounts.permissions import ROLES, Role
from crm.accounts.saved_views import change_view, create_view
from crm.accounts.tokens import create_token
from crm.accounts.view_fields import ViewChanges, ViewFields
from crm.db.database import Database
from tests.support import team_app
from tests.support.api import client_of
from tests.support.people import Team, enter
from tests.support.team_app import ADMINS

app = team_app.app


@pytest.mark.parametrize("role", ROLES)
def test_private_views_tokens_invitations_and_log_ins_stay_with_whom_the_rooms_show_them(
    app: Flask, db: Database, team: Team, role: Role
) -> None:
    """The rooms' own operations, as people use them."""
    for who in (team.owner, team.admin, team.member, team.viewer):
        name = f"view of {who.user_id}."
        view = db.write(create_view, who, ViewFields(list="clients", name=name, query="q=secret"))
        db.write(change_view, who, view.id, ViewChanges(name=f"renamed by {who.user_id}.", is_default=True))
        db.write(create_token, who, TokenFields(name=f"token of {who.user_id}."), f"secret {who.user_id}")
    fields = InvitationFields(email="guest@example.org", role="viewer")
    db.write(create_invitation, team.owner, fields, "secret")
    enter(db, "member@acme.example")
    reader = team.of_role(role)
    client = client_of(app, db, reader)
    ways = ("/api/activities?limit=200", "/api/activities/export", "/activity", "/activity/export")
    for way in (*ways, "/api/activities?entity=saved_view", "/api/activities?entity=token"):
        shown = client.get(way).get_data(as_text=True)
        for who in (team.owner, team.admin, team.member, team.viewer):
            mine = who == reader
            for secret in (
                f"view of {who.user_id}.",
                f"renamed by {who.user_id}.",
                f"token of {who.user_id}.",
            ):
                assert mine or secret not in shown, (way, secret)
        assert ("guest@example.org" not in shown) or role in ADMINS, way
        assert ("192.0.2.7" not in shown) or role == "member", way


def test_a_view_that_becomes_shared_shows_what_it_was_called_since(
    app: Flask, db: Database, team: Team
) -> None:
    view = db.write(create_view, team.admin, ViewFields(list="clients", name="Bad payers", query="q=broke"))
    client = client_of(app, db, team.viewer)
    about = f"/api/activities?entity=saved_view&entity_id={view.id}"
    assert client.get(about).get_json()["data"] == []
    db.write(change_view, team.admin, view.id, ViewChanges(name="To be called", shared=True))
    db.write(change_view, team.owner, view.id, ViewChanges(query="status=active", is_default=True))
    entries = client.get(about).get_json()["data"]
    assert [(entry["before"], entry["after"]) for entry in entries] == [
        ({"query": "q=broke", "shared": True}, {"query": "status=active", "shared": True}),
        (None, {"name": "To be called", "shared": True}),
        (None, None),
    ]
    db.write(change_view, team.admin, view.id, ViewChanges(shared=False))
    assert client.get(about).get_json()["data"] == []


def test_the_state_of_a_verification_tells_no_record_and_takes_none_made_up(
    app: Flask, db: Database, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.web.pages.activity.activity.SECONDS", -1.0)
    monkeypatch.setattr("crm.activity.chain.PAGE", 2)
    monkeypatch.setattr("crm.web.pages.activity.activity.PAGES_AT_ONCE", 1)
    viewer, member = (client_of(app, db, who) for who in (team.viewer, team.member))
    part = viewer.post("/activity/verify", headers={"HX-Request": "true"}).get_data(as_text=True)
    found = re.search(r'name="state" value="([^"]+)"', part)
    assert found is not None and "entries" not in found[1]
    assert viewer.post("/activity/verify", data={"state": found[1]}).status_code == 200
    assert member.post("/activity/verify", data={"state": found[1]}).status_code == 400
    for made_up in ('{"entries": 10000000000000000000000000}', "{}", "AAAA", found[1][:-4], "é"):
        assert viewer.post("/activity/verify", data={"state": made_up}).status_code == 400
