"""An owner or admin may let members import; nobody else gains anything by it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from tests.support.api import client_of, running_app
from tests.support.people import Team


@pytest.fixture
def app(settings: Settings, team: Team) -> Iterator[Flask]:
    with running_app(settings) as app:
        yield app


@pytest.fixture
def member(app: Flask, db: Database, team: Team) -> FlaskClient:
    return client_of(app, db, team.of_role("member"))


@pytest.fixture
def admin(app: Flask, db: Database, team: Team) -> FlaskClient:
    return client_of(app, db, team.of_role("admin"))


def let(admin: FlaskClient, *, members_import: bool) -> None:
    answer = admin.patch("/api/workspace", json={"members_import": members_import})
    assert answer.get_json()["data"]["members_import"] is members_import


def is_ticked(admin: FlaskClient, page: str) -> bool:
    return "checked" in admin.get(page).get_data(as_text=True).split('name="members_import"')[1].split(">")[0]


def test_members_import_once_the_workspace_says_so_and_no_longer_when_it_does_not(
    admin: FlaskClient, member: FlaskClient
) -> None:
    assert member.get("/api/imports").status_code == 403
    assert 'href="/imports"' not in member.get("/clients").get_data(as_text=True)
    let(admin, members_import=True)
    assert member.get("/api/imports").status_code == member.get("/imports").status_code == 200
    assert 'href="/imports"' in member.get("/clients").get_data(as_text=True)
    let(admin, members_import=False)
    assert member.get("/api/imports").status_code == 403


def test_it_is_chosen_in_the_settings_of_the_workspace(admin: FlaskClient, member: FlaskClient) -> None:
    version, page = admin.get("/api/workspace").get_json()["data"]["version"], "/settings/workspace"
    assert not is_ticked(admin, page)
    assert admin.post(page, data={"version": version, "members_import": "1"}).status_code == 303
    assert member.get("/api/imports").status_code == 200
    assert is_ticked(admin, page)
    assert admin.post(page, data={"version": version + 1}).status_code == 303
    assert member.get("/api/imports").status_code == 403


def test_viewers_and_tokens_that_only_read_gain_nothing(
    app: Flask, db: Database, team: Team, admin: FlaskClient
) -> None:
    let(admin, members_import=True)
    viewer = client_of(app, db, team.of_role("viewer"))
    reader = client_of(app, db, team.of_role("member"), "read")
    assert viewer.get("/api/imports").status_code == reader.get("/api/imports").status_code == 403


def test_members_do_not_give_themselves_the_right(member: FlaskClient) -> None:
    assert member.patch("/api/workspace", json={"members_import": True}).status_code == 403
