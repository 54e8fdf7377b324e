"""What must become of each message that WhatsApp delivers."""

from collections.abc import Callable
from typing import Any

from tests.support.payloads import Phone


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


ENDS_OF_MESSAGES: dict[str, Callable[[Phone], Any]] = {
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
}
