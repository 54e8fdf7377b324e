"""Two appliances on one host keep their own log-ins, and an upgrade ends none."""

from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from crm.db.sqlite.startup import prepare
from crm.kinds import open_database
from tests.support.api import running_app
from tests.support.people import PASSWORD, Team, enter, gather_team
from tests.support.places import instance_of, settings_below

OWNER = "owner@acme.example"
FORMER = "holdfast_session"


@pytest.fixture
def app(settings: Settings, team: Team) -> Iterator[Flask]:
    with running_app(settings) as app:
        yield app


@pytest.fixture
def neighbour(tmp_path: Path) -> Iterator[tuple[Flask, Settings]]:
    """Another appliance, as on another port: browsers keep one jar for both."""
    settings = settings_below(tmp_path / "neighbour")
    prepare(settings)
    db = open_database(settings)
    gather_team(db)
    db.close()
    with running_app(settings) as app:
        yield app, settings


def jar_of(client: FlaskClient) -> dict[str, str]:
    return {cookie.key: cookie.value for cookie in client._cookies.values()} if client._cookies else {}


@pytest.mark.sqlite("the other appliance has a file of its own")
def test_two_appliances_on_one_host_do_not_log_each_other_out(
    app: Flask, settings: Settings, neighbour: tuple[Flask, Settings]
) -> None:
    other, of_other = neighbour
    here, there = app.test_client(), other.test_client()
    given = {"email": OWNER, "password": PASSWORD}
    for first, second in ((here, there), (there, here)):
        assert first.post("/api/login", json=given).status_code == 200
        for name, value in jar_of(first).items():
            second.set_cookie(name, value)
    for client in (here, there):
        assert client.get("/api/me").status_code == 200
    token = here.get("/api/me").get_json()["data"]["csrf_token"]
    assert here.post("/api/logout", headers={"X-CSRFToken": token}).status_code == 204
    for name, value in jar_of(there).items():
        if name.endswith(instance_of(of_other)):
            here.set_cookie(name, value)
    assert here.get("/api/me").status_code == 401
    assert there.get("/api/me").status_code == 200
    assert instance_of(settings) != instance_of(of_other)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_who_was_logged_in_before_the_upgrade_stays_so_under_the_new_name(
    app: Flask, settings: Settings, db: Database, scheme: str
) -> None:
    former = FORMER if scheme == "http" else f"__Host-{FORMER}"
    new = f"{former}_{instance_of(settings)}"
    secret = enter(db, OWNER).session
    client, base = app.test_client(), f"{scheme}://localhost"
    client.set_cookie(former, secret, secure=scheme == "https")
    answer = client.get("/api/me", base_url=base)
    assert answer.status_code == 200
    renamed = SimpleCookie("\n".join(answer.headers.getlist("Set-Cookie")))
    kept = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith(f"{new}={secret};")]
    assert len(kept) == 1 and "HttpOnly" in kept[0] and "SameSite=Lax" in kept[0] and "Path=/" in kept[0]
    assert ("Secure" in kept[0]) is (scheme == "https")
    assert former in renamed and client.get_cookie(former) is None
    assert client.get("/api/me", base_url=base).status_code == 200
    assert not any(new in line for line in client.get("/api/me", base_url=base).headers.getlist("Set-Cookie"))


def test_the_former_cookie_of_a_neighbour_is_left_alone(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie(FORMER, "of-a-neighbour-that-was-not-upgraded")
    assert client.get("/api/me").status_code == 401
    assert client.post("/api/login", json={"email": OWNER, "password": PASSWORD}).status_code == 200
    token = client.get("/api/me").get_json()["data"]["csrf_token"]
    assert client.post("/api/logout", headers={"X-CSRFToken": token}).status_code == 204
    left = client.get_cookie(FORMER)
    assert left is not None and left.value == "of-a-neighbour-that-was-not-upgraded"


@pytest.mark.parametrize("way", ["log out", "log in again"])
def test_a_session_under_the_former_name_does_not_come_back(app: Flask, db: Database, way: str) -> None:
    client = app.test_client()
    client.set_cookie(FORMER, enter(db, OWNER).session)
    if way == "log out":
        page = client.get("/api/me")
        token = page.get_json()["data"]["csrf_token"]
        assert client.post("/api/logout", headers={"X-CSRFToken": token}).status_code == 204
        assert client.get("/api/me").status_code == 401
    else:
        answer = client.post("/api/login", json={"email": OWNER, "password": PASSWORD})
        sessions = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith(f"{FORMER}_")]
        assert len(sessions) == 1
        assert client.get("/api/me").status_code == 200
    assert client.get_cookie(FORMER) is None
