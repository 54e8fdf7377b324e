from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import client_of, fields_of, problem_of
from tests.support.cast import Cast
from tests.support.whatsapp import ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN, channel_fields


def body(**changes: Any) -> dict[str, Any]:
    return {**channel_fields().model_dump(), **changes}


def connected(client: FlaskClient) -> dict[str, Any]:
    response = client.post("/api/channels/whatsapp", json=body())
    assert response.status_code == 201, response.text
    return dict(response.get_json()["data"])


def test_a_number_is_connected_and_its_secrets_are_never_shown(owner: FlaskClient) -> None:
    created = owner.post("/api/channels/whatsapp", json=body())
    assert created.status_code == 201
    location = created.headers["Location"]
    texts = [created.text, owner.get(location).text, owner.get("/api/channels").text]
    for secret in (ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN):
        assert not any(secret in shown for shown in texts)
    assert created.headers["ETag"] == '"1"'


def test_the_same_number_twice_is_a_conflict_at_home_alone(owner: FlaskClient, outsider: FlaskClient) -> None:
    connected(owner)
    problem_of(owner.post("/api/channels/whatsapp", json=body()), 409)
    assert outsider.post("/api/channels/whatsapp", json=body()).status_code == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone_number_id": ""}, "phone_number_id"),
        ({"phone_number_id": "../x"}, "phone_number_id"),
        ({"phone_number_id": 106540352242922}, "phone_number_id"),
        ({"display_phone": "12"}, "display_phone"),
        ({"access_token": "two words"}, "access_token"),
        ({"app_secret": ""}, "app_secret"),
        ({"verify_token": "schlüssel"}, "verify_token"),
        ({"create_leads": "yes"}, "create_leads"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_fact_is_refused_by_its_field(
    owner: FlaskClient, changes: dict[str, Any], field: str
) -> None:
    assert fields_of(owner.post("/api/channels/whatsapp", json=body(**changes))) == {field}
    assert owner.get("/api/channels").get_json()["data"] == []


def test_only_admins_connect_change_and_disconnect(
    app: Flask, db: Database, cast: Cast, owner: FlaskClient
) -> None:
    member = client_of(app, db, cast.colleague)
    path = f"/api/channels/{connected(owner)['id']}"
    problem_of(member.post("/api/channels/whatsapp", json=body()), 403)
    problem_of(member.patch(path, json={"create_leads": False}), 403)
    problem_of(member.delete(path), 403)
    assert member.get(path).status_code == 200


def test_a_stale_change_is_refused(owner: FlaskClient) -> None:
    path = f"/api/channels/{connected(owner)['id']}"
    changed = owner.patch(path, json={"create_leads": False}, headers={"If-Match": '"1"'})
    assert changed.get_json()["data"]["create_leads"] is False
    problem_of(owner.patch(path, json={"create_leads": True}, headers={"If-Match": '"1"'}), 412)
    problem_of(owner.delete(path, headers={"If-Match": '"1"'}), 412)
    assert owner.delete(path, headers={"If-Match": '"2"'}).status_code == 204
    problem_of(owner.get(path), 404)


def test_another_workspace_finds_nothing(owner: FlaskClient, outsider: FlaskClient) -> None:
    path = f"/api/channels/{connected(owner)['id']}"
    problem_of(outsider.get(path), 404)
    problem_of(outsider.patch(path, json={"create_leads": False}), 404)
    problem_of(outsider.delete(path), 404)
