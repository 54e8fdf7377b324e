"""Each form that WhatsApp delivers ends as it must: alone, twice, in any order, and whatever breaks."""

import copy
import random
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.conversations.inbound.projection import project_due
from crm.conversations.templates.fields import TemplateFields
from crm.conversations.templates.templates import add_template, list_templates
from crm.db.database import Database
from crm.vault import Vault
from tests.support.cast import Cast
from tests.support.faults import failing
from tests.support.frozen_clock import FrozenClock
from tests.support.payloads import BY_NAME, Payload, Phone, connected, load_payloads


@pytest.fixture
def phone(db: Database, cast: Cast, vault: Vault) -> Phone:
    return connected(db, cast, vault)


def one(phone: Phone, kind: str, body: str | None = None) -> Any:
    """The only message; it came by an event that is done, and nothing is in quarantine."""
    (message,) = phone.messages()
    assert message.kind == kind
    if body is not None:
        assert message.body == body
    assert phone.quarantined() == []
    return message


def text(phone: Phone) -> None:
    message = one(phone, "text", "Hello, is the blue one still there?")
    (conversation,) = phone.conversations()
    assert (conversation.unread, conversation.last_message, message.direction) == (1, message.body, "in")
    assert phone.counts() == {"clients": 1, "conversations": 1, "leads": 1, "messages": 1}


def text_reply(phone: Phone) -> None:
    one(phone, "text", "Yes please")
    phone.named("text")
    assert {message.body: message.answers and message.answers.body for message in phone.messages()} == {
        "Yes please": "Hello, is the blue one still there?",
        "Hello, is the blue one still there?": None,
    }


def fetched(phone: Phone) -> str:
    return str(phone.value("SELECT state || ' ' || media_type FROM message_media"))


def image_caption(phone: Phone) -> None:
    one(phone, "image", "The dent")
    assert fetched(phone) == "waiting image/jpeg"


def voice(phone: Phone) -> None:
    assert one(phone, "audio").facts["voice"] is True
    assert fetched(phone) == "waiting audio/ogg"


def sticker_animated(phone: Phone) -> None:
    assert one(phone, "sticker").facts["animated"] is True


def video(phone: Phone) -> None:
    assert one(phone, "video").facts["forwarded"] is True


def media_with_errors(phone: Phone) -> None:
    media = one(phone, "image", "too big").media
    assert (media.state, media.problem) == ("refused", "Failed to download the media from the sender.")


def location_named(phone: Phone) -> None:
    facts = one(phone, "location", "Test Garage, 1 Example Road").facts
    assert (facts["name"], facts["address"], facts["latitude"]) == ("Test Garage", "1 Example Road", 51.5)


def contacts_two(phone: Phone) -> None:
    people = one(phone, "contacts", "Ada Probe, Bo").facts["contacts"]
    assert [person["company"] for person in people] == ["Probe Ltd", None]
    assert people[0]["phones"] == ["+44 7700 900202"]


def contacts_without_name(phone: Phone) -> None:
    (person,) = one(phone, "contacts").facts["contacts"]
    assert (person["name"], person["phones"]) == ("+44 7700 900204", ["+44 7700 900204"])


def contact_request_share(phone: Phone) -> None:
    one(phone, "contacts", "Usr Hidden")
    (conversation,) = phone.conversations()
    assert (conversation.phone, conversation.user_id) == ("+447700900301", "GB.10000000000000000301")
    assert phone.rows("SELECT name, phone FROM clients") == [{"name": "Usr Hidden", "phone": "+447700900301"}]


def reaction_removed(phone: Phone) -> None:
    assert phone.messages() == []
    (conversation,) = phone.conversations()
    assert (conversation.unread, conversation.window_until, conversation.status) == (0, None, "closed")
    phone.named("text")
    (message,) = phone.messages()
    assert message.reactions == []


def reply(body: str) -> Callable[[Phone], None]:
    return lambda phone: one(phone, "reply", body)


def interactive_flow_nfm_reply(phone: Phone) -> None:
    answers = one(phone, "reply", "Sent").facts["answers"]
    assert answers == [{"name": "name", "value": "Ada"}, {"name": "rating", "value": "4"}]


def interactive_address(phone: Phone) -> None:
    answers = one(phone, "reply", "Probe\n1 Example Road").facts["answers"]
    assert answers == [{"name": "name", "value": "Probe"}, {"name": "city", "value": "Testville"}]


def interactive_without_part(phone: Phone) -> None:
    assert one(phone, "unknown").facts["reason"] == "Unsupported webhook payload"


def order(phone: Phone) -> None:
    facts = one(phone, "order", "with delivery").facts
    assert facts["totals"] == {"EUR": "71.00"}
    items = [(item["quantity"], item["product_retailer_id"], item["item_price"]) for item in facts["items"]]
    assert items == [(2, "SKU-1", 30.5), ("1", "SKU-2", "10")]


def product_inquiry(phone: Phone) -> None:
    assert one(phone, "text", "Is this in stock?").facts["product"]["product_retailer_id"] == "SKU-1"


def unsupported_131051(phone: Phone) -> None:
    facts = one(phone, "unknown").facts
    assert (facts["type"], facts["code"]) == ("poll", 131051)


def unsupported_131060_first_contact(phone: Phone) -> None:
    assert one(phone, "unknown").facts["code"] == 131060
    assert phone.counts() == {"clients": 1, "conversations": 1, "leads": 1, "messages": 1}


def type_unknown_2022(phone: Phone) -> None:
    assert one(phone, "unknown").facts["reason"] == "Message type is not currently supported"


def edit(phone: Phone) -> None:
    assert phone.messages() == []
    phone.named("text")
    (message,) = phone.messages()
    assert message.body == "Hello, is the RED one still there?"
    assert message.edited_at is not None
    assert message.earlier == ["Hello, is the blue one still there?"]


def revoke(phone: Phone) -> None:
    assert phone.messages() == []
    phone.named("text")
    (message,) = phone.messages()
    assert (message.revoked_at is not None, message.body) == (True, "Hello, is the blue one still there?")


def quarantine(*words: str) -> Callable[[Phone], None]:
    def check(phone: Phone) -> None:
        (problem,) = phone.quarantined()
        assert all(word in problem for word in words), problem
        assert sum(phone.counts().values()) == 0

    return check


def phone_and_bsuid_later(phone: Phone) -> None:
    one(phone, "text", "now with phone")


def username_without_name(phone: Phone) -> None:
    one(phone, "text", "no profile name")
    assert phone.rows("SELECT name, phone FROM clients") == [{"name": "only.username", "phone": None}]


def contact_wa_id_empty(phone: Phone) -> None:
    one(phone, "text", "empty strings")
    (conversation,) = phone.conversations()
    assert (conversation.phone, conversation.user_id) == (None, "GB.10000000000000000303")


def profile_name_emoji_rtl(phone: Phone) -> None:
    one(phone, "text", "مرحبا 👋 — naïve é")
    assert phone.value("SELECT name FROM conversations") == "👑 eman سارة"
    assert phone.value("SELECT name FROM clients") == "👑 eman سارة"


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


ENDS: dict[str, Callable[[Phone], Any]] = {
    "text": text,
    "text_reply": text_reply,
    "image_caption": image_caption,
    "voice": voice,
    "sticker_animated": sticker_animated,
    "video": video,
    "media_with_errors": media_with_errors,
    "location_named": location_named,
    "contacts_two": contacts_two,
    "contacts_without_name": contacts_without_name,
    "contact_request_share": contact_request_share,
    "reaction_removed": reaction_removed,
    "button_quick_reply": reply("Confirm"),
    "interactive_button_reply": reply("Tuesday"),
    "interactive_flow_nfm_reply": interactive_flow_nfm_reply,
    "interactive_flow_no_response_json": reply("Sent"),
    "interactive_address": interactive_address,
    "interactive_without_part": interactive_without_part,
    "order": order,
    "product_inquiry": product_inquiry,
    "unsupported_131051": unsupported_131051,
    "unsupported_131060_first_contact": unsupported_131060_first_contact,
    "type_unknown_2022": type_unknown_2022,
    "edit": edit,
    "revoke": revoke,
    "group_text": quarantine("group"),
    "phone_and_bsuid_later": phone_and_bsuid_later,
    "username_without_name": username_without_name,
    "contact_wa_id_empty": contact_wa_id_empty,
    "profile_name_emoji_rtl": profile_name_emoji_rtl,
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


def test_every_form_has_its_end() -> None:
    assert list(ENDS) == [each.name for each in load_payloads()]


@pytest.mark.parametrize("payload", load_payloads(), ids=lambda each: each.name)
def test_each_form_ends_as_it_must_delivered_once_or_twice(phone: Phone, payload: Payload) -> None:
    phone.deliver(payload.document)
    phone.deliver(payload.document)
    phone.check()
    ENDS[payload.name](phone)
    phone.check()
    assert phone.value("SELECT sum(times) FROM deliveries") >= 2


def test_all_forms_in_their_order_and_twice_make_no_person_twice(phone: Phone) -> None:
    for _ in range(2):
        phone.deliver(*(each.document for each in load_payloads()))
        phone.check()
    assert phone.value("SELECT count(*) FROM conversations WHERE phone = '+447700900199'") == 1
    assert phone.value("SELECT count(*) FROM conversations WHERE phone = '+447700900101'") == 0
    assert phone.value("SELECT count(*) FROM conversations WHERE phone = '+447700900301'") == 1
    names = [row["name"] for row in phone.rows("SELECT name FROM clients")]
    assert names.count("Test Customer") == 1


@pytest.mark.parametrize("seed", range(4))
def test_in_any_order_the_same_messages_are_there_with_the_same_words(phone: Phone, seed: int) -> None:
    documents = [each.document for each in load_payloads()]
    random.Random(seed).shuffle(documents)
    phone.deliver(*documents, *documents)
    phone.check()
    first = next(message for message in phone.messages() if "one still there" in message.body)
    assert (first.body, first.earlier) == (
        "Hello, is the RED one still there?",
        ["Hello, is the blue one still there?"],
    )
    assert first.revoked_at is not None
    (call,) = (message for message in phone.messages() if message.kind == "call")
    assert call.facts["missed"] is True
    assert (
        phone.value("SELECT count(*) FROM messages WHERE external_id = 'wamid.HMEDIA' AND kind = 'image'")
        == 1
    )
    assert phone.value("SELECT count(*) FROM inbound_events WHERE state = 'quarantined'") == 7


@pytest.mark.parametrize(
    "table",
    [
        "clients",
        "conversations",
        "messages",
        "message_changes",
        "channel_news",
        "message_statuses",
        "activities",
    ],
)
def test_killed_within_the_projection_it_is_done_once_afterwards(
    phone: Phone, frozen_clock: FrozenClock, table: str
) -> None:
    phone.deliver(*(each.document for each in load_payloads()), project=False)
    with failing(phone.db, table):
        project_due(phone.db)
    phone.deliver(*(each.document for each in load_payloads()), project=False)
    for _ in range(3):
        frozen_clock.advance(hours=1)
        phone.project()
    phone.check()
    assert phone.value("SELECT count(*) FROM messages WHERE external_id = 'wamid.TEXT1=='") == 1


def test_a_known_template_shows_that_it_was_rejected(phone: Phone) -> None:
    fields = TemplateFields(name="abandoned_cart", language="en", body="Come back")
    phone.db.write(add_template, phone.cast.owner, fields)
    phone.named("template_status_rejected")
    (template,) = phone.db.read(list_templates, phone.cast.owner)
    assert (template.status, template.problem, template.category) == (
        "rejected",
        "INVALID_FORMAT",
        "marketing",
    )


def test_one_person_goes_on_under_a_new_number(phone: Phone) -> None:
    phone.named("text", "system_user_changed_number", "text_after_number_change")
    (conversation,) = phone.conversations()
    assert phone.counts() == {"clients": 1, "conversations": 1, "leads": 1, "messages": 3}
    assert conversation.phone == "+447700900199"
    assert phone.value("SELECT phone FROM clients") == "+447700900199"


def test_a_hidden_person_who_gives_the_phone_stays_one(phone: Phone) -> None:
    hidden = copy.deepcopy(BY_NAME["text_after_user_id_change"].document)
    change = hidden["entry"][0]["changes"][0]["value"]
    change["contacts"][0]["user_id"] = change["messages"][0]["from_user_id"] = "GB.10000000000000000301"
    change["messages"][0]["id"] = "wamid.first"
    phone.deliver(hidden)
    assert phone.value("SELECT phone FROM clients") is None
    phone.named("phone_and_bsuid_later", "contact_request_share")
    assert phone.counts() == {"clients": 1, "conversations": 1, "leads": 1, "messages": 3}
    assert phone.value("SELECT phone FROM clients") == "+447700900301"


def changed_id(previous: str, current: str, **system: Any) -> dict[str, Any]:
    document = copy.deepcopy(BY_NAME["system_identity_changed"].document)
    value = document["entry"][0]["changes"][0]["value"]
    del value["contacts"]
    message = value["messages"][0]
    del message["from"], message["identity"]
    message |= {"from_user_id": previous, "id": "wamid.T043=="}
    announced = {"body": "User changed", "type": "user_changed_user_id", "user_id": current}
    message["system"] = {**announced, **system}
    return document


CHANGED_IDS = {
    "the old id sends it": changed_id("GB.10000000000000000301", "GB.10000000000000000399"),
    "it names the old id": changed_id(
        "GB.10000000000000000399", "GB.10000000000000000399", previous_user_id="GB.10000000000000000301"
    ),
    "its words name both": changed_id(
        "GB.10000000000000000399",
        "GB.10000000000000000399",
        body="User changed from GB.10000000000000000301 to GB.10000000000000000399",
    ),
}


# As the reference of system messages has them since 11 August 2026: nothing but `system` need name the ids.
CHANGED_IDS |= {
    "only the system names both": changed_id(
        "", "GB.10000000000000000399", previous_user_id="GB.10000000000000000301", body=""
    ),
    "with ids of the parent": changed_id(
        "GB.10000000000000000399",
        "GB.10000000000000000399",
        parent_user_id="GB.ENT.399",
        previous_user_id="GB.10000000000000000301",
        previous_parent_user_id="GB.ENT.301",
    ),
    "as a new number that is not given": changed_id(
        "GB.10000000000000000301",
        "GB.10000000000000000399",
        type="user_changed_number",
        previous_user_id="GB.10000000000000000301",
    ),
}
ORDERS = list(permutations(("shared", "changed", "text")))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("form", ["the old id sends it", "only the system names both"])
def test_a_change_of_id_joins_whatever_comes_first_unless_two_stand_already(
    phone: Phone, form: str, times: int, order: tuple[str, ...]
) -> None:
    documents = {
        "shared": BY_NAME["contact_request_share"].document,
        "changed": CHANGED_IDS[form],
        "text": BY_NAME["text_after_user_id_change"].document,
    }
    for _ in range(times):
        for part in order:
            phone.deliver(documents[part])
    two_stand = order[2] == "changed"
    assert len(phone.conversations()) == phone.counts()["clients"] == (2 if two_stand else 1)
    marks = [len(each.probably_same) for each in phone.conversations()]
    assert marks == ([1, 1] if two_stand else [0])
    phone.check()


def test_ids_of_one_organisation_in_a_sentence_are_followed(phone: Phone) -> None:
    first = copy.deepcopy(BY_NAME["text_after_user_id_change"].document)
    second = copy.deepcopy(first)
    for document, user_id, name in ((first, "GB.ENT.301", "wamid.e1"), (second, "GB.ENT.399", "wamid.e2")):
        value = document["entry"][0]["changes"][0]["value"]
        value["contacts"][0]["user_id"] = value["messages"][0]["from_user_id"] = user_id
        value["messages"][0]["id"] = name
    changed = changed_id("GB.ENT.399", "GB.ENT.399", body="User changed from GB.ENT.301 to GB.ENT.399")
    phone.deliver(first, changed, second)
    assert phone.counts()["conversations"] == 1


@pytest.mark.parametrize("form", CHANGED_IDS)
def test_one_person_goes_on_under_a_new_id(phone: Phone, form: str) -> None:
    phone.named("contact_request_share")
    phone.deliver(CHANGED_IDS[form])
    phone.named("text_after_user_id_change")
    assert phone.counts() == {"clients": 1, "conversations": 1, "leads": 1, "messages": 3}
    phone.check()


def test_a_new_id_that_is_announced_without_a_message_is_followed_too(phone: Phone) -> None:
    phone.named("contact_request_share")
    ids = {"previous": "GB.10000000000000000301", "current": "GB.10000000000000000399"}
    update = {"wa_id": "447700900301", "user_id": ids, "timestamp": "1795750983"}
    value = {"messaging_product": "whatsapp", "user_id_update": [update]}
    entry = {"id": "200000000000001", "changes": [{"field": "user_id_update", "value": value}]}
    phone.deliver({"object": "whatsapp_business_account", "entry": [entry]})
    phone.named("text_after_user_id_change")
    assert phone.counts() == {"clients": 1, "conversations": 1, "leads": 1, "messages": 2}
    phone.check()


ID, PHONE = "GB.10000000000000000777", "447700900777"


def written_to(person: dict[str, str]) -> dict[str, Any]:
    """A message out to who is known by these alone."""
    document = copy.deepcopy(BY_NAME["echo_text"].document)
    value = document["entry"][0]["changes"][0]["value"]
    del value["contacts"]
    echo = value["message_echoes"][0]
    del echo["to"], echo["to_user_id"]
    echo |= person
    return document


def read_by(recipient: dict[str, str]) -> dict[str, Any]:
    document = copy.deepcopy(BY_NAME["read"].document)
    value = document["entry"][0]["changes"][0]["value"]
    del value["contacts"]
    status = value["statuses"][0]
    del status["recipient_id"], status["recipient_user_id"]
    status |= {"id": "wamid.T046E==", **recipient}
    return document


def heard_from(person: dict[str, str], external_id: str = "wamid.heard") -> dict[str, Any]:
    document = copy.deepcopy(BY_NAME["text_after_user_id_change"].document)
    value = document["entry"][0]["changes"][0]["value"]
    del value["contacts"]
    message = value["messages"][0]
    del message["from_user_id"]
    message |= {**person, "id": external_id}
    return document


BOTH = {"recipient_id": PHONE, "recipient_user_id": ID}


@pytest.mark.parametrize(
    ("reached", "heard"),
    [({"to": PHONE}, {"from_user_id": ID}), ({"to_user_id": ID}, {"from": PHONE})],
)
def test_a_receipt_that_names_phone_and_id_makes_them_one_person(
    phone: Phone, reached: dict[str, str], heard: dict[str, str]
) -> None:
    phone.deliver(written_to(reached), read_by(BOTH), read_by(BOTH), heard_from(heard))
    (conversation,) = phone.conversations()
    assert (conversation.phone, conversation.user_id) == (f"+{PHONE}", ID)
    assert (phone.counts()["clients"], phone.counts()["messages"]) == (1, 2)
    phone.check()


def test_a_receipt_marks_two_that_stand_already_and_moves_nobody_s_number(phone: Phone) -> None:
    phone.deliver(written_to({"to": PHONE}), heard_from({"from_user_id": ID}), read_by(BOTH))
    assert [len(each.probably_same) for each in phone.conversations()] == [1, 1]
    late = {"recipient_id": "447700900778", "recipient_user_id": "GB.778"}
    group = {"recipient_id": PHONE, "recipient_user_id": "GB.779", "recipient_type": "group"}
    phone.deliver(read_by(late), read_by(group))
    assert [(each.phone, each.user_id) for each in phone.conversations()] == [(f"+{PHONE}", None), (None, ID)]
    phone.check()


def test_a_receipt_in_another_spelling_leaves_the_number_that_is_written_to(phone: Phone) -> None:
    phone.deliver(written_to({"to": "523312345678"}))
    phone.deliver(read_by({"recipient_id": "5213312345678", "recipient_user_id": ID}))
    phone.deliver(heard_from({"from_user_id": ID}))
    assert [(each.phone, each.user_id) for each in phone.conversations()] == [("+523312345678", ID)]


INVISIBLE = ["\u200f", "\u200b \u2060", "\u2066\u2069", "\ufeff", "   "]


@pytest.mark.parametrize("nothing", INVISIBLE)
def test_a_name_that_nobody_can_see_is_none(phone: Phone, nothing: str) -> None:
    named = copy.deepcopy(BY_NAME["username_without_name"].document)
    named["entry"][0]["changes"][0]["value"]["contacts"][0]["profile"]["name"] = nothing
    unnamed = copy.deepcopy(BY_NAME["text"].document)
    unnamed["entry"][0]["changes"][0]["value"]["contacts"][0]["profile"]["name"] = nothing
    saved = copy.deepcopy(BY_NAME["app_state_sync_contact"].document)
    saved["entry"][0]["changes"][0]["value"]["state_sync"][0]["contact"]["full_name"] = nothing
    handed = copy.deepcopy(BY_NAME["contacts_two"].document)
    handed["entry"][0]["changes"][0]["value"]["messages"][0]["contacts"][1]["name"] = {
        "formatted_name": nothing
    }
    phone.deliver(named, unnamed, saved, handed)
    assert [each.name for each in phone.conversations()] == ["only.username", "Test Customer"]
    assert phone.rows("SELECT name FROM clients ORDER BY id") == [
        {"name": "only.username"},
        {"name": "+447700900101"},
        {"name": "Pat"},
    ]
    (message,) = [each for each in phone.messages() if each.kind == "contacts"]
    assert message.facts["contacts"][1]["name"] == "+44 7700 900203"


@pytest.mark.parametrize(("before", "now"), [("841621234567", "84321234567"), ("24107280150", "24177280150")])
@pytest.mark.parametrize("turned", [False, True])
def test_who_was_reached_by_a_number_of_before_answers_by_the_one_of_now(
    phone: Phone, before: str, now: str, turned: bool
) -> None:
    first, second = (now, before) if turned else (before, now)
    phone.deliver(written_to({"to": first}))
    phone.deliver(*(heard_from({"from": each}, f"wamid.{each}") for each in (second, first)))
    counts = phone.counts()
    assert (counts["conversations"], counts["clients"], counts["messages"]) == (1, 1, 3)
    phone.check()


def of_one(name: str, part: str, **changes: Any) -> dict[str, Any]:
    """A form whose message says something else."""
    document = copy.deepcopy(BY_NAME[name].document)
    message = document["entry"][0]["changes"][0]["value"][part][0]
    message.pop(message["type"], None)
    message |= changes
    return document


def test_who_only_opened_the_chat_wakes_nobody(phone: Phone) -> None:
    phone.deliver(of_one("text", "messages", type="request_welcome"))
    assert (phone.counts()["leads"], phone.conversations()[0].unread) == (0, 0)


def test_a_deletion_on_the_phone_marks_what_was_written_there(phone: Phone) -> None:
    revoke = {"original_message_id": "wamid.T046E=="}
    phone.deliver(of_one("echo_text", "message_echoes", id="wamid.r", type="revoke", revoke=revoke))
    phone.named("echo_text")
    (message,) = phone.messages()
    assert (message.direction, message.revoked_at is not None) == ("out", True)


def test_an_account_that_is_restricted_is_shown_at_the_number(phone: Phone) -> None:
    restriction = {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1795850983}
    value = {"event": "ACCOUNT_RESTRICTION", "restriction_info": [restriction]}
    entry = {
        "id": "200000000000001",
        "time": 1795750983,
        "changes": [{"field": "account_update", "value": value}],
    }
    phone.deliver({"object": "whatsapp_business_account", "entry": [entry]})
    (news,) = phone.rows("SELECT said, is_serious FROM channel_news")
    assert news["is_serious"] == 1 and "RESTRICTED_BIZ_INITIATED_MESSAGING" in news["said"]
    assert phone.quarantined() == []


def test_two_that_stand_already_are_marked_as_probably_one(phone: Phone) -> None:
    phone.named("text")
    both = copy.deepcopy(BY_NAME["text_after_user_id_change"].document)
    phone.deliver(both)
    value = both["entry"][0]["changes"][0]["value"]
    value["messages"][0] |= {"from": "447700900101", "id": "wamid.both"}
    value["contacts"][0]["wa_id"] = "447700900101"
    phone.deliver(both)
    assert phone.counts() == {"clients": 2, "conversations": 2, "leads": 2, "messages": 3}
    assert [[twin.conversation_id for twin in each.probably_same] for each in phone.conversations()] == [
        [2],
        [1],
    ]


def test_a_number_given_to_somebody_else_is_not_who_had_it(phone: Phone, frozen_clock: FrozenClock) -> None:
    phone.named("text", "system_user_changed_number")
    other = copy.deepcopy(BY_NAME["text"].document)
    value = other["entry"][0]["changes"][0]["value"]
    value["contacts"][0]["user_id"] = value["messages"][0]["from_user_id"] = "GB.777"
    value["messages"][0]["id"] = "wamid.stranger"
    phone.deliver(other)
    assert phone.counts()["conversations"] == 2


BROKEN = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.text(max_size=6), st.just([]), st.just({})
)


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A form with some keys taken away, or of a wrong type, or of a type that nobody knows."""
    document = copy.deepcopy(draw(st.sampled_from(load_payloads())).document)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(document))
        part, key = draw(st.sampled_from(places))
        if draw(st.booleans()) and isinstance(part, dict):
            del part[key]
        else:
            part[key] = draw(BROKEN)
        if not list(_places(document)):
            break
    return document


def _places(part: Any) -> Any:
    keys = list(part) if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else []
    for key in keys:
        yield part, key
        yield from _places(part[key])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mutated())
def test_whatever_is_broken_in_it_is_kept_or_quarantined(phone: Phone, document: dict[str, Any]) -> None:
    phone.deliver(document)
    phone.check()
    assert phone.rows(KEPT_NOWHERE) == []


KEPT_NOWHERE = """
    SELECT id FROM deliveries d
     WHERE NOT EXISTS (SELECT 1 FROM delivery_events e WHERE e.delivery_id = d.id)
"""


MISSHAPEN: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda message: message.pop("text"), "not of the documented shape: 'text' is missing"),
    (lambda message: message.pop("type"), "not of the documented shape: 'type' is missing"),
    (lambda message: message.update(timestamp="x"), "not of the documented shape"),
    (lambda message: message.update(timestamp=[]), "not of the documented shape"),
    (lambda message: message.update(text=None), "text is not an object"),
    (lambda message: message.update(context=7), "not of the documented shape"),
]


@pytest.mark.parametrize(("spoil", "problem"), MISSHAPEN)
def test_what_is_odd_about_a_message_is_said_in_plain_words(
    phone: Phone, spoil: Callable[[dict[str, Any]], object], problem: str
) -> None:
    document = copy.deepcopy(BY_NAME["text"].document)
    spoil(document["entry"][0]["changes"][0]["value"]["messages"][0])
    phone.deliver(document)
    assert phone.quarantined() == [problem]
    phone.check()
