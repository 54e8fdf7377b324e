import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import client_of, fields_of, problem_of
from tests.support.cast import Cast
from tests.support.leads import furnish, stages_of


@pytest.fixture(autouse=True)
def _furnished(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    furnish(db, cast.outsider)


@pytest.fixture
def stage_ids(db: Database, cast: Cast) -> dict[str, int]:
    return {name: stage.id for name, stage in stages_of(db, cast.owner).items()}


def created(client: FlaskClient, **given: Any) -> dict[str, Any]:
    response = client.post("/api/leads", json={"title": "ремонт офиса за 150000", **given})
    assert response.status_code == 201, response.get_data(as_text=True)
    lead: dict[str, Any] = response.get_json()["data"]
    return lead


def test_a_lead_is_created_found_and_changed(owner: FlaskClient, stage_ids: dict[str, int]) -> None:
    response = owner.post("/api/leads", json={"title": "ремонт офиса за 150000", "value": 150000})
    lead = response.get_json()["data"]
    assert (response.status_code, response.headers["ETag"]) == (201, '"1"')
    assert (lead["value"], lead["stage_id"], lead["status"]) == (150000, stage_ids["New"], "new")
    assert owner.get(response.headers["Location"]).get_json()["data"] == lead
    path = f"/api/leads/{lead['id']}"
    changed = owner.patch(path, json={"value": 99.5}, headers={"If-Match": '"1"'})
    assert (changed.get_json()["data"]["value"], changed.headers["ETag"]) == (99.5, '"2"')
    stale = problem_of(owner.patch(path, json={"value": 1}, headers={"If-Match": '"1"'}), 412)
    assert stale["current"]["value"] == 99.5
    replaced = owner.put(path, json={"title": "кухня"}).get_json()["data"]
    assert (replaced["value"], replaced["stage_id"], replaced["status"]) == (0, stage_ids["New"], "new")


def test_a_read_lead_can_be_put_back_as_it_is(owner: FlaskClient, stage_ids: dict[str, int]) -> None:
    lead = created(owner, value=19.99, currency="EUR", tags=["a"], stage_id=stage_ids["Won"])
    writable = {
        name: lead[name]
        for name in owner.get("/api/openapi.json").get_json()["components"]["schemas"]["LeadFields"][
            "properties"
        ]
    }
    again = owner.put(f"/api/leads/{lead['id']}", json=writable)
    assert again.get_json()["data"] == lead


def test_a_repeat_under_its_key_creates_no_second_lead(owner: FlaskClient) -> None:
    body, headers = {"title": "once", "value": 1}, {"Idempotency-Key": "abc"}
    first = owner.post("/api/leads", json=body, headers=headers)
    second = owner.post("/api/leads", json=body, headers=headers)
    assert first.data == second.data
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(owner.get("/api/leads").get_json()["data"]) == 1
    assert len(owner.get("/api/activities?entity=lead").get_json()["data"]) == 1


def test_a_card_is_moved_to_a_place(owner: FlaskClient, stage_ids: dict[str, int]) -> None:
    leads = {title: created(owner, title=title, stage_id=stage_ids["Proposal"])["id"] for title in "abc"}
    moved = owner.put(
        f"/api/leads/{leads['a']}/stage", json={"stage_id": stage_ids["Proposal"], "position": 0}
    )
    assert moved.status_code == 200
    pipeline_id = moved.get_json()["data"]["pipeline_id"]
    board = owner.get(f"/api/pipelines/{pipeline_id}/board").get_json()["data"]
    column = next(each for each in board["stages"] if each["id"] == stage_ids["Proposal"])
    assert [card["title"] for card in column["cards"]] == ["a", "c", "b"]
    won = owner.put(f"/api/leads/{leads['b']}/stage", json={"stage_id": stage_ids["Won"]})
    assert won.get_json()["data"]["status"] == "won"


def test_deletion_is_a_tombstone_that_is_taken_back(owner: FlaskClient) -> None:
    lead = created(owner)
    path = f"/api/leads/{lead['id']}"
    assert owner.delete(path, headers={"If-Match": '"1"'}).status_code == 204
    problem_of(owner.get(path), 404)
    assert [each["id"] for each in owner.get("/api/leads?deleted=true").get_json()["data"]] == [lead["id"]]
    restored = owner.post(f"{path}/restore").get_json()["data"]
    assert (restored["deleted_at"], restored["version"]) == (None, 3)
    actions = [entry["action"] for entry in owner.get(f"{path}/activities").get_json()["data"]]
    assert actions == ["lead.restored", "lead.deleted", "lead.created"]


def test_the_board_counts_and_sums_under_its_filter(owner: FlaskClient, stage_ids: dict[str, int]) -> None:
    for number in range(5):
        lead = created(owner, title=f"t{number}", value=100.25, tags=["odd"] if number % 2 else [])
    path = f"/api/pipelines/{lead['pipeline_id']}/board"
    column = owner.get(f"{path}?limit=2").get_json()["data"]["stages"][0]
    assert (column["count"], column["sum"], column["weighted_sum"]) == (5, 501.25, 50.13)
    assert [card["title"] for card in column["cards"]] == ["t4", "t3"]
    more = owner.get(f"{path}?stage_id={column['id']}&cursor={column['next']}").get_json()["data"]["stages"]
    assert [card["title"] for card in more[0]["cards"]] == ["t2", "t1", "t0"]
    assert fields_of(owner.get(f"{path}?cursor={column['next']}")) == {"cursor"}
    odd = owner.get(f"{path}?tag=odd").get_json()["data"]["stages"][0]
    assert (odd["count"], odd["sum"], len(odd["cards"])) == (2, 200.5, 2)


def test_a_stage_goes_only_when_its_leads_are_moved(owner: FlaskClient, stage_ids: dict[str, int]) -> None:
    lead = created(owner, stage_id=stage_ids["Proposal"])
    path = f"/api/stages/{stage_ids['Proposal']}"
    assert problem_of(owner.delete(path), 409)["leads"] == 1
    assert problem_of(owner.patch(path, json={"archived": True}), 409)["leads"] == 1
    assert fields_of(owner.delete(f"{path}?move_to=99999")) == {"move_to"}
    assert owner.delete(f"{path}?move_to={stage_ids['New']}").status_code == 204
    assert owner.get(f"/api/leads/{lead['id']}").get_json()["data"]["stage_id"] == stage_ids["New"]
    problem_of(owner.get(path), 404)
    assert owner.post(f"{path}/restore").get_json()["data"]["name"] == "Proposal"


def test_pipelines_and_stages_are_made_and_changed(owner: FlaskClient) -> None:
    made = owner.post("/api/pipelines", json={"name": "Rental", "stages": [{"name": "In"}]})
    assert made.status_code == 201
    pipeline = owner.get(made.headers["Location"]).get_json()["data"]
    stage = owner.post(
        f"/api/pipelines/{pipeline['id']}/stages",
        json={"name": "Won", "kind": "won", "colour": "#2F9E5B", "position": 0},
    )
    assert (stage.status_code, stage.headers["ETag"]) == (201, '"1"')
    stages = owner.get(f"/api/pipelines/{pipeline['id']}/stages").get_json()["data"]
    assert [(each["name"], each["position"], each["colour"]) for each in stages] == [
        ("Won", 0, "#2f9e5b"),
        ("In", 1, "#7c8a86"),
    ]
    path = stage.headers["Location"]
    assert owner.patch(path, json={"position": 1}).get_json()["data"]["position"] == 1
    assert fields_of(owner.patch(path, json={"probability": 5})) == {"probability"}
    problem_of(owner.patch(path, json={"name": "Gone"}, headers={"If-Match": '"1"'}), 412)
    names = [each["name"] for each in owner.get("/api/pipelines").get_json()["data"]]
    assert names == ["Sales", "Rental"]
    assert owner.delete(f"/api/pipelines/{pipeline['id']}").status_code == 204
    assert owner.post(f"/api/pipelines/{pipeline['id']}/restore").status_code == 200


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


def test_a_lead_is_won_lost_and_taken_up_again(owner: FlaskClient, stage_ids: dict[str, int]) -> None:
    lead = created(owner, stage_id=stage_ids["Contacted"])
    path = f"/api/leads/{lead['id']}"
    won = owner.post(f"{path}/win", headers={"If-Match": '"1"', "Idempotency-Key": "won"})
    assert (won.status_code, won.get_json()["data"]["status"]) == (200, "won")
    repeat = owner.post(f"{path}/win", headers={"If-Match": '"1"', "Idempotency-Key": "won"})
    assert (repeat.data, repeat.headers["Idempotency-Replayed"]) == (won.data, "true")
    problem_of(owner.post(f"{path}/lose", headers={"If-Match": '"1"'}), 412)
    lost = owner.post(f"{path}/lose", json={"lost_reason": "too dear"}).get_json()["data"]
    assert (lost["stage_id"], lost["lost_reason"]) == (stage_ids["Lost"], "too dear")
    assert owner.post(f"{path}/lose").get_json()["data"]["lost_reason"] == "too dear"
    assert problem_of(owner.post(f"{path}/lose", json={"why": 1}), 422)["errors"][0]["field"] == "why"
    again = owner.post(f"{path}/reopen").get_json()["data"]
    assert (again["stage_id"], again["lost_reason"]) == (stage_ids["Contacted"], None)


def test_a_lead_comes_with_a_new_client_or_the_one_of_that_address(owner: FlaskClient) -> None:
    given = {"name": "Mira Weber", "email": "mira@example.org"}
    both = [owner.post("/api/leads", json={"title": "Roof", "client": given}) for _ in range(2)]
    first, again = [response.get_json()["data"] for response in both]
    assert first["client_name"] == "Mira Weber"
    assert first["client_id"] == again["client_id"]
    for wrong, field in (
        ({"client": given, "client_id": first["client_id"]}, "client"),
        ({"client": {"name": ""}}, "client.name"),
        ({"client": {"name": "Ann"}, "value": -1}, "value"),
        ({"client": {"name": "Ann"}, "customer_phone": "+4915112345678"}, "client"),
    ):
        response = owner.post("/api/leads", json={"title": "Roof", **wrong})
        assert (response.status_code, fields_of(response)) == (422, {field}), wrong
    assert len(owner.get("/api/clients").get_json()["data"]) == 1
    assert len(owner.get("/api/leads").get_json()["data"]) == 2
    twice = {"op": "create", "fields": {"title": "Roof", "client": given}, "client": given}
    assert owner.post("/api/leads/bulk", json={"operations": [twice]}).status_code == 422
    once = {"op": "create", "fields": {"title": "Roof", "client": {"name": "Ida"}}}
    assert owner.post("/api/leads/bulk", json={"operations": [once]}).status_code == 200
    assert len(owner.get("/api/clients").get_json()["data"]) == 2
