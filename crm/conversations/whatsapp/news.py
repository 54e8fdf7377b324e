"""Reading what WhatsApp sends beside messages: calls, contacts, wishes, templates, the account."""

from collections.abc import Mapping

from crm.conversations.transport.received import (
    NotUnderstood,
    ReceivedContact,
    ReceivedIdentity,
    ReceivedMessage,
    ReceivedNews,
    ReceivedWish,
    Sender,
)
from crm.conversations.whatsapp.groups import refuse_group
from crm.conversations.whatsapp.people import read_recipient, read_sender
from crm.conversations.whatsapp.texts import (
    Part,
    clean,
    clean_line,
    moment,
    name_among,
    optional_text,
    phone_of,
    text_of,
)

STOPPED = {"stop": False, "resume": True}
ANSWERED = frozenset({"COMPLETED", "ACCEPTED"})
# Fields of the account whose news people should see to.
SERIOUS_FIELDS = frozenset({"account_alerts", "security"})
SERIOUS_WORDS = (
    "RESTRICT",
    "VIOLATION",
    "DISABLED",
    "BANNED",
    "FLAGGED",
    "DELETED",
    "REMOVED",
    "DOWNGRADE",
    "OFFBOARD",
)
ACCOUNT_FIELDS = frozenset({
    "account_update", "account_alerts", "account_review_update", "account_settings_update",
    "business_capability_update", "business_status_update", "flows", "message_template_components_update",
    "message_template_quality_update", "template_category_update", "template_correct_category_detection",
    "partner_solutions", "payment_configuration_update", "phone_number_name_update",
    "phone_number_quality_update", "security",
})  # fmt: skip
TEMPLATE_FIELD = "message_template_status_update"
LONGEST = 500


def read_call(call: Part, value: Part, number: str) -> ReceivedMessage:
    """A call as it begins, and as it ended: `ended`, `missed` and its `seconds`."""
    refuse_group(call)
    out = str(call.get("direction")) == "BUSINESS_INITIATED"
    ended = call.get("event") == "terminate"
    seconds = call.get("duration")
    seconds = seconds if isinstance(seconds, int) and not isinstance(seconds, bool) else 0
    status = str(call.get("status") or "").upper()
    missed = ended and not seconds and status not in ANSWERED
    return ReceivedMessage(
        address=number,
        external_id=text_of(call, "id"),
        sender=(read_recipient if out else read_sender)(call, value),
        kind="call",
        body="",
        sent_at=moment(call["timestamp"]),
        facts={"ended": ended, "missed": missed, "seconds": seconds},
        direction="out" if out else "in",
        status="sent" if out else None,
    )


def read_contact(entry: Part, number: str) -> ReceivedContact:
    """A contact of the phone that has the number."""
    contact = entry.get("contact")
    if entry.get("type") != "contact" or not isinstance(contact, Mapping):
        raise NotUnderstood(f"a part of the phone's state that is not known: {str(entry.get('type'))[:40]}")
    phone = phone_of(contact.get("phone_number"))
    if phone is None:
        raise NotUnderstood("a contact without a phone number")
    name = name_among(contact.get("full_name"), contact.get("first_name"))
    metadata = entry.get("metadata")
    at = moment(metadata["timestamp"]) if isinstance(metadata, Mapping) else ""
    return ReceivedContact(number, phone, name or phone, entry.get("action") == "remove", at)


def read_wish(preference: Part, value: Part, number: str) -> ReceivedWish:
    """Whether a customer wants marketing."""
    wanted = STOPPED.get(str(preference.get("value")).lower())
    if preference.get("category") != "marketing_messages" or wanted is None:
        raise NotUnderstood("a wish that is not known")
    sender = read_sender({"from": preference.get("wa_id"), "from_user_id": preference.get("user_id")}, value)
    said = clean_line(str(preference.get("detail") or ""), LONGEST)
    return ReceivedWish(number, sender, wanted, said, moment(preference["timestamp"]))


def read_identity(change: Part) -> ReceivedIdentity:
    """A notice that WhatsApp's id of a person changed."""
    ids = change.get("user_id")
    if not isinstance(ids, Mapping):
        raise NotUnderstood("a change of an id without the ids")
    before, now = optional_text(ids.get("previous")), text_of(ids, "current")
    sender = read_sender({"from": change.get("wa_id"), "from_user_id": before}, {})
    return ReceivedIdentity(None, sender, Sender(None, now, None), moment(change["timestamp"]))


def read_template_status(value: Part, at: object) -> ReceivedNews:
    """What became of a template: approved, rejected, paused, disabled."""
    name, language = text_of(value, "message_template_name"), text_of(value, "message_template_language")
    event = text_of(value, "event").lower()
    reason = clean_line(str(value.get("reason") or ""), LONGEST)
    reason = "" if reason.upper() == "NONE" else reason
    category = clean_line(str(value.get("message_template_category") or "")).lower()
    said = f"Template {name} ({language}): {event.replace('_', ' ')}" + (f", {reason}" if reason else "")
    return ReceivedNews(
        address=None,
        kind=TEMPLATE_FIELD,
        said=said,
        is_serious=event not in {"approved", "reinstated", "pending"},
        at=moment(at) if at else None,
        template=(name, language),
        status="approved" if event == "reinstated" else event,
        category=category or None,
        problem=reason or None,
    )


def read_account_news(field: str, value: Part, at: object) -> ReceivedNews:
    """News of the account, or of a number."""
    facts = [f"{name}: {clean_line(str(fact), 100)}" for name, fact in _plain(value)]
    said = clean("; ".join(facts))[:LONGEST]
    is_serious = field in SERIOUS_FIELDS or any(word in said.upper() for word in SERIOUS_WORDS)
    return ReceivedNews(
        None, field, f"{field.replace('_', ' ')}: {said}", is_serious, moment(at) if at else None
    )


def _plain(value: Part) -> list[tuple[str, object]]:
    """The facts that fit in a line, inner ones by their own names."""
    found: list[tuple[str, object]] = []
    for name, fact in value.items():
        if isinstance(fact, Mapping):
            found += _plain(fact)
        elif isinstance(fact, list):
            inner = [each for each in fact if isinstance(each, Mapping)]
            found += [pair for each in inner for pair in _plain(each)]
            found += [(name, each) for each in fact if isinstance(each, str | int | float)]
        elif fact is not None:
            found.append((name, fact))
    return found[:30]
