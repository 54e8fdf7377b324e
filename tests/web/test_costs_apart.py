"""What a vehicle cost is seen by owners and admins only, whichever way one asks."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from tests.support.api import client_of, fields_of, problem_of, text_without_hashes
from tests.support.cast import Cast, insert_user
from tests.support.vehicles import GOLF, add_vehicle, vehicle_of

SECRET, WORK = "7654", "321"
GIVEN = {"price": 9000, "cost": 7654, "reconditioning": [{"title": "Hidden work", "amount": 321}]}


@pytest.fixture
def member(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return client_of(app, db, cast.colleague)


@pytest.fixture
def admin(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    workspace = cast.owner.workspace_id or 0
    user_id = db.write(insert_user, SYSTEM, workspace, "admin", "admin")
    return client_of(app, db, Actor(workspace, user_id))


def test_no_address_tells_a_member(owner: FlaskClient, admin: FlaskClient, member: FlaskClient) -> None:
    owner.patch("/api/workspace", json={"members_export": True})
    vehicle = add_vehicle(owner, **GIVEN)["id"]
    owner.patch(f"/api/vehicles/{vehicle}", json={"cost": 7655, "colour": "Red"})
    assert vehicle_of(admin, vehicle)["gross"] == 9000 - 7655 - 321
    for path in (
        f"/api/vehicles/{vehicle}", "/api/vehicles", "/api/activities", f"/api/vehicles/{vehicle}/activities",
        "/api/vehicles/export?format=csv", "/api/vehicles/export?format=jsonl", "/vehicles", "/",
        f"/vehicles/{vehicle}", f"/vehicles/{vehicle}/edit", "/activity", "/search?q=golf", "/my-day",
        "/api/search?q=golf", "/api/search?q=hidden+work",
    ):  # fmt: skip
        told = text_without_hashes(member.get(path))
        for secret in ("7654", "7655", "7,65", "Hidden work", "321"):
            assert secret not in told.replace("request", ""), (path, secret)
    assert "7655" in owner.get("/api/vehicles/export?format=csv").get_data(as_text=True)


def test_a_member_neither_writes_nor_guesses_it(owner: FlaskClient, member: FlaskClient) -> None:
    vehicle = add_vehicle(owner, **GIVEN)["id"]
    address = f"/api/vehicles/{vehicle}"
    assert fields_of(member.post("/api/vehicles", json={**GOLF, "cost": 1})) == {"cost"}
    for given in ({"cost": 7654}, {"cost": 1}, {"reconditioning": [{"title": "x", "amount": 1}]}):
        assert fields_of(member.patch(address, json=given)) == set(given)
    assert member.patch(address, json={"colour": "Red", "cost": None}).status_code == 200
    seen = member.get(address).get_json()["data"]
    assert seen["cost"] is seen["gross"] is seen["reconditioning"] is None
    assert member.put(address, json={**GOLF, "price": 9000}).status_code == 200
    assert vehicle_of(owner, vehicle)["gross"] == 9000 - 7654 - 321
    conditions = 'filter={"all":[{"field":"cost","op":"is","value":7654}]}'
    problem_of(member.get(f"/api/vehicles?{conditions}"), 422)
    assert len(owner.get(f"/api/vehicles?{conditions}").get_json()["data"]) == 1
    stale = member.patch(address, json={"colour": "Blue"}, headers={"If-Match": '"1"'})
    assert "7654" not in text_without_hashes(stale) and stale.status_code == 412


def test_undoing_as_a_member_leaves_costs_as_they_are(owner: FlaskClient, member: FlaskClient) -> None:
    vehicle = add_vehicle(owner, **GIVEN)["id"]
    owner.patch(f"/api/vehicles/{vehicle}", json={"cost": 5000, "colour": "Red"})
    newest = owner.get("/api/activities?entity=vehicle").get_json()["data"][0]["id"]
    undone = member.post(f"/api/activities/{newest}/undo")
    assert undone.status_code == 200 and "7654" not in text_without_hashes(undone)
    now = vehicle_of(owner, vehicle)
    assert (now["colour"], now["cost"]) == (None, 5000)
