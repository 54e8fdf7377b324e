"""Pipelines, stages and the board over the API."""

import pytest
from flask.testing import FlaskClient

from tests.support.api import fields_of, problem_of
from tests.support.lead_api import created

pytestmark = pytest.mark.usefixtures("furnished")


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
