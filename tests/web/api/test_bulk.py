from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import fields_of, problem_of
from tests.support.cast import Cast
from tests.support.leads import furnish, stages_of


@pytest.fixture(autouse=True)
def _furnished(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)


def run(client: FlaskClient, room: str, *operations: dict[str, Any], **headers: str) -> Any:
    return client.post(f"/api/{room}/bulk", json={"operations": list(operations)}, headers=headers)


def create(title: str, **more: Any) -> dict[str, Any]:
    return {"op": "create", "fields": {"title": title}, **more}


def listed(client: FlaskClient, path: str, name: str) -> list[str]:
    return [each[name] for each in client.get(path).get_json()["data"]]


def test_leads_go_through_all_that_can_be_done_at_once(owner: FlaskClient, db: Database, cast: Cast) -> None:
    won = stages_of(db, cast.owner)["Won"].id
    made = run(owner, "leads", create("a"), create("b"), create("c")).get_json()["data"]
    a, b, c = (each["id"] for each in made)
    outcome = run(
        owner,
        "leads",
        {"op": "update", "id": a, "fields": {"value": 5}, "version": 1},
        {"op": "tag", "id": a, "add": ["vip", "new"]},
        {"op": "tag", "id": a, "remove": ["New"]},
        {"op": "assign", "id": b, "owner_id": cast.colleague.user_id},
        {"op": "move", "id": b, "stage_id": won},
        {"op": "delete", "id": c},
        {"op": "restore", "id": c},
    )
    assert [each["op"] for each in outcome.get_json()["data"]][-2:] == ["delete", "restore"]
    lead = owner.get(f"/api/leads/{a}").get_json()["data"]
    assert (lead["value"], lead["tags"], lead["version"]) == (5, ["vip"], 4)
    assert owner.get(f"/api/leads/{b}").get_json()["data"]["status"] == "won"
    assert len(owner.get("/api/activities?entity=lead").get_json()["data"]) == 10


def test_one_that_cannot_be_undoes_all_and_each_error_tells_its_index(owner: FlaskClient) -> None:
    lead_id = run(owner, "leads", create("kept")).get_json()["data"][0]["id"]
    response = run(
        owner,
        "leads",
        {"op": "update", "id": lead_id, "fields": {"title": "changed"}},
        create("new"),
        {"op": "update", "id": 999, "fields": {"title": "x"}},
        create("wrong", fields={"title": "x", "owner_id": 999}),
        {"op": "delete", "id": lead_id, "version": 1},
    )
    errors = problem_of(response, 422)["errors"]
    assert [(each["index"], each["field"]) for each in errors] == [
        (2, "operations.2.id"),
        (3, "operations.3.owner_id"),
        (4, "operations.4"),
    ]
    assert listed(owner, "/api/leads", "title") == ["kept"]
    assert len(owner.get("/api/activities?entity=lead").get_json()["data"]) == 1


def test_a_lead_s_client_is_matched_or_created_with_it(owner: FlaskClient) -> None:
    owner.post("/api/clients", json={"name": "Anna", "phone": "+49 30 1234567"})
    made = run(
        owner,
        "leads",
        create("known", client={"name": "A. Nowak", "phone": "+49301234567"}),
        create("new", client={"name": "Bob", "email": "bob@example.org"}),
        create("the same", client={"name": "Robert", "email": "BOB@example.org"}),
    )
    assert made.status_code == 200
    assert listed(owner, "/api/leads", "client_name") == ["Bob", "Bob", "Anna"]
    assert listed(owner, "/api/clients", "name") == ["Bob", "Anna"]
    wrong = run(
        owner, "leads", create("x", client={"name": "Eve", "email": "eve@example.org", "country": "XX"})
    )
    assert problem_of(wrong, 422)["errors"][0]["index"] == 0
    assert len(listed(owner, "/api/clients", "name")) == 2


def test_clients_go_through_all_that_can_be_done_at_once(owner: FlaskClient, cast: Cast) -> None:
    made = run(
        owner, "clients", *({"op": "create", "fields": {"name": name}} for name in ("Anna", "Bob"))
    ).get_json()["data"]
    anna, bob = (each["id"] for each in made)
    outcome = run(
        owner,
        "clients",
        {"op": "update", "id": anna, "fields": {"email": "anna@example.org"}},
        {"op": "tag", "id": anna, "add": ["VIP"]},
        {"op": "assign", "id": anna, "owner_id": cast.owner.user_id},
        {"op": "delete", "id": bob},
        {"op": "restore", "id": bob},
    )
    assert [each["version"] for each in outcome.get_json()["data"]] == [2, 3, 4, 2, 3]
    double = run(owner, "clients", {"op": "update", "id": bob, "fields": {"email": "anna@example.org"}})
    assert problem_of(double, 422)["errors"][0]["field"] == "operations.0"


def test_a_thousand_at_once_and_no_more(owner: FlaskClient) -> None:
    many = [create(f"{number}") for number in range(1_000)]
    assert len(run(owner, "leads", *many).get_json()["data"]) == 1_000
    assert owner.get("/api/leads/count").get_json()["data"] == {"total": 1_000, "exact": True}
    assert fields_of(run(owner, "leads", *many, create("one more"))) == {"operations"}
    assert fields_of(run(owner, "leads")) == {"operations"}


def test_a_repeat_under_its_key_changes_nothing_more(owner: FlaskClient) -> None:
    first = run(owner, "leads", create("once"), **{"Idempotency-Key": "k"})
    second = run(owner, "leads", create("once"), **{"Idempotency-Key": "k"})
    assert first.data == second.data
    assert listed(owner, "/api/leads", "title") == ["once"]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "explode", "id": 1},
        {"id": 1},
        {"op": "create"},
        {"op": "update", "id": 1, "fields": {"colour": "red"}},
        {"op": "move", "id": 1},
        {"op": "assign", "id": 1},
        {"op": "tag", "id": 1, "add": [f"{number}" for number in range(51)]},
        5,
    ],
)
def test_what_is_no_operation_is_refused_with_its_index(owner: FlaskClient, operation: Any) -> None:
    response = run(owner, "leads", create("fine"), operation)
    assert {each["index"] for each in problem_of(response, 422)["errors"]} == {1}
    assert listed(owner, "/api/leads", "title") == []


def test_an_operation_of_no_known_name_learns_which_there_are(owner: FlaskClient) -> None:
    refused = problem_of(run(owner, "clients", {"op": "move", "id": 1}, {"id": 1}), 422)["errors"]
    assert [each["field"] for each in refused] == ["operations.0.op", "operations.1.op"]
    assert refused[0]["message"].startswith("must be one of 'create', 'update'")
    assert refused[1]["message"] == "is required"


def test_tags_past_the_limit_are_refused(owner: FlaskClient) -> None:
    lead_id = run(owner, "leads", create("a")).get_json()["data"][0]["id"]
    half = [{"op": "tag", "id": lead_id, "add": [f"{n}-{m}" for m in range(30)]} for n in range(2)]
    assert problem_of(run(owner, "leads", *half), 422)["errors"][0]["index"] == 1
