"""Notes, calls and tasks of a lead over the API, and the types of a workspace."""

import pytest
from flask.testing import FlaskClient

from tests.support.api import fields_of, problem_of
from tests.support.lead_api import created

pytestmark = pytest.mark.usefixtures("furnished")


def test_notes_calls_and_tasks_stand_on_the_timeline_by_kind(owner: FlaskClient) -> None:
    lead = created(owner)
    on = {"subject": "lead", "subject_id": lead["id"]}
    note = owner.post("/api/notes", json={**on, "text": "likes tea"})
    call = owner.post("/api/notes", json={**on, "kind": "call", "text": "asked for time", "minutes": 3})
    task = owner.post("/api/tasks", json={**on, "title": "offer", "due_at": "2026-12-01T09:00:00+03:00"})
    assert (note.status_code, call.status_code, task.status_code) == (201, 201, 201)
    path = f"/api/leads/{lead['id']}/activities"
    kinds = [entry["entity"] for entry in owner.get(path).get_json()["data"]]
    assert kinds == ["task", "call", "note", "lead"]
    calls = owner.get(f"{path}?kind=call").get_json()["data"]
    assert [entry["after"]["text"] for entry in calls] == ["asked for time"]
    done = owner.patch(task.headers["Location"], json={"done": True}).get_json()["data"]
    assert done["done_at"] is not None
    assert owner.get("/api/tasks?done=false").get_json()["data"] == []
    assert owner.delete(note.headers["Location"]).status_code == 204
    assert len(owner.get(f"/api/notes?subject=lead&subject_id={lead['id']}").get_json()["data"]) == 1
    assert owner.get("/api/tasks/my-day").get_json()["data"]["overdue"] == []


def test_a_note_of_nothing_is_refused_in_plain_words(owner: FlaskClient) -> None:
    lead = owner.post("/api/leads", json={"title": "ремонт"}).get_json()["data"]
    note = {"subject": "lead", "subject_id": lead["id"], "text": " \n"}
    (refused,) = problem_of(owner.post("/api/notes", json=note), 422)["errors"]
    assert refused == {"field": "text", "message": "is required"}


def test_a_workspace_s_own_types(owner: FlaskClient) -> None:
    made = owner.post("/api/lead-types", json={"name": "Гарантия/Garantie"})
    assert made.get_json()["data"] == {"name": "гарантия/garantie"}
    lead = created(owner, type="Гарантия/Garantie")
    problem_of(owner.delete(made.headers["Location"]), 409)
    owner.patch(f"/api/leads/{lead['id']}", json={"type": "order"})
    assert owner.delete(made.headers["Location"]).status_code == 204
    assert fields_of(owner.post("/api/leads", json={"title": "x", "type": "гарантия/garantie"})) == {"type"}
    assert owner.get("/api/lead-types?deleted=true").get_json()["data"] == [{"name": "гарантия/garantie"}]
    assert owner.post(f"{made.headers['Location']}/restore").get_json()["data"]["name"] == "гарантия/garantie"
    problem_of(owner.post(f"{made.headers['Location']}/restore"), 404)
    assert created(owner, title="y", type="гарантия/garantie")["type"] == "гарантия/garantie"
