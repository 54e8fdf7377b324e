from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import client_of, fields_of, problem_of
from tests.support.cast import Cast


def save(client: FlaskClient, **given: Any) -> Any:
    return client.post("/api/views", json={"list": "clients", "name": "Prospects", **given})


def test_a_view_is_saved_shown_changed_deleted_and_restored(owner: FlaskClient) -> None:
    made = save(owner, query="?sort=name&status=prospect&kind=&cursor=abc&view=7")
    assert made.status_code == 201
    assert made.get_json()["data"]["query"] == "status=prospect&sort=name"
    place = made.headers["Location"]
    assert owner.get(place).headers["ETag"] == '"1"'
    changed = owner.patch(place, json={"query": "tag=a%26b", "is_default": True}, headers={"If-Match": '"1"'})
    assert (changed.get_json()["data"]["query"], changed.headers["ETag"]) == ("tag=a%26b", '"2"')
    problem_of(owner.patch(place, json={"name": "x"}, headers={"If-Match": '"1"'}), 412)
    assert owner.delete(place).status_code == 204
    problem_of(owner.get(place), 404)
    assert owner.post(f"{place}/restore").get_json()["data"]["is_default"] is True
    listed = owner.get("/api/views?list=clients").get_json()
    assert [view["name"] for view in listed["data"]] == ["Prospects"]
    assert owner.get("/api/views?list=leads").get_json()["data"] == []


@pytest.mark.parametrize(
    ("list_name", "query"),
    [
        ("clients", "status=nonsense"), ("clients", "sort=secret"), ("clients", "sort=-deleted_at"),
        ("clients", "owner_id=-1"), ("clients", "colour=red"), ("clients", "status=active&status=inactive"),
        ("clients", "q=" + "a" * 300), ("leads", "closes_from=tomorrow"), ("leads", "value_from=x"),
        ("leads", "kind=person"), ("leads", "stale=perhaps"), ("leads", "sort=-rank"),
    ],
)  # fmt: skip
def test_a_query_that_the_list_would_refuse_is_not_saved(
    owner: FlaskClient, list_name: str, query: str
) -> None:
    assert fields_of(save(owner, list=list_name, query=query)) == {"query"}
    kept = save(owner, list=list_name).headers["Location"]
    assert fields_of(owner.patch(kept, json={"query": query})) == {"query"}
    assert owner.get(kept).get_json()["data"]["query"] == ""


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"list": "files"}, "list"), ({"name": ""}, "name"), ({"name": "a" * 61}, "name"),
        ({"shared": "yes"}, "shared"), ({"query": None}, "query"), ({"user_id": 1}, "user_id"),
        ({"query": "q=" + "a" * 2_000}, "query"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_field(owner: FlaskClient, given: dict[str, Any], field: str) -> None:
    assert fields_of(save(owner, **given)) == {field}
    assert owner.get("/api/views").get_json()["data"] == []


def test_a_taken_name_and_missing_rights_are_shown(
    app: Flask, owner: FlaskClient, db: Database, cast: Cast
) -> None:
    made = save(owner, shared=True)
    assert problem_of(save(owner, shared=True), 409)["errors"][0]["field"] == "name"
    colleague = client_of(app, db, cast.colleague)
    problem_of(save(colleague, shared=True), 403)
    problem_of(colleague.patch(made.headers["Location"], json={"name": "Mine"}), 403)
    chosen = colleague.patch(made.headers["Location"], json={"is_default": True})
    assert chosen.get_json()["data"]["is_default"] is True
    problem_of(client_of(app, db, cast.outsider).get(made.headers["Location"]), 404)


def test_a_repeat_under_its_key_saves_one_view(owner: FlaskClient) -> None:
    key = {"Idempotency-Key": "once"}
    given = {"list": "clients", "name": "Once"}
    first = owner.post("/api/views", json=given, headers=key)
    assert owner.post("/api/views", json=given, headers=key).get_data() == first.get_data()
    assert len(owner.get("/api/views").get_json()["data"]) == 1
