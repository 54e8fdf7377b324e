"""The customer of a message, by phone or WhatsApp id, and who they are from now on."""

import re
from collections.abc import Mapping

from crm.conversations.transport.received import NotUnderstood, Sender
from crm.conversations.whatsapp.texts import Part, name_among, optional_text, phone_of

LONGEST_ID = 200
CHANGED = re.compile(r"changed from \+?([0-9]{5,15}) to \+?([0-9]{5,15})")
# An id, or the one of an organisation with several accounts: GB.123 or GB.ENT.123.
CHANGED_ID = re.compile(r"changed from ([A-Z]{2}\.(?:ENT\.)?\w+) to ([A-Z]{2}\.(?:ENT\.)?\w+)")
MOVES = frozenset({"user_changed_number", "customer_changed_number", "user_changed_user_id"})


def read_sender(message: Part, value: Part, given: str | None = None) -> Sender:
    """Users with a user name may hide their phone; then only their id is sent, and perhaps what is `given`.

    Of one whose number or id changed it is who they were before.
    """
    phone, user_id = message.get("from"), message.get("from_user_id")
    moved = moved_by(message)
    if moved is not None:
        before_phone, before_id = _previous_of(message)
        phone, user_id = before_phone or phone, before_id or user_id
        if user_id == moved.user_id and before_id is None:
            user_id = None
    return _person(phone, user_id, value, given)


def read_recipient(message: Part, value: Part) -> Sender:
    return _person(message.get("to"), message.get("to_user_id"), value)


def read_recipient_of_status(status: Part, value: Part) -> Sender | None:
    """None where it went to a group."""
    if status.get("recipient_type") == "group" or status.get("recipient_participant_id"):
        return None
    recipient = {"to": status.get("recipient_id"), "to_user_id": status.get("recipient_user_id")}
    return read_recipient(recipient, value) if any(recipient.values()) else None


def moved_by(message: Part) -> Sender | None:
    """Who a person is from now on, where a system message says that their number or id changed."""
    system = message.get("system")
    if message.get("type") != "system" or not isinstance(system, Mapping) or system.get("type") not in MOVES:
        return None
    changed = CHANGED.search(str(system.get("body") or ""))
    phone = phone_of(system.get("wa_id")) or phone_of(system.get("new_wa_id"))
    if phone is None and changed is not None and system.get("type") != "user_changed_user_id":
        phone = f"+{changed[2]}"
    changed_id = CHANGED_ID.search(str(system.get("body") or ""))
    user_id = _id(system.get("user_id")) or (changed_id[2] if changed_id else None)
    return Sender(phone, user_id, None) if phone or user_id else None


def _previous_of(message: Part) -> tuple[str | None, str | None]:
    """The phone and id that a system message says they had before."""
    system = message.get("system")
    if not isinstance(system, Mapping):
        return None, None
    changed = CHANGED.search(str(system.get("body") or ""))
    changed_id = CHANGED_ID.search(str(system.get("body") or ""))
    before_id = _id(system.get("previous_user_id")) or (changed_id[1] if changed_id else None)
    return (f"+{changed[1]}" if changed else None), before_id


def _person(phone: object, user_id: object, value: Part, given: str | None = None) -> Sender:
    contact = _contact_of(phone, user_id, value)
    number = phone_of(phone) or phone_of(contact.get("wa_id")) or given
    known_id = _id(user_id) or _id(contact.get("user_id"))
    if number is None and known_id is None:
        known_id = _id(phone)
    if number is None and known_id is None:
        raise NotUnderstood("without a sender")
    profile = contact.get("profile")
    named = (profile.get("name"), profile.get("username")) if isinstance(profile, Mapping) else ()
    return Sender(number, known_id, name_among(*named) or None)


def _contact_of(phone: object, user_id: object, value: Part) -> Part:
    """The entry that is about this person, and not about another."""
    contacts = value.get("contacts")
    known = [each for each in contacts if isinstance(each, Mapping)] if isinstance(contacts, list) else []
    return next((each for each in known if _same(each, phone, user_id, alone=len(known) == 1)), {})


def _same(contact: Part, phone: object, user_id: object, *, alone: bool) -> bool:
    contact_phone, contact_id = optional_text(contact.get("wa_id")), optional_text(contact.get("user_id"))
    if contact_id and optional_text(user_id):
        return contact_id == user_id
    if contact_phone and optional_text(phone):
        return contact_phone == phone
    return alone


def _id(value: object) -> str | None:
    text = optional_text(value)
    return text if text and len(text) <= LONGEST_ID and text.isprintable() else None
