"""What the Cloud API delivers in one POST, split into its events."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import orjson

Kind = Literal["message", "status", "other"]
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Event:
    """`key` is unique to it, however often it is delivered; `payload` is a whole document with it alone."""

    kind: Kind
    key: str
    phone_number_id: str | None
    payload: bytes


def split_delivery(raw: bytes) -> list[Event]:
    """The events of a delivery; what cannot be read as one is an event of kind "other", whole."""
    try:
        document = orjson.loads(raw)
        events = list(_events_of(document))
    except (ValueError, TypeError, KeyError, AttributeError):
        return [Event("other", _digest(raw), None, raw)]
    if len(events) == 1:
        only = events[0]
        return [Event(only.kind, only.key, only.phone_number_id, raw)]
    return events


def accounts_of(payload: bytes) -> set[str]:
    """The ids of the business accounts that a delivery is about."""
    try:
        return {str(entry["id"]) for entry in orjson.loads(payload)["entry"]}
    except (ValueError, TypeError, KeyError):
        return set()


def _events_of(document: Any) -> Iterator[Event]:
    for entry in document["entry"]:
        for change in entry.get("changes", []):
            yield from _events_of_change(document, entry, change)


def _events_of_change(document: Any, entry: Any, change: Any) -> Iterator[Event]:
    value = change.get("value", {})
    number = value.get("metadata", {}).get("phone_number_id")
    number = number if isinstance(number, str) else None

    def event(kind: Kind, key: str, only: dict[str, Any]) -> Event:
        alone = {**document, "entry": [{**entry, "changes": [{**change, "value": only}]}]}
        return Event(
            kind, key if len(key) <= LONGEST_KEY else _digest(key.encode()), number, orjson.dumps(alone)
        )

    shared = {name: part for name, part in value.items() if name not in {"messages", "statuses", "contacts"}}
    contacts = value.get("contacts", [])
    for message in value.get("messages", []):
        known = {"contacts": _contacts_of(contacts, message), "messages": [message]}
        yield event("message", f"message {_id_of(message)}", {**shared, **known})
    for status in value.get("statuses", []):
        key = f"status {_id_of(status)} {status['status']}"
        yield event("status", key, {**shared, "statuses": [status]})
    if change.get("field") != "messages" or "errors" in value:
        yield event("other", _digest(orjson.dumps([entry, change])), value)


def _contacts_of(contacts: Any, message: Any) -> list[Any]:
    """The sender's own: a large delivery must not carry everyone's with each of its messages."""
    if len(contacts) == 1:
        return list(contacts)
    sender = {message.get("from"), message.get("from_user_id")} - {None}
    return [contact for contact in contacts if sender & {contact.get("wa_id"), contact.get("user_id")}]


def _id_of(part: Any) -> str:
    if not isinstance(part["id"], str) or not part["id"]:
        raise TypeError("an id that is not text")
    return str(part["id"])


def _digest(content: bytes) -> str:
    return f"other {hashlib.sha256(content).hexdigest()}"
