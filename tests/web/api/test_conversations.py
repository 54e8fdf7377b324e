from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.conversations.channels.channels import Channel
from crm.db.database import Database
from crm.vault import Vault
from tests.support.api import client_of, fields_of, problem_of
from tests.support.arrivals import arrive, value
from tests.support.cast import Cast
from tests.support.leads import furnish
from tests.support.samples import picture
from tests.support.whatsapp import CUSTOMER, VERIFY_TOKEN, delivery, message, signed, status, text

PATH = "/api/conversations/1"


@pytest.fixture(autouse=True)
def _furnished(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)


@pytest.fixture
def arrived(db: Database, vault: Vault, channel: Channel) -> None:
    arrive(db, vault, text("w1", "Hello"))


def data(response: Any) -> Any:
    assert response.status_code < 300, response.text
    return response.get_json()["data"]


@pytest.mark.usefixtures("arrived")
def test_a_conversation_is_read_answered_noted_and_closed(owner: FlaskClient) -> None:
    (listed,) = data(owner.get("/api/conversations"))
    assert (listed["id"], listed["unread"], listed["last_message"]) == (1, 1, "Hello")
    sent = owner.post(f"{PATH}/messages", json={"text": "Good day"})
    assert (sent.status_code, data(sent)["window_open"]) == (202, True)
    assert owner.post(f"{PATH}/notes", json={"text": "for us"}).status_code == 201
    said = [(each["direction"], each["body"]) for each in data(owner.get(f"{PATH}/messages"))]
    assert said == [("note", "for us"), ("out", "Good day"), ("in", "Hello")]
    assert owner.post(f"{PATH}/read").status_code == 204
    assert data(owner.get(PATH))["unread"] == 0
    closed = owner.patch(
        PATH, json={"status": "closed"}, headers={"If-Match": owner.get(PATH).headers["ETag"]}
    )
    assert data(closed)["status"] == "closed"
    assert data(owner.get("/api/conversations")) == []
    assert len(data(owner.get("/api/conversations?box=closed"))) == 1


@pytest.mark.usefixtures("arrived")
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "body"),
        ({"text": ""}, "text"),
        ({"text": "x" * 4097}, "text"),
        ({"text": "x", "template": {"name": "a"}}, "body"),
        ({"file_id": 99}, "file_id"),
        ({"text": "x", "reply_to": 99}, "reply_to"),
        ({"text": "x", "channel_id": 99}, "channel_id"),
        ({"text": "x", "to": "+49"}, "to"),
    ],
)
def test_a_wrong_message_is_refused_by_its_field(
    owner: FlaskClient, db: Database, given: dict[str, Any], field: str
) -> None:
    assert fields_of(owner.post(f"{PATH}/messages", json=given)) == {field}
    assert value(db, "SELECT count(*) FROM messages") == 1


@pytest.mark.usefixtures("arrived")
def test_no_workspace_reaches_the_conversations_of_another(outsider: FlaskClient) -> None:
    assert data(outsider.get("/api/conversations?box=all")) == []
    for response in (
        outsider.get(PATH),
        outsider.get(f"{PATH}/messages"),
        outsider.patch(PATH, json={"status": "closed"}),
        outsider.post(f"{PATH}/messages", json={"text": "x"}),
        outsider.post(f"{PATH}/notes", json={"text": "x"}),
        outsider.post(f"{PATH}/read"),
        outsider.post("/api/conversations/dead-letters/1/replay"),
        outsider.post("/api/conversations/messages/1/media"),
    ):
        problem_of(response, 404)


@pytest.mark.usefixtures("arrived")
def test_a_token_that_may_read_writes_nothing(app: Flask, db: Database, cast: Cast) -> None:
    reader = client_of(app, db, cast.owner, scope="read")
    assert reader.get(PATH).status_code == 200
    for path in (f"{PATH}/messages", f"{PATH}/notes", f"{PATH}/read"):
        problem_of(reader.post(path, json={"text": "x"}), 403)


def test_templates_and_quick_replies_are_kept_and_removed(owner: FlaskClient) -> None:
    template = data(owner.post("/api/message-templates", json={"name": "hi", "body": "Hi {{1}} and {{2}}"}))
    assert template["places"] == ["1", "2"]
    problem_of(owner.post("/api/message-templates", json={"name": "hi", "body": "again"}), 409)
    reply = data(owner.post("/api/quick-replies", json={"title": "Hours", "text": "9 to 5"}))
    problem_of(owner.post("/api/quick-replies", json={"title": "hours", "text": "again"}), 409)
    for path in (f"/api/message-templates/{template['id']}", f"/api/quick-replies/{reply['id']}"):
        problem_of(owner.delete(path, headers={"If-Match": '"9"'}), 412)
        assert owner.delete(path).status_code == 204
        problem_of(owner.delete(path), 404)
        every = path.rpartition("/")[0]
        assert data(owner.get(every)) == [] and len(data(owner.get(f"{every}?deleted=true"))) == 1
        assert data(owner.post(f"{path}/restore"))["deleted_at"] is None
        problem_of(owner.post(f"{path}/restore"), 404)
        assert len(data(owner.get(every))) == 1


@pytest.mark.usefixtures("arrived")
def test_a_refusal_names_the_fields_as_they_were_sent(owner: FlaskClient) -> None:
    client_id = data(owner.get(PATH))["client_id"]
    upload = {"file": (BytesIO(picture()), "a.png")}
    file_id = data(owner.post(f"/api/clients/{client_id}/files", data=upload))["id"]
    for given, field in (
        ({"message": "x" * 2000, "file_id": file_id}, "message"),
        ({"template": {"name": "hi", "file_id": 999}}, "template.file_id"),
        ({"message": "x", "file_id": 999}, "file_id"),
    ):
        answer = owner.post("/api/whatsapp", json={"to": f"+{CUSTOMER}", **given})
        assert fields_of(answer) == {field}


@pytest.mark.usefixtures("channel")
def test_a_template_tells_all_that_is_to_be_filled(owner: FlaskClient) -> None:
    link = {"button": 1, "text": "Track", "url": "https://example.org/{{1}}"}
    given = {"name": "ready", "body": "Hi {{first_name}}", "header": "For {{company}}", "links": [link]}
    made = data(owner.post("/api/message-templates", json=given))
    assert data(owner.get("/api/message-templates")) == [made]
    assert (made["places"], made["header_place"], made["links"]) == (["first_name"], "company", [link])
    filled = {"named_parameters": {"first_name": "Ann"}, "links": [{"button": 1, "text": "A7"}]}
    use = {"name": "ready", "header": "Acme", **filled}
    owner.post("/api/whatsapp", json={"to": "+4915112345678", "template": use})
    assert data(owner.get("/api/conversations/1/messages"))[0]["body"] == "For Acme\nHi Ann"


@pytest.mark.usefixtures("channel")
def test_a_template_is_shown_as_the_customer_reads_it(owner: FlaskClient) -> None:
    owner.post("/api/message-templates", json={"name": "ready", "body": "Order {{1}} is ready"})
    template = {"name": "ready", "parameters": ["7"]}
    owner.post("/api/whatsapp", json={"to": "+4915112345678", "template": template})
    assert data(owner.get(f"{PATH}/messages"))[0]["body"] == "Order 7 is ready"


@pytest.mark.usefixtures("arrived")
def test_the_quarantine_is_for_admins_and_replayed_by_them(
    app: Flask, db: Database, cast: Cast, owner: FlaskClient, vault: Vault
) -> None:
    arrive(db, vault, status("w", "evaporated"))
    (event,) = data(owner.get("/api/channels/quarantine"))
    assert "evaporated" in event["problem"]
    problem_of(client_of(app, db, cast.colleague).get("/api/channels/quarantine"), 403)
    assert owner.post(f"/api/channels/quarantine/{event['id']}/replay").status_code == 204
    assert data(owner.get("/api/channels/quarantine")) == []


def test_the_health_of_a_number_tells_what_arrived_and_what_was_not_signed(
    owner: FlaskClient, anybody: FlaskClient, channel: Channel
) -> None:
    before = data(owner.get(f"/api/channels/{channel.id}/health"))
    assert (before["last_event_at"], before["signature_failures"], before["waiting"]) == (None, 0, 0)
    webhook = "/api/webhooks/whatsapp"
    body = signed(delivery(text("w1")))
    anybody.post(webhook, **body)
    anybody.post(webhook, data=body["data"])
    anybody.post(webhook, data=b"{}")
    anybody.get(
        webhook,
        query_string={"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1"},
    )
    after = data(owner.get(f"/api/channels/{channel.id}/health"))
    assert after["last_event_at"] and after["verified_at"]
    assert (after["waiting"], after["signature_failures"], after["deliveries_to_nobody"]) == (1, 1, 1)


def test_refused_media_can_be_fetched_again_by_people(
    owner: FlaskClient, db: Database, cast: Cast, vault: Vault, channel: Channel
) -> None:
    arrive(db, vault, message("w1", "image", image={"id": "m1", "mime_type": "image/png"}))
    problem_of(owner.post("/api/conversations/messages/1/media"), 404)
    sql = "UPDATE message_media SET state = 'refused' WHERE workspace_id = :workspace_id"
    db.write(lambda tx: tx.run(sql), cast.owner)
    assert owner.post("/api/conversations/messages/1/media").status_code == 204
    assert value(db, "SELECT state FROM message_media") == "waiting"
