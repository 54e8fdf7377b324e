import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm import clock
from crm.clients.clients import create_client
from crm.clients.fields import ClientFields
from crm.conversations.channels.channels import Channel
from crm.db.database import Database
from crm.fields import parse_fields
from crm.vault import Vault
from tests.support.api import client_of
from tests.support.arrivals import arrive, rows, value
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import add_lead
from tests.support.page_answers import page_of
from tests.support.whatsapp import text

pytestmark = pytest.mark.usefixtures("furnished")


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
    pulse = "/changes?follow=pulse"
    tag = owner.get(pulse).headers["ETag"]
    assert owner.get(pulse, headers={"If-None-Match": tag}).status_code == 304
    owner.post("/inbox/1/messages", data={"kind": "note", "text": "x"})
    assert owner.get(pulse, headers={"If-None-Match": tag}).status_code == 200
    for wrong in ("follow=x", "follow=", "wait=31", "wait=-1", "wait=x", "follow=head&follow=pulse"):
        assert owner.get(f"/changes?{wrong}").status_code == 422


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
