"""What customers write is cleaned as what users write: words stay apart, nothing unseen is kept."""

import re
from typing import Any

import pytest

from tests.support.payloads import NUMBER, Phone

PASTED = "one\x0btwo\u2028three\x0cfour\x03five\ufeff\x00"
LINES = "one\ntwo\nthree\nfour five"
LINE = "one two three four five"
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def sent(kind: str, content: Any, name: str = "Kerry", **facts: Any) -> dict[str, Any]:
    message = {"from": "447700900101", "id": f"wamid.{kind}", "timestamp": "1795750983", "type": kind}
    value = {
        "metadata": {"phone_number_id": NUMBER, "display_phone_number": "15550100001"},
        "contacts": [{"profile": {"name": name}, "wa_id": "447700900101"}],
        "messages": [{**message, kind: content, **facts}],
    }
    return {
        "object": "whatsapp_business_account",
        "entry": [{"changes": [{"field": "messages", "value": value}]}],
    }


@pytest.mark.parametrize(
    ("kind", "content", "body"),
    [
        ("text", {"body": PASTED}, LINES),
        ("image", {"id": "1", "mime_type": "image/png", "caption": PASTED}, LINES),
        ("button", {"text": PASTED, "payload": PASTED}, LINES),
        (
            "location",
            {"latitude": 1, "longitude": "-2.5", "name": PASTED, "address": "Road"},
            f"{LINE}, Road",
        ),
        ("contacts", [{"name": {"formatted_name": PASTED}, "org": {"company": PASTED}}], LINE),
        (
            "interactive",
            {"type": "list_reply", "list_reply": {"id": "1", "title": PASTED, "description": PASTED}},
            LINES,
        ),
        (
            "interactive",
            {"type": "nfm_reply", "nfm_reply": {"body": PASTED, "response_json": {PASTED: [PASTED]}}},
            LINES,
        ),
        (
            "order",
            {"text": PASTED, "product_items": [{"product_retailer_id": PASTED, "currency": "EUR"}]},
            LINES,
        ),
        ("system", {"body": PASTED, "type": PASTED}, LINES),
    ],
)
def test_no_kind_of_message_joins_words_or_keeps_what_nobody_sees(
    phone: Phone, kind: str, content: Any, body: str
) -> None:
    referral = {"headline": PASTED, "image": {"caption": PASTED}}
    phone.deliver(sent(kind, content, PASTED, referral=referral))
    (message,) = phone.messages()
    (conversation,) = phone.conversations()
    assert message.body == body
    assert conversation.name == LINE
    shown = list(texts([message.facts, message.referral, conversation.referral]))
    assert [text for text in shown if UNSEEN.search(text) or "onetwo" in text] == []


def test_a_name_of_a_file_is_one_line(phone: Phone) -> None:
    phone.deliver(sent("document", {"id": "1", "mime_type": "application/pdf", "filename": "one\x0btwo.pdf"}))
    assert phone.value("SELECT name FROM message_media") == "one two.pdf"


def test_a_place_keeps_both_its_numbers_however_they_are_sent(phone: Phone) -> None:
    phone.deliver(sent("location", {"latitude": 1.5, "longitude": "-2.5"}))
    (message,) = phone.messages()
    assert (message.facts["latitude"], message.facts["longitude"]) == (1.5, -2.5)


@pytest.mark.parametrize(
    ("currency", "price", "total"),
    [("EUR", "30.5", "61.00"), ("JPY", 1500, "3000"), ("KWD", "0.125", "0.250"), ("?", "7", "14.00")],
)
def test_an_order_s_total_has_the_decimals_of_its_currency(
    phone: Phone, currency: str, price: Any, total: str
) -> None:
    item = {"product_retailer_id": "A", "quantity": 2, "item_price": price, "currency": currency}
    phone.deliver(sent("order", {"catalog_id": "1", "product_items": [item]}))
    (message,) = phone.messages()
    assert message.facts["totals"] == {currency: total}


def texts(part: Any) -> Any:
    """All texts in it, keys as well."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from texts([key, value])
    elif isinstance(part, list):
        for each in part:
            yield from texts(each)
    elif isinstance(part, str):
        yield part
