"""What must become of what WhatsApp delivers of numbers, receipts, echoes, history, calls and the account."""

import copy
from collections.abc import Callable
from typing import Any

from tests.support.ends_of_messages import fetched, one, quarantine
from tests.support.payloads import BY_NAME, Phone


def system_user_changed_number(phone: Phone) -> None:
    one(phone, "system", "User A changed from 447700900101 to 447700900199")
    (conversation,) = phone.conversations()
    assert (conversation.phone, conversation.unread, conversation.window_until) == ("+447700900199", 0, None)
    assert phone.counts()["leads"] == 0


def text_by(body: str) -> Callable[[Phone], None]:
    return lambda phone: one(phone, "text", body)


def system_identity_changed(phone: Phone) -> None:
    one(phone, "system", "User identity changed")
    assert phone.counts()["leads"] == 0


def receipt(name: str, channel_word: str | None = None) -> Callable[[Phone], None]:
    def check(phone: Phone) -> None:
        kept = phone.rows("SELECT name, told FROM message_statuses")
        assert kept == [{"name": name, "told": channel_word}]
        assert sum(phone.counts().values()) == 0

    return check


def failed_131049(phone: Phone) -> None:
    (kept,) = phone.rows("SELECT name, code, problem FROM message_statuses")
    assert (kept["name"], kept["code"]) == ("failed", 131049)
    assert "healthy ecosystem" in kept["problem"]


def group_status_two_people(phone: Phone) -> None:
    kept = phone.rows("SELECT name, participant FROM message_statuses ORDER BY id")
    assert [each["participant"] for each in kept] == ["447700900120", "447700900121"]


def echo_text(phone: Phone) -> None:
    message = one(phone, "text", "Answered from the phone")
    assert (message.direction, message.status, message.outbox_id) == ("out", "sent", None)
    (conversation,) = phone.conversations()
    assert (conversation.phone, conversation.unread) == ("+447700900101", 0)
    assert phone.counts()["leads"] == 0


def echo_edit(phone: Phone) -> None:
    echo = copy.deepcopy(BY_NAME["echo_text"].document)
    echo["entry"][0]["changes"][0]["value"]["message_echoes"][0]["id"] = "wamid.x"
    phone.deliver(echo)
    message = one(phone, "text", "Corrected")
    assert (message.direction, message.earlier) == ("out", ["Answered from the phone"])


def history_chunk(phone: Phone) -> None:
    said = [(message.direction, message.kind, message.body) for message in phone.messages()]
    assert said == [("out", "text", "Old answer"), ("in", "text", "Old thanks"), ("out", "unknown", "")]
    (conversation,) = phone.conversations()
    assert (conversation.phone, conversation.unread, conversation.status) == ("+447700900116", 0, "closed")
    assert phone.counts()["leads"] == 0


def history_media(phone: Phone) -> None:
    one(phone, "image", "old picture")
    assert fetched(phone) == "waiting image/jpeg"


def app_state_sync_contact(phone: Phone) -> None:
    assert phone.rows("SELECT name, phone FROM clients") == [{"name": "Pat Probe", "phone": "+447700900117"}]
    assert phone.counts() == {"clients": 1, "conversations": 0, "leads": 0, "messages": 0}


def call_connect(phone: Phone) -> None:
    assert one(phone, "call").facts["ended"] is False


def call_terminate_missed(phone: Phone) -> None:
    assert one(phone, "call").facts["missed"] is True
    assert [each.unread for each in phone.conversations()] == [0]


def user_preferences_stop(phone: Phone) -> None:
    (conversation,) = phone.conversations()
    assert conversation.marketing_stopped_at == "2026-11-27T03:43:03.000Z"
    assert phone.messages() == []


def template_status_rejected(phone: Phone) -> None:
    (news,) = phone.rows("SELECT kind, said, is_serious FROM channel_news")
    assert news["said"] == "Template abandoned_cart (en): rejected, INVALID_FORMAT"
    assert news["is_serious"] == 1


def two_messages_one_bad(phone: Phone) -> None:
    assert [message.body for message in phone.messages()] == ["good one"]
    assert len(phone.quarantined()) == 1


ENDS_OF_EVENTS: dict[str, Callable[[Phone], Any]] = {
    "system_user_changed_number": system_user_changed_number,
    "text_after_number_change": text_by("writing from my new number"),
    "text_after_user_id_change": text_by("after the id change"),
    "system_identity_changed": system_identity_changed,
    "sent_with_pricing": receipt("sent"),
    "played": receipt("read", "played"),
    "read": receipt("read"),
    "failed_131049": failed_131049,
    "payment_status": quarantine("payment", "captured", "71.00 INR"),
    "group_status_two_people": group_status_two_people,
    "echo_text": echo_text,
    "echo_edit": echo_edit,
    "history_chunk": history_chunk,
    "history_media": history_media,
    "app_state_sync_contact": app_state_sync_contact,
    "call_connect": call_connect,
    "call_terminate_missed": call_terminate_missed,
    "user_preferences_stop": user_preferences_stop,
    "automatic_event_lead": quarantine("LeadSubmitted"),
    "template_status_rejected": template_status_rejected,
    "value_errors_only": quarantine("too many messages"),
    "dashboard_test_button": quarantine("test of Meta's dashboard", "not connected"),
    "field_messages_nothing_known": quarantine("nothing that is known"),
    "two_messages_one_bad": two_messages_one_bad,
}
