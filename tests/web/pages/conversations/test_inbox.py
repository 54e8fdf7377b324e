import html
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm import clock
from crm.clients.clients import create_client
from crm.clients.fields import ClientFields
from crm.conversations.channels.channels import Channel
from crm.conversations.templates.fields import TemplateFields, TemplateLink
from crm.conversations.templates.templates import add_template
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.restored import Restored, mark_restored
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.vault import Vault
from tests.support.api import client_of
from tests.support.arrivals import arrive, rows, value
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import add_lead, furnish
from tests.support.samples import picture
from tests.support.whatsapp import text

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _furnished(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)


@pytest.fixture
def arrived(db: Database, vault: Vault, channel: Channel) -> None:
    arrive(db, vault, text("w1", "<b>Hello</b> https://example.org"))


def page_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return html.unescape(response.get_data(as_text=True))


@pytest.mark.usefixtures("arrived")
def test_what_customers_write_is_shown_as_text_and_links(owner: FlaskClient) -> None:
    raw = owner.get("/inbox/1").get_data(as_text=True)
    assert "&lt;b&gt;Hello&lt;/b&gt;" in raw
    assert '<a href="https://example.org" rel="nofollow noopener noreferrer' in raw


@pytest.mark.usefixtures("channel")
def test_each_page_says_how_many_conversations_are_unread_until_they_are_read(
    owner: FlaskClient, db: Database, vault: Vault
) -> None:
    assert "nav-count" not in page_of(owner.get("/"))
    arrive(db, vault, text("w1"), text("w2"), text("w3", sender="4917000000"))
    assert '<span class="nav-count">2<' in page_of(owner.get("/"))
    assert owner.post("/inbox/1/read").status_code == 204
    assert page_of(owner.get("/inbox/unread")).strip().startswith('<span class="nav-count">1<')
    owner.post("/inbox/2/read")
    assert page_of(owner.get("/inbox/unread")).strip() == ""


@pytest.mark.usefixtures("channel")
def test_the_sidebar_counts_no_further_than_people_read(
    owner: FlaskClient, db: Database, vault: Vault
) -> None:
    arrive(db, vault, *[text(f"w{number}", sender=f"49170{number:06}") for number in range(101)])
    assert '<span class="nav-count">99+<' in page_of(owner.get("/inbox/unread"))


def test_a_message_that_came_late_says_when_it_was_written(
    owner: FlaskClient, db: Database, vault: Vault, channel: Channel, frozen_clock: FrozenClock
) -> None:
    at = int(frozen_clock.time.timestamp())
    arrive(db, vault, text("w1", "Just now", at=at - 60))
    assert "written" not in page_of(owner.get("/inbox/1"))
    arrive(db, vault, text("w2", "While you were down", at=at - 3 * 3600))
    shown = page_of(owner.get("/inbox/1"))
    assert shown.count("written") == 1
    assert f"{clock.as_text(frozen_clock.time - timedelta(hours=3))[:16]}" in shown.split("written")[1]


def test_without_a_number_the_inbox_offers_to_connect_one(owner: FlaskClient) -> None:
    assert "/settings/channels/new" in page_of(owner.get("/inbox"))


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
    assert "4096" in answer.headers["HX-Trigger"]
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


@pytest.mark.usefixtures("arrived")
def test_status_assignee_client_and_lead_are_changed_by_forms(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    other = db.write(create_client, cast.owner, parse_fields(ClientFields, {"name": "Ann"}))
    for path, data in (
        ("status", {"status": "closed"}),
        ("status", {"status": "active"}),
        ("status", {"until": clock.later(clock.timestamp(), timedelta(days=1))}),
        ("assignee", {"assignee_id": str(cast.owner.user_id)}),
        ("client", {"client_id": str(other.id)}),
    ):
        assert owner.post(f"/inbox/1/{path}", data=data).status_code == 303
    assert rows(db, "SELECT status, assignee_id, client_id FROM conversations") == [
        {"status": "snoozed", "assignee_id": cast.owner.user_id, "client_id": other.id}
    ]
    owner.post("/inbox/1/leads")
    assert value(db, "SELECT count(*) FROM leads") == 1


@pytest.mark.usefixtures("arrived")
def test_the_pulse_is_304_while_nothing_happens(owner: FlaskClient) -> None:
    first = owner.get("/inbox/pulse")
    tag = first.headers["ETag"]
    assert owner.get("/inbox/pulse", headers={"If-None-Match": tag}).status_code == 304
    owner.post("/inbox/1/messages", data={"kind": "note", "text": "x"})
    assert owner.get("/inbox/pulse", headers={"If-None-Match": tag}).status_code == 200


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


@pytest.mark.usefixtures("arrived")
def test_a_viewer_reads_and_a_stranger_finds_nothing(
    app: Flask, db: Database, cast: Cast, outsider: FlaskClient
) -> None:
    assert outsider.get("/inbox/1").status_code == 404
    assert "Kerry" not in page_of(outsider.get("/inbox?box=all"))
    member = client_of(app, db, cast.colleague)
    assert member.get("/settings/channels").status_code == 403
    reader = client_of(app, db, cast.colleague, scope="read")
    assert 'id="reply"' not in page_of(reader.get("/inbox/1"))
    assert reader.post("/inbox/1/messages", data={"text": "x"}).status_code == 403


def test_a_client_s_page_leads_to_their_conversation_or_to_a_new_one(
    owner: FlaskClient, db: Database, cast: Cast, vault: Vault, channel: Channel
) -> None:
    known = {"name": "Ann", "phone": "+4915112345678"}
    client = db.write(create_client, cast.owner, parse_fields(ClientFields, known))
    assert owner.get(f"/inbox/client/{client.id}").location == f"/inbox/new?client_id={client.id}"
    assert "+4915112345678" in page_of(owner.get(f"/inbox/new?client_id={client.id}"))
    arrive(db, vault, text("w1"))
    assert owner.get(f"/inbox/client/{client.id}").location == "/inbox/1?box=all"


@pytest.mark.usefixtures("arrived")
def test_a_conversation_is_put_aside_from_the_click_however_long_the_page_stood_open(
    owner: FlaskClient, db: Database, frozen_clock: FrozenClock
) -> None:
    offered = re.findall(r'name="until" value="([^"]+)"', page_of(owner.get("/inbox/1")))
    assert offered[:2] == ["hour", "4-hours"]
    for choice, hours in (("hour", 1), ("4-hours", 4)):
        frozen_clock.advance(hours=5)
        assert owner.post("/inbox/1/status", data={"until": choice}).status_code == 303
        until = value(db, "SELECT snoozed_until FROM conversations")
        assert clock.from_text(until) == clock.now() + timedelta(hours=hours)


@pytest.mark.usefixtures("arrived")
def test_beside_the_thread_are_all_leads_of_the_client_those_of_the_conversation_first(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    client_id = value(db, "SELECT client_id FROM conversations")
    own = value(db, "SELECT title FROM leads")
    for title in ("Roof", "Garage"):
        add_lead(db, cast.owner, title=title, client_id=client_id)
    add_lead(db, cast.owner, title="Of nobody")
    facts = page_of(owner.get("/inbox/1")).partition('class="facts-leads"')[2].partition("</ul>")[0]
    assert re.findall(r'href="/leads/\d+">([^<]+)<', facts) == [own, "Garage", "Roof"]
