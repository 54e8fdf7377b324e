"""What no lead can be, and what somebody may not do to leads, is refused over the API."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import client_of, fields_of, problem_of
from tests.support.cast import Cast
from tests.support.lead_api import created

pytestmark = pytest.mark.usefixtures("furnished")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"title"}),
        ({"title": " "}, {"title"}),
        ({"title": "x" * 201}, {"title"}),
        ({"title": "a\x00b"}, {"title"}),
        ({"title": 5}, {"title"}),
        ({"title": "x", "value": -1}, {"value"}),
        ({"title": "x", "value": 0.001}, {"value"}),
        ({"title": "x", "value": True}, {"value"}),
        ({"title": "x", "value": 10**15}, {"value"}),
        ({"title": "x", "currency": "EURO"}, {"currency"}),
        ({"title": "x", "expected_close": "soon"}, {"expected_close"}),
        ({"title": "x", "stage_id": 2**63}, {"stage_id"}),
        ({"title": "x", "stage_id": "1"}, {"stage_id"}),
        ({"title": "x", "client_id": 99999}, {"client_id"}),
        ({"title": "x", "owner_id": 99999}, {"owner_id"}),
        ({"title": "x", "status": "won"}, {"status"}),
        ({"title": "x", "lost_reason": "price"}, {"lost_reason"}),
        ({"title": "x", "tags": [""]}, {"tags.0"}),
        ({"title": "x", "colour": "red", "value": "many"}, {"colour", "value"}),
    ],
)
def test_a_wrong_lead_is_refused_by_field_and_nothing_is_kept(
    owner: FlaskClient, body: dict[str, Any], fields: set[str]
) -> None:
    response = owner.post("/api/leads", data=json.dumps(body), content_type="application/json")
    assert fields_of(response) == fields
    assert owner.get("/api/leads").get_json()["data"] == []
    assert owner.get("/api/activities?entity=lead").get_json()["data"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("sort=rank", "sort"),
        ("cursor=nonsense", "cursor"),
        ("status=gone", "status"),
        ("value_from=-1", "value_from"),
        ("closes_to=never", "closes_to"),
        ("owner_id=me", "owner_id"),
        ("colour=red", "colour"),
    ],
)
def test_a_wrong_query_is_refused_by_field(owner: FlaskClient, query: str, field: str) -> None:
    assert fields_of(owner.get(f"/api/leads?{query}")) == {field}


def test_another_workspace_meets_404_everywhere(
    owner: FlaskClient, outsider: FlaskClient, stage_ids: dict[str, int]
) -> None:
    lead = created(owner)
    note = owner.post("/api/notes", json={"subject": "lead", "subject_id": lead["id"], "text": "x"})
    task = owner.post("/api/tasks", json={"title": "x"})
    for path in (
        f"/api/leads/{lead['id']}",
        f"/api/leads/{lead['id']}/activities",
        f"/api/pipelines/{lead['pipeline_id']}",
        f"/api/pipelines/{lead['pipeline_id']}/board",
        f"/api/pipelines/{lead['pipeline_id']}/stages",
        f"/api/stages/{stage_ids['New']}",
        note.headers["Location"],
        task.headers["Location"],
        f"/api/notes?subject=lead&subject_id={lead['id']}",
    ):
        problem_of(outsider.get(path), 404)
    problem_of(outsider.delete(f"/api/leads/{lead['id']}"), 404)
    problem_of(outsider.put(f"/api/leads/{lead['id']}/stage", json={"stage_id": stage_ids["Won"]}), 404)
    assert fields_of(outsider.post("/api/leads", json={"title": "x", "stage_id": stage_ids["New"]})) == {
        "stage_id"
    }
    assert outsider.get("/api/leads").get_json()["data"] == []
    assert outsider.get("/api/tasks").get_json()["data"] == []


def test_who_may_only_read_changes_nothing(
    app: Flask, db: Database, cast: Cast, owner: FlaskClient, stage_ids: dict[str, int]
) -> None:
    lead = created(owner)
    reader = client_of(app, db, cast.owner, scope="read")
    assert reader.get(f"/api/leads/{lead['id']}").status_code == 200
    problem_of(reader.post("/api/leads", json={"title": "x"}), 403)
    problem_of(reader.put(f"/api/leads/{lead['id']}/stage", json={"stage_id": stage_ids["Won"]}), 403)
    member = client_of(app, db, cast.colleague)
    assert member.delete(f"/api/leads/{lead['id']}").status_code == 204
    problem_of(member.post("/api/pipelines", json={"name": "Mine"}), 403)
