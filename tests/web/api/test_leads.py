"""Leads over the API: create, change, move, delete, win and lose them."""

import pytest
from flask.testing import FlaskClient

from tests.support.api import fields_of, problem_of
from tests.support.lead_api import created

pytestmark = pytest.mark.usefixtures("furnished")


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
