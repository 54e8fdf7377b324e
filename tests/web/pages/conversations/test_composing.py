"""A message is written on the pages: as a text, by a template, with a file."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient

from crm.conversations.templates.fields import TemplateFields, TemplateLink
from crm.conversations.templates.templates import add_template
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.restored import Restored, mark_restored
from crm.db.transaction import Transaction
from tests.support.arrivals import rows, value
from tests.support.cast import Cast
from tests.support.page_answers import HTMX, page_of
from tests.support.samples import picture

pytestmark = pytest.mark.usefixtures("furnished")


@pytest.mark.usefixtures("arrived")
def test_a_message_is_answered_with_the_thread_as_it_is_then(owner: FlaskClient, db: Database) -> None:
    answer = owner.post("/inbox/1/messages", data={"kind": "message", "text": "Good day"}, headers=HTMX)
    assert "Good day" in page_of(answer)
    plain = owner.post("/inbox/1/messages?box=mine", data={"kind": "note", "text": "for us"})
    assert (plain.status_code, plain.location) == (303, "/inbox/1?box=mine")
    assert value(db, "SELECT count(*) FROM conversation_reads") == 1


@pytest.mark.usefixtures("arrived")
def test_a_refused_message_says_why_and_leaves_the_thread(owner: FlaskClient, db: Database) -> None:
    answer = owner.post("/inbox/1/messages", data={"kind": "message", "text": "x" * 4097}, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Reswap"]) == (422, "none")
    assert "4,096" in answer.headers["HX-Trigger"]
    assert value(db, "SELECT count(*) FROM messages") == 1


@pytest.mark.usefixtures("arrived")
def test_a_file_becomes_the_client_s_and_goes_out(owner: FlaskClient, db: Database) -> None:
    sent = {"kind": "message", "text": "Look", "file": (BytesIO(picture()), "plan.png")}
    page = page_of(owner.post("/inbox/1/messages", data=sent, headers=HTMX))
    assert "/content" in page
    assert rows(db, "SELECT kind, body FROM messages WHERE direction = 'out'") == [
        {"kind": "image", "body": "Look"}
    ]
    assert value(db, "SELECT name FROM files") == "plan.png"


@pytest.mark.usefixtures("channel")
def test_a_file_needs_a_client_and_leaves_nothing_without_one(owner: FlaskClient, db: Database) -> None:
    owner.post("/inbox/new", data={"to": "+4915112345678", "message": "Hi"})
    sent = {"kind": "message", "text": "", "file": (BytesIO(picture()), "plan.png")}
    assert owner.post("/inbox/1/messages", data=sent, headers=HTMX).status_code == 422
    assert value(db, "SELECT count(*) FROM files") == 0


@pytest.mark.usefixtures("channel")
def test_a_conversation_is_begun_with_a_text_or_a_template(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    template = db.write(add_template, cast.owner, TemplateFields(name="hello", body="Hello from us"))
    begun = owner.post("/inbox/new", data={"to": "+4915112345678", "message": "Hi"})
    assert begun.location == "/inbox/1?box=all"
    asked = {"to": "+4915112345679", "template_id": str(template.id), "message": "", "customer_name": "Ann"}
    asked["create_lead"] = "1"
    assert owner.post("/inbox/new", data=asked).status_code == 303
    assert [row["body"] for row in rows(db, "SELECT body FROM messages ORDER BY id")] == [
        "Hi",
        "Hello from us",
    ]
    refused = owner.post("/inbox/new", data={"to": "12", "message": ""})
    assert refused.status_code == 422
    assert 'id="message-error"' in refused.get_data(as_text=True)


@pytest.mark.usefixtures("channel")
def test_a_first_message_may_be_a_template_with_places(owner: FlaskClient, db: Database, cast: Cast) -> None:
    template = db.write(add_template, cast.owner, TemplateFields(name="ready", body="{{1}}, order {{2}}"))
    places = page_of(owner.get(f"/inbox/new/places?template_id={template.id}&customer_name=Ann"))
    assert 'value="Ann"' in places
    assert "place_2" in places
    assert page_of(owner.get("/inbox/new/places?template_id=")).strip() == ""
    asked = {"to": "+4915112345678", "template_id": str(template.id), "place_1": "Ann", "place_2": ""}
    refused = owner.post("/inbox/new", data=asked)
    assert refused.status_code == 422
    assert 'id="place_2-error"' in refused.get_data(as_text=True)
    assert owner.post("/inbox/new", data={**asked, "place_2": "7"}).status_code == 303
    assert value(db, "SELECT body FROM messages") == "Ann, order 7"


@pytest.mark.usefixtures("arrived")
def test_what_was_not_sent_is_listed_and_sent_again_by_a_person(owner: FlaskClient, db: Database) -> None:
    for text_ in ("refused", "cut", "queued"):
        owner.post("/inbox/1/messages", data={"kind": "message", "text": text_})
    assert "was not sent" not in page_of(owner.get("/inbox"))
    for state, number in (("failed", 2), ("unknown", 3)):
        settle_as(db, state, number)
    assert "2 messages were not sent" in page_of(owner.get("/inbox"))
    page = page_of(owner.get("/inbox/unsent"))
    assert page.count("Kerry Fisher") == 2
    assert ("refused" in page, "cut" in page, "queued" in page) == (True, True, False)
    assert "It may have arrived already" in page
    assert owner.post("/inbox/unsent/1").status_code == 303
    assert owner.post("/inbox/unsent/1").status_code == 303
    assert "There is no such unsent message." in page_of(owner.get("/inbox/unsent"))
    assert [row["state"] for row in rows(db, "SELECT state FROM outbox ORDER BY id")] == [
        "queued",
        "unknown",
        "queued",
    ]


def settle_as(db: Database, state: str, message_id: int) -> None:
    """As the worker does."""

    def settle(tx: Transaction) -> None:
        tx.run(
            "UPDATE outbox SET state = :state WHERE message_id = :message_id",
            state=state,
            message_id=message_id,
        )
        tx.run(
            "UPDATE messages SET status = :state WHERE id = :message_id", state=state, message_id=message_id
        )

    db.write(settle, SYSTEM)


@pytest.mark.usefixtures("arrived")
def test_a_template_is_filled_and_sent_into_a_conversation(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    template = db.write(add_template, cast.owner, TemplateFields(name="ready", body="{{1}}, order {{2}}"))
    path = f"/inbox/1/template/{template.id}"
    assert "place_2" in page_of(owner.get(path))
    refused = owner.post(path, data={"place_1": "Ann", "place_2": ""})
    assert refused.status_code == 422
    assert 'id="place_2-error"' in refused.get_data(as_text=True)
    assert owner.post(path, data={"place_1": "Ann", "place_2": "7"}).status_code == 303
    assert value(db, "SELECT body FROM messages ORDER BY id DESC") == "Ann, order 7"


@pytest.mark.usefixtures("arrived")
def test_a_template_with_a_file_named_places_and_a_link_is_filled_and_sent(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    link = TemplateLink(button=0, text="Track", url="https://example.org/{{1}}")
    fields = TemplateFields(name="ready", body="Hi {{first_name}}", header_media="image", links=[link])
    template = db.write(add_template, cast.owner, fields)
    path = f"/inbox/1/template/{template.id}"
    page = page_of(owner.get(path))
    assert all(name in page for name in ('name="file"', 'name="place_first_name"', 'name="link_0"'))
    given = {"place_first_name": "Ann", "link_0": "A7"}
    for missing in given:
        refused = owner.post(path, data={**given, missing: "", "file": (BytesIO(picture()), "a.png")})
        assert refused.status_code == 422
        assert f'id="{missing}-error"' in refused.get_data(as_text=True)
    refused = owner.post(path, data=given)
    assert refused.status_code == 422
    assert 'id="file-error"' in refused.get_data(as_text=True)
    assert value(db, "SELECT count(*) FROM files") == 0
    assert owner.post(path, data={**given, "file": (BytesIO(picture()), "a.png")}).status_code == 303
    assert "Hi Ann" in page_of(owner.get("/inbox/1"))
    assert "ready (en_US)" not in page_of(owner.get("/inbox/new"))


@pytest.mark.usefixtures("arrived")
def test_the_composer_says_why_messages_wait(owner: FlaskClient, db: Database) -> None:
    assert "Messages are waiting" not in page_of(owner.get("/inbox/1"))
    db.write(lambda tx: tx.run("UPDATE channels SET fault = 'expired token', fault_at = :now"), SYSTEM)
    assert "expired token" in page_of(owner.get("/inbox/1"))
    mark_restored(db.path, Restored("backup", "2026-11-20T00:00:00.000Z", "2026-11-21T00:00:00.000Z"))
    assert "sending is paused" in page_of(owner.get("/inbox/1"))
