"""What the pages show of WhatsApp's forms of 2026, and how the inbox is worked on by several."""

import copy
import html
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.vault import Vault
from tests.support.arrivals import arrive, value
from tests.support.cast import Cast
from tests.support.leads import furnish
from tests.support.payloads import BY_NAME, Phone, connected, load_payloads
from tests.support.whatsapp import text

AD = {
    "source_type": "ad",
    "source_id": "120",
    "source_url": "https://fb.me/ad",
    "headline": "Spring sale",
    "body": "All tyres",
    "media_type": "image",
    "image_url": "https://example.org/a.png",
    "ctwa_clid": "ARclick",
}


@pytest.fixture
def phone(db: Database, cast: Cast, vault: Vault) -> Phone:
    furnish(db, cast.owner)
    return connected(db, cast, vault)


def page_of(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return html.unescape(response.get_data(as_text=True))


def data_of(client: FlaskClient, address: str) -> Any:
    return client.get(address).get_json()["data"]


SHOWN = {
    "interactive_flow_nfm_reply": ["rating", "Ada"],
    "order": ["2 × SKU-1", "at 30.50 EUR", "Total: 71.00 EUR"],
    "product_inquiry": ["SKU-1"],
    "video": ["Forwarded"],
    "contacts_two": ["Probe Ltd", "Add as client", "/clients/new?name=Ada+Probe"],
    "unsupported_131060_first_contact": ["not available here"],
    "interactive_without_part": ["Unsupported webhook payload"],
    "media_with_errors": ["Failed to download the media from the sender."],
    "call_terminate_missed": ["Missed call"],
    "user_preferences_stop": ["No marketing"],
    "system_user_changed_number": ["changed from 447700900101 to 447700900199"],
    "echo_text": ["Answered from the phone"],
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_a_form_says_is_shown_in_the_thread(phone: Phone, owner: FlaskClient, name: str) -> None:
    phone.named(name)
    shown = page_of(owner, "/inbox/1?box=all")
    assert [each for each in SHOWN[name] if each not in shown] == []


def test_every_page_of_the_inbox_stands_after_all_forms(phone: Phone, owner: FlaskClient) -> None:
    phone.deliver(*(each.document for each in load_payloads()))
    for row in phone.rows("SELECT id, client_id FROM conversations"):
        page_of(owner, f"/inbox/{row['id']}?box=all")
        assert owner.get(f"/api/conversations/{row['id']}/messages?limit=200").status_code == 200
        if row["client_id"]:
            page_of(owner, f"/clients/{row['client_id']}")
    for address in ("/inbox?box=all", "/settings/channels", "/settings/channels/1", "/activity"):
        page_of(owner, address)
    assert "rejected" in page_of(owner, "/settings/channels/1")
    assert "too many messages" in page_of(owner, "/settings/channels/quarantine")


def test_an_edit_shows_both_texts_and_a_deletion_says_who(phone: Phone, owner: FlaskClient) -> None:
    phone.named("text", "edit")
    shown = page_of(owner, "/inbox/1")
    assert all(each in shown for each in ("the RED one", "the blue one", "Edited"))
    phone.named("revoke")
    assert "Deleted by the customer" in page_of(owner, "/inbox/1")
    assert "Deleted message" in page_of(owner, "/inbox")


def test_the_ad_stands_with_message_conversation_and_lead(phone: Phone, owner: FlaskClient) -> None:
    document = copy.deepcopy(BY_NAME["text"].document)
    document["entry"][0]["changes"][0]["value"]["messages"][0]["referral"] = AD
    phone.deliver(document)
    records = [
        data_of(owner, "/api/conversations/1/messages")[0],
        data_of(owner, "/api/conversations/1"),
        data_of(owner, "/api/leads/1"),
        data_of(owner, "/api/leads")[0],
    ]
    assert [each["referral"] for each in records] == [AD] * 4
    for address in ("/inbox/1", "/leads/1"):
        assert "Spring sale" in page_of(owner, address)


def test_the_api_reads_up_to_a_message_or_all_of_it(
    db: Database, vault: Vault, phone: Phone, owner: FlaskClient
) -> None:
    arrive(db, vault, text("w1", "a"), text("w2", "b"), text("w3", "c"), number="100000000000001")

    def unread() -> Any:
        return data_of(owner, "/api/conversations/1")["unread"]

    second = value(db, "SELECT id FROM messages WHERE body = 'b'")
    for given, left in (({"message_id": second}, 1), ({}, 0)):
        assert owner.post("/api/conversations/1/read", json=given).status_code == 204
        assert unread() == left
    arrive(db, vault, text("w4", "d"), number="100000000000001")
    assert owner.post("/api/conversations/1/read").status_code == 204
    assert unread() == 0
    for wrong in ({"message_id": 999}, {"message_id": "x"}, {"other": 1}):
        assert owner.post("/api/conversations/1/read", json=wrong).status_code == 422


def test_an_answer_marks_read_no_more_than_its_page_showed(
    db: Database, vault: Vault, phone: Phone, owner: FlaskClient
) -> None:
    arrive(db, vault, text("w1", "a"), number="100000000000001")
    shown = page_of(owner, "/inbox/1")
    seen = value(db, "SELECT id FROM messages")
    assert f'name="seen" value="{seen}"' in shown
    arrive(db, vault, text("w2", "b"), number="100000000000001")
    owner.post("/inbox/1/messages", data={"kind": "message", "text": "Hi", "seen": str(seen)})
    assert data_of(owner, "/api/conversations/1")["unread"] == 1


def test_who_takes_a_conversation_that_another_took_is_warned(
    db: Database, vault: Vault, phone: Phone, owner: FlaskClient, cast: Cast
) -> None:
    phone.named("text")
    colleague = {"assignee_id": str(cast.colleague.user_id), "seen_assignee_id": ""}
    mine = {"assignee_id": str(cast.owner.user_id), "seen_assignee_id": ""}
    owner.post("/inbox/1/assignee", data=colleague)
    refused = owner.post("/inbox/1/assignee", data=mine, follow_redirects=True)
    assert "Colleague was assigned this conversation in the meantime" in html.unescape(
        refused.get_data(as_text=True)
    )
    assert value(db, "SELECT assignee_id FROM conversations") == cast.colleague.user_id


def test_two_who_are_probably_one_are_marked_on_both_sides_until_they_are_linked(
    phone: Phone, owner: FlaskClient
) -> None:
    """Nothing announced that the id changed: only the name speaks for it."""
    phone.named("contact_request_share", "text_after_user_id_change")
    assert phone.counts() == {"clients": 2, "conversations": 2, "leads": 2, "messages": 2}
    first, second = phone.conversations()
    for one, other in ((first, second), (second, first)):
        assert [
            each["conversation_id"]
            for each in data_of(owner, f"/api/conversations/{one.id}")["probably_same"]
        ] == [other.id]
        for address, wanted in (
            (f"/inbox/{one.id}?box=all", f"/inbox/{other.id}?box=all"),
            (f"/clients/{one.client_id}", f"/clients/{other.client_id}"),
        ):
            mark = page_of(owner, address).partition("Probably the same person:")[2].partition("</p>")[0]
            assert f'href="{wanted}"' in mark, address
    owner.post(f"/inbox/{second.id}/client", data={"client_id": str(first.client_id)})
    for one in (first, second):
        assert "Probably the same person:" not in page_of(owner, f"/inbox/{one.id}?box=all")
