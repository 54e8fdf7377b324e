"""Splitting one delivery of the Cloud API into its events."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from crm.conversations.transport.events import Event, Kind, digest_of

Document = Mapping[str, Any]
LONGEST_KEY = 200
# Each part carries what all share: a delivery of 4 MB could fill a disk.
MOST_PARTS = 10_000
MOST_PART_BYTES = 16 * 1024 * 1024
# What the self-test sends: it is checked like any other delivery, and leaves nothing.
PROBE = "holdfast_self_test"
# The lists whose entries are events of their own, and how each event is keyed.
LISTS: Mapping[str, Kind] = {
    "messages": "message",
    "message_echoes": "message",
    "history": "message",
    "statuses": "status",
    "calls": "other",
    "state_sync": "other",
    "user_preferences": "other",
    "user_id_update": "other",
    "automatic_events": "other",
}
# In a field of its own an id may come again, as the history has what was delivered before.
PLAIN_FIELD = "messages"


def split_delivery(raw: bytes) -> list[Event]:
    """The events of a delivery; what cannot be split, or would grow too far, is one event of kind "other"."""
    try:
        document = orjson.loads(raw)
        if isinstance(document, dict) and document.get("object") == PROBE:
            return []
        events = _bounded(_events_of(document))
    except (ValueError, TypeError):
        events = []
    if not events:
        return [_whole(raw)]
    if len(events) == 1:
        only = events[0]
        return [Event(only.kind, only.key, only.digest, only.address, raw)]
    return events


def _bounded(parts: Iterator[Event]) -> list[Event]:
    """None of them where they are too many, or too much together."""
    events, size = list[Event](), 0
    for part in parts:
        size += len(part.payload)
        if len(events) == MOST_PARTS or size > MOST_PART_BYTES:
            return []
        events.append(part)
    return events


def numbers_of(raw: bytes) -> set[str]:
    """The ids of the numbers that a delivery names. Nothing is copied, as its sender is not known yet."""
    try:
        document = orjson.loads(raw)
    except ValueError:
        return set()
    if not isinstance(document, dict) or document.get("object") == PROBE:
        return set()
    changes = (change for entry in _entries(document, "entry") for change in _entries(entry, "changes"))
    found = (_number_of(change.get("value")) for change in changes if isinstance(change, dict))
    return {number for number in found if number is not None}


def _whole(raw: bytes) -> Event:
    digest = digest_of(raw)
    return Event("other", f"other {digest}", digest, None, raw)


def accounts_of(payload: bytes) -> set[str]:
    """The ids of the business accounts that a delivery is about."""
    try:
        return {str(entry["id"]) for entry in orjson.loads(payload)["entry"]}
    except (ValueError, TypeError, KeyError):
        return set()


def _events_of(document: Any) -> Iterator[Event]:
    """Of each change of each entry; a part of a wrong shape is an event as well."""
    for entry in _entries(document, "entry"):
        changes = _entries(entry, "changes")
        for change in changes:
            yield from _events_of_change(document, entry, change)
        if not changes:
            yield _event("other", None, {**document, "entry": [entry]}, entry, None)


def _entries(part: Any, name: str) -> list[Any]:
    found = part.get(name) if isinstance(part, dict) else None
    return found if isinstance(found, list) else []


def _events_of_change(document: Document, entry: Document, change: Any) -> Iterator[Event]:
    def event(kind: Kind, key: str | None, value: Any, item: Any) -> Event:
        changed = {**change, "value": value} if isinstance(change, dict) else change
        alone = {**document, "entry": [{**entry, "changes": [changed]}]}
        return _event(kind, key, alone, item, _number_of(value))

    value = change.get("value") if isinstance(change, dict) else None
    if not isinstance(value, dict):
        yield event("other", None, value, change)
        return
    field = change.get("field")
    shared = {name: part for name, part in value.items() if name not in {*LISTS, "contacts"}}
    found, people = False, _people_of(value.get("contacts"))
    for name, kind in LISTS.items():
        for item, shown in _items(value, name):
            found = True
            key = _key_of(kind, field, name, item)
            only = {**shared, **_contacts(value, item, people), name: [shown]}
            yield event(kind if key else "other", key, only, [field, name, item])
    if not found:
        yield event("other", None, value, [entry.get("id"), change])


def _items(value: Document, name: str) -> Iterator[tuple[Any, Any]]:
    """Each event of a list, and the entry of the list that holds it alone."""
    part = value.get(name)
    if part is not None and not isinstance(part, list):
        yield part, part
        return
    for item in part or []:
        if name == "history" and (messages := list(_history(item))):
            yield from messages
        else:
            yield item, item


def _history(chunk: Any) -> Iterator[tuple[Any, Any]]:
    for thread in _entries(chunk, "threads"):
        messages = _entries(thread, "messages")
        for message in messages:
            yield message, {**chunk, "threads": [{**thread, "messages": [message]}]}
        if not messages:
            yield thread, {**chunk, "threads": [thread]}


def _key_of(kind: Kind, field: Any, name: str, item: Any) -> str | None:
    """By the ids that WhatsApp gives; None for what has none."""
    external_id = item.get("id") if isinstance(item, dict) else None
    if not isinstance(external_id, str) or not external_id or not external_id.isprintable():
        return None
    if kind == "message":
        return f"message {external_id}" if field == PLAIN_FIELD else f"{field} {external_id}"
    if kind == "status":
        parts = [external_id, item.get("status"), item.get("recipient_participant_id")]
        return " ".join(["status", *(str(part) for part in parts if part)]) if item.get("status") else None
    return f"call {external_id} {item.get('event')}" if name == "calls" else None


def _people_of(contacts: Any) -> dict[str, dict[int, Any]]:
    """The contacts, by their place, of each id that names one."""
    people: dict[str, dict[int, Any]] = {}
    for place, contact in enumerate(contacts if isinstance(contacts, list) else []):
        for name in ("wa_id", "user_id") if isinstance(contact, dict) else ():
            if isinstance(contact.get(name), str):
                people.setdefault(contact[name], {})[place] = contact
    return people


def _contacts(value: Document, item: Any, people: dict[str, dict[int, Any]]) -> dict[str, Any]:
    """The sender's own: a large delivery must not carry everyone's with each of its messages."""
    contacts = value.get("contacts")
    if not isinstance(contacts, list) or len(contacts) == 1 or not isinstance(item, dict):
        return {"contacts": contacts} if contacts is not None else {}
    names = ("from", "from_user_id", "to", "to_user_id", "recipient_id", "recipient_user_id")
    own: dict[int, Any] = {}
    for name in names:
        if isinstance(item.get(name), str):
            own |= people.get(item[name], {})
    return {"contacts": [own[place] for place in sorted(own)]}


def _number_of(value: Any) -> str | None:
    metadata = value.get("metadata") if isinstance(value, dict) else None
    number = metadata.get("phone_number_id") if isinstance(metadata, dict) else None
    return number if isinstance(number, str) else None


def _event(kind: Kind, key: str | None, alone: Document, item: Any, number: str | None) -> Event:
    digest = digest_of(orjson.dumps(item, option=orjson.OPT_SORT_KEYS))
    named = key or f"other {digest}"
    if len(named) > LONGEST_KEY:
        named = f"other {digest_of(named.encode())}"
    return Event(kind, named, digest, number, orjson.dumps(alone))
