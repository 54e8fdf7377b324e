"""Reading one message of WhatsApp: received, written in the phone's own app, or of the history."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from crm.conversations.transport.received import (
    Direction,
    ReceivedChange,
    ReceivedMedia,
    ReceivedMessage,
    Sender,
    StatusName,
)
from crm.conversations.whatsapp.contents import Content, read_content
from crm.conversations.whatsapp.groups import refuse_group
from crm.conversations.whatsapp.people import moved_by, read_recipient, read_sender
from crm.conversations.whatsapp.texts import (
    Part,
    clean,
    clean_line,
    cleaned,
    first_of,
    moment,
    optional_text,
    part_of,
    phone_of,
    problem_of,
    text_of,
)

# What the history says of the messages that were sent.
OLD_STATUSES: Mapping[str, StatusName] = {
    "READ": "read",
    "PLAYED": "read",
    "DELIVERED": "delivered",
    "ERROR": "failed",
}
AD_FACTS = (
    "source_type", "source_id", "source_url", "headline", "body", "media_type", "image_url", "video_url",
    "thumbnail_url", "ctwa_clid",
)  # fmt: skip
LONGEST_FACT = 4_000


def read_message(message: Part, value: Part, number: str) -> ReceivedMessage | ReceivedChange:
    """One that a customer wrote."""
    refuse_group(message, message.get("context"))
    if message.get("type") in CHANGES:
        return _read_change(message, number, "in")
    content = read_content(message, value)
    sender = read_sender(message, value, content.phone)
    return ReceivedMessage(
        **_plain(message, content, number),
        sender=sender,
        referral=_read_referral(message),
        moved=moved_by(message),
    )


def read_echo(message: Part, value: Part, number: str) -> ReceivedMessage | ReceivedChange:
    """One that was written to a customer in the phone's own app."""
    refuse_group(message, message.get("context"))
    if message.get("type") in CHANGES:
        return _read_change(message, number, "out")
    content = read_content(message, value)
    sender = read_recipient(message, value)
    return ReceivedMessage(
        **_plain(message, content, number), sender=sender, direction="out", origin="echo", status="sent"
    )


def read_old(message: Part, value: Part, number: str, customer: object) -> ReceivedMessage | ReceivedChange:
    """One that was said before the number was connected, with this customer or the one that it names."""
    refuse_group(message, message.get("context"))
    ours = phone_of(part_of(value, "metadata").get("display_phone_number"))
    sent = bool(message.get("to")) or (ours is not None and phone_of(message.get("from")) == ours)
    direction: Direction = "out" if sent else "in"
    if message.get("type") in CHANGES:
        return _read_change(message, number, direction)
    context = message.get("history_context")
    old_status = str(context.get("status")).upper() if isinstance(context, Mapping) else ""
    return ReceivedMessage(
        **_plain(message, read_content(message, value), number),
        sender=_old_partner({**message, "to": message.get("to") or customer}, value, sent=sent),
        direction=direction,
        origin="history",
        status=OLD_STATUSES.get(old_status, "sent") if sent else None,
        writer_is_sure=bool(customer or message.get("to")),
    )


def _old_partner(message: Part, value: Part, *, sent: bool) -> Sender:
    """NOBODY if we sent it and the recipient is not named; the chat of the history has it."""
    if sent:
        return read_recipient(message, value) if message.get("to") else Sender(None, None, None)
    return read_sender(message, value)


def _plain(message: Part, content: Content, number: str) -> dict[str, Any]:
    context = message.get("context") or {}
    return {
        "address": number,
        "external_id": text_of(message, "id"),
        "kind": content.kind,
        "body": clean(content.body),
        "sent_at": moment(message["timestamp"]),
        "facts": cleaned({**content.facts, **_read_context(context)}),
        "context_id": content.about or optional_text(context.get("id")),
        "media": _read_media(content.media, message) if content.media is not None else None,
    }


def _read_context(context: Part) -> dict[str, Any]:
    """That it was forwarded, and the product that it asks about."""
    facts: dict[str, Any] = {}
    if context.get("forwarded") or context.get("frequently_forwarded"):
        facts["forwarded"] = True
    product = context.get("referred_product")
    if isinstance(product, Mapping):
        names = ("catalog_id", "product_retailer_id")
        facts["product"] = {name: str(product[name])[:LONGEST_FACT] for name in names if product.get(name)}
    return facts


def _read_referral(message: Part) -> dict[str, Any] | None:
    """The ad that the customer came by."""
    referral = message.get("referral")
    if not isinstance(referral, Mapping):
        return None
    found: dict[str, Any] = {
        name: clean(referral[name])[:LONGEST_FACT]
        for name in AD_FACTS
        if isinstance(referral.get(name), str) and referral[name]
    }
    for name in ("image", "video"):
        if isinstance(referral.get(name), Mapping):
            facts = {key: str(each)[:LONGEST_FACT] for key, each in list(referral[name].items())[:10]}
            found[name] = cleaned(facts)
    welcome = referral.get("welcome_message")
    if isinstance(welcome, Mapping) and welcome.get("text"):
        found["welcome_message"] = clean(str(welcome["text"]))[:LONGEST_FACT]
    return found or None


def _read_change(message: Part, number: str, direction: Direction) -> ReceivedChange:
    kind = message["type"]
    part = part_of(message, kind)
    body = clean(read_content(part_of(part, "message")).body) if kind == "edit" else ""
    return ReceivedChange(
        address=number,
        external_id=text_of(part, "original_message_id"),
        direction=direction,
        kind=kind,
        body=body,
        at=moment(message["timestamp"]),
    )


CHANGES = frozenset({"edit", "revoke"})


def _read_media(media: Part, message: Part) -> ReceivedMedia:
    name = media.get("filename")
    error = first_of(message, "errors")
    return ReceivedMedia(
        media_id=text_of(media, "id"),
        media_type=str(media.get("mime_type") or "").split(";")[0].strip().lower(),
        name=clean_line(name, LONGEST_FACT) if isinstance(name, str) else None,
        sha256=_digest(media.get("sha256")),
        problem=problem_of(error) if error else None,
    )


def _digest(value: object) -> str | None:
    """WhatsApp gives it in base64 with the message, and in hex with the address."""
    if not isinstance(value, str):
        return None
    if re.fullmatch(r"[0-9a-fA-F]{64}", value):
        return value.lower()
    try:
        raw = base64.b64decode(value, validate=True)
    except binascii.Error:
        return None
    return raw.hex() if len(raw) == 32 else None
