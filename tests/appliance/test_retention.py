"""Rules of retention erase what is due, say so before, and leave everything else alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.activity.chain import verify_chain
from crm.appliance.retention import apply_retention
from crm.config import Settings
from crm.db.database import Database
from tests.support.api import client_of, fields_of, problem_of, running_app
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import furnish, stages_of


@pytest.fixture
def app(settings: Settings, cast: Cast, frozen_clock: FrozenClock) -> Iterator[Flask]:
    with running_app(settings) as app:
        yield app


@pytest.fixture
def web(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    furnish(db, cast.owner)
    return client_of(app, db, cast.owner)


def made(web: FlaskClient, place: str, **given: Any) -> int:
    answer = web.post(f"/api/{place}", json=given)
    assert answer.status_code == 201, answer.text
    return int(answer.get_json()["data"]["id"])


def foreseen(web: FlaskClient, **days: int) -> dict[str, list[tuple[str, str]]]:
    answer = web.get("/api/retention/preview", query_string=days)
    assert answer.status_code == 200, answer.text
    found = {}
    for each in answer.get_json()["data"]:
        assert each["count"] == len(each["records"]) and not each["more"]
        found[each["rule"]] = [(record["kind"], record["name"]) for record in each["records"]]
    return found


def test_each_rule_erases_what_it_foretells_and_no_more(
    web: FlaskClient, db: Database, cast: Cast, settings: Settings, frozen_clock: FrozenClock
) -> None:
    quiet = made(web, "clients", name="Quiet Person")
    busy = made(web, "clients", name="Busy Person")
    dealing = made(web, "clients", name="Dealing Person")
    made(web, "leads", title="Still open", client_id=dealing)
    binned = made(web, "clients", name="Binned Person")
    lost = made(web, "leads", title="Lost long ago", client_id=busy)
    to_lost = {"stage_id": stages_of(db, cast.owner)["Lost"].id}
    assert web.patch(f"/api/leads/{lost}", json=to_lost).status_code == 200
    assert web.delete(f"/api/clients/{binned}").status_code == 204
    frozen_clock.advance(days=800)
    made(web, "notes", text="still in touch", subject="client", subject_id=busy)
    recent = made(web, "leads", title="Lost just now", client_id=busy)
    assert web.patch(f"/api/leads/{recent}", json=to_lost).status_code == 200
    rules = {"lost_leads_days": 700, "inactive_clients_days": 700, "trash_days": 30}
    expected = {
        "lost_leads_days": [("lead", "Lost long ago")],
        "inactive_clients_days": [("client", "Quiet Person")],
        "trash_days": [("client", "Binned Person")],
    }
    assert foreseen(web, **rules) == expected
    assert apply_retention(db, settings) == 0, "nothing is switched on"
    assert web.put("/api/retention", json=rules).get_json()["data"] == rules
    assert apply_retention(db, settings) == 3
    assert {name: found for name, found in foreseen(web, **rules).items() if found} == {}
    for place in (f"clients/{quiet}", f"leads/{lost}"):
        problem_of(web.get(f"/api/{place}"), 404)
    for place in (f"clients/{busy}", f"clients/{dealing}", f"leads/{recent}"):
        assert web.get(f"/api/{place}").status_code == 200
    said = web.get("/api/activities?limit=3").get_json()["data"]
    assert {(each["action"], each["after"]["rule"]) for each in said} == {
        ("lead.erased", "lost_leads_days"),
        ("client.erased", "inactive_clients_days"),
        ("client.erased", "trash_days"),
    }
    assert db.read(verify_chain, cast.owner).complete
    assert apply_retention(db, settings) == 0


def test_only_owners_set_rules_each_for_their_workspace_with_sensible_days(
    app: Flask, web: FlaskClient, db: Database, cast: Cast
) -> None:
    nothing = {"lost_leads_days": None, "inactive_clients_days": None, "trash_days": None}
    assert web.get("/api/retention").get_json()["data"] == nothing
    for days in (0, -1, 36_501, "soon", True, 1.5):
        assert fields_of(web.put("/api/retention", json={"trash_days": days})) == {"trash_days"}
    assert fields_of(web.get("/api/retention/preview?trash_days=x")) == {"trash_days"}
    assert fields_of(web.put("/api/retention", json={"forever": 1})) == {"forever"}
    colleague, outsider = (client_of(app, db, who) for who in (cast.colleague, cast.outsider))
    problem_of(colleague.get("/api/retention"), 403)
    problem_of(colleague.put("/api/retention", json={"trash_days": 1}), 403)
    assert web.put("/api/retention", json={"trash_days": 9}).status_code == 200
    assert outsider.get("/api/retention").get_json()["data"] == nothing
    last = web.get("/api/activities?limit=1").get_json()["data"][0]
    assert (last["action"], last["before"], last["after"]) == (
        "workspace.changed", {"trash_days": None}, {"trash_days": 9},
    )  # fmt: skip
