from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.conversations.channels.channels import Channel
from crm.db.database import Database
from crm.vault import Vault
from tests.support.api import fields_of, problem_of
from tests.support.arrivals import rows, value
from tests.support.cast import Cast
from tests.support.leads import furnish
from tests.support.whatsapp import connect

TO = "+4915112345678"


@pytest.fixture(autouse=True)
def _furnished(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)


@pytest.fixture
def channel(app: Flask, db: Database, cast: Cast) -> Channel:
    return connect(db, cast.owner, Vault(app.config["SECRET_KEY"]))


def send(client: FlaskClient, **given: Any) -> Any:
    return client.post("/api/whatsapp", json={"to": TO, **given})


def counts(db: Database) -> tuple[int, ...]:
    tables = ("clients", "conversations", "messages", "outbox", "leads")
    return tuple(value(db, f"SELECT count(*) FROM {table}") for table in tables)


def test_message_conversation_and_what_is_to_be_sent_commit_together(
    owner: FlaskClient, db: Database, channel: Channel
) -> None:
    response = send(owner, message="Hello")
    assert response.status_code == 202
    data = response.get_json()["data"]
    assert counts(db) == (0, 1, 1, 1, 0)
    assert (data["status"], data["client_id"], data["lead_id"], data["window_open"]) == (
        "queued",
        None,
        None,
        False,
    )
    assert rows(db, "SELECT id, conversation_id, body FROM messages") == [
        {"id": data["message_id"], "conversation_id": data["conversation_id"], "body": "Hello"}
    ]


def test_with_a_lead_come_client_and_lead(owner: FlaskClient, db: Database, channel: Channel) -> None:
    data = send(owner, message="Hello", createLead=True, customerName="Ann").get_json()["data"]
    assert counts(db) == (1, 1, 1, 1, 1)
    assert rows(db, "SELECT id, client_id, title FROM leads") == [
        {"id": data["lead_id"], "client_id": data["client_id"], "title": "Ann"}
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"message": "Hello", "createLead": True}, "customerName"),
        ({}, "message"),
        ({"message": ""}, "message"),
        ({"message": "x" * 4097}, "message"),
        ({"message": "Hello", "to": "12"}, "to"),
        ({"message": "Hello", "createLead": "yes"}, "createLead"),
        ({"message": "Hello", "create_lead": True}, "create_lead"),
        ({"message": "Hello", "file_id": 99}, "file_id"),
        ({"message": "Hello", "channel_id": 99}, "channel_id"),
        ({"template": {"name": "Two Words"}}, "template.name"),
    ],
)
def test_what_is_wrong_is_named_and_leaves_nothing(
    owner: FlaskClient, db: Database, channel: Channel, given: dict[str, Any], field: str
) -> None:
    assert fields_of(send(owner, **given)) == {field}
    assert counts(db) == (0, 0, 0, 0, 0)


def test_a_repeat_under_the_same_key_writes_one_message(
    owner: FlaskClient, db: Database, channel: Channel
) -> None:
    sent = [
        owner.post("/api/whatsapp", json={"to": TO, "message": "Hi"}, headers={"Idempotency-Key": "k"})
        for _ in range(3)
    ]
    assert {response.data for response in sent} == {sent[0].data}
    assert counts(db) == (0, 1, 1, 1, 0)


def test_without_a_number_there_is_a_link(owner: FlaskClient, db: Database) -> None:
    problem = problem_of(send(owner, message="Hello"), 409)
    assert problem["wa_me"] == "https://wa.me/4915112345678?text=Hello"
    assert counts(db) == (0, 0, 0, 0, 0)
