"""Reading one event of the WhatsApp Cloud API."""

import base64
import binascii
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, get_args

import orjson

from crm import clock
from crm.conversations.received import (
    NotUnderstood,
    ReceivedMedia,
    ReceivedMessage,
    ReceivedStatus,
    Sender,
    StatusName,
)
from crm.conversations.whatsapp.contents import read_content
from crm.normal_forms import normalize

STATUSES: frozenset[str] = frozenset(get_args(StatusName))
DIGITS = re.compile(r"[0-9]{5,20}")
LATEST = 253_402_300_799


def read_event(payload: bytes) -> ReceivedMessage | ReceivedStatus:
    """Raises NotUnderstood, with the reason."""
    value, field = _only_change(payload)
    if field != "messages":
        raise NotUnderstood(f"news of the account: {field}")
    number = _text_of(_part(value, "metadata"), "phone_number_id")
    try:
        if value.get("statuses"):
            return _read_status(value["statuses"][0], number)
        if value.get("messages"):
            return _read_message(value["messages"][0], value.get("contacts") or [], number)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise NotUnderstood(f"not of the documented shape: {type(error).__name__} {error}") from error
    raise NotUnderstood(
        "an error that WhatsApp reports" if value.get("errors") else "neither message nor status"
    )


def _only_change(payload: bytes) -> tuple[Mapping[str, Any], str]:
    try:
        change = orjson.loads(payload)["entry"][0]["changes"][0]
        return change["value"], str(change.get("field"))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise NotUnderstood("not a webhook document") from error


def _read_message(message: Mapping[str, Any], contacts: list[Any], number: str) -> ReceivedMessage:
    content = read_content(message)
    context = message.get("context") or {}
    return ReceivedMessage(
        phone_number_id=number,
        external_id=_text_of(message, "id"),
        sender=_read_sender(message, contacts),
        kind=content.kind,
        body=clean(content.body),
        sent_at=_moment(message["timestamp"]),
        facts=content.facts,
        context_id=content.about or _optional_text(context.get("id")),
        media=_read_media(content.media) if content.media is not None else None,
    )


def _read_sender(message: Mapping[str, Any], contacts: list[Any]) -> Sender:
    """Users with a user name may hide their phone; then only their id is told."""
    contact = contacts[0] if contacts else {}
    phone = _optional_text(message.get("from")) or _optional_text(contact.get("wa_id"))
    user_id = _optional_text(message.get("from_user_id")) or _optional_text(contact.get("user_id"))
    if phone is not None and not DIGITS.fullmatch(phone):
        phone, user_id = None, user_id or phone
    if phone is None and user_id is None:
        raise NotUnderstood("without a sender")
    profile = contact.get("profile") or {}
    name = clean(str(profile.get("name") or profile.get("username") or "")).replace("\n", " ")[:200].strip()
    return Sender(f"+{phone}" if phone else None, user_id, name or None)


def _read_media(media: Mapping[str, Any]) -> ReceivedMedia:
    name = media.get("filename")
    return ReceivedMedia(
        media_id=_text_of(media, "id"),
        media_type=str(media.get("mime_type") or "").split(";")[0].strip().lower(),
        name=clean(name) if isinstance(name, str) else None,
        sha256=_digest(media.get("sha256")),
    )


def _digest(told: object) -> str | None:
    """WhatsApp tells it in base64 with the message, and in hex with the address."""
    if not isinstance(told, str):
        return None
    if re.fullmatch(r"[0-9a-fA-F]{64}", told):
        return told.lower()
    try:
        raw = base64.b64decode(told, validate=True)
    except binascii.Error:
        return None
    return raw.hex() if len(raw) == 32 else None


def _read_status(status: Mapping[str, Any], number: str) -> ReceivedStatus:
    name = status["status"]
    if name not in STATUSES:
        raise NotUnderstood(f"an unknown status: {name}")
    error = (status.get("errors") or [{}])[0]
    code = error.get("code")
    return ReceivedStatus(
        phone_number_id=number,
        external_id=_text_of(status, "id"),
        name=name,
        at=_moment(status["timestamp"]),
        token=_optional_text(status.get("biz_opaque_callback_data")),
        problem=problem_of(error),
        code=code if isinstance(code, int) else None,
    )


def problem_of(error: Mapping[str, Any]) -> str | None:
    """The most telling sentence of an error, as the API and its webhooks give it."""
    details = (error.get("error_data") or {}).get("details")
    told = details or error.get("message") or error.get("title")
    return clean(str(told))[:500] if told else None


def clean(text: str) -> str:
    """In NFC, without what cannot be shown."""
    kept = (char for char in normalize("NFC", text) if char in "\n\t" or char >= " ")
    return "".join(
        char for char in kept if unicodedata.category(char) not in {"Cc", "Cs"} or char in "\n\t"
    ).strip()


def _moment(timestamp: object) -> str:
    seconds = int(str(timestamp))
    if not 0 < seconds <= LATEST:
        raise NotUnderstood("a time that is none")
    return clock.as_text(datetime.fromtimestamp(seconds, UTC))


def _part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = value.get(name)
    if not isinstance(part, Mapping):
        raise NotUnderstood(f"without {name}")
    return part


def _text_of(part: Mapping[str, Any], name: str) -> str:
    found = _optional_text(part.get(name))
    if found is None:
        raise NotUnderstood(f"without {name}")
    return found


def _optional_text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
