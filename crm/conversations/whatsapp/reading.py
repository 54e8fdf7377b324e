"""Reading one event of the WhatsApp Cloud API, by its field."""

from collections.abc import Callable, Mapping

import orjson

from crm.conversations.transport.received import (
    NotUnderstood,
    Received,
    ReceivedNews,
    ReceivedStatus,
    StatusName,
)
from crm.conversations.whatsapp.groups import refuse_group
from crm.conversations.whatsapp.messages import read_echo, read_message, read_old
from crm.conversations.whatsapp.news import (
    ACCOUNT_FIELDS,
    TEMPLATE_FIELD,
    read_account_news,
    read_call,
    read_contact,
    read_identity,
    read_template_status,
    read_wish,
)
from crm.conversations.whatsapp.people import read_recipient_of_status
from crm.conversations.whatsapp.texts import (
    Part,
    clean_line,
    first_of,
    moment,
    optional_text,
    part_of,
    problem_of,
    text_of,
)

STATUSES: Mapping[str, StatusName] = {
    "sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed",
}  # fmt: skip
ODD_SHAPES = (
    KeyError, IndexError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError,
)  # fmt: skip
LISTS = (
    "statuses", "messages", "message_echoes", "history", "calls", "state_sync", "user_preferences",
    "automatic_events",
)  # fmt: skip
# The number that Meta's own test button names, whoever presses it.
DASHBOARD_NUMBER = "123456123"


def read_event(payload: bytes) -> Received:
    """Raises NotUnderstood, with the reason."""
    try:
        entry = orjson.loads(payload)["entry"][0]
        change = entry["changes"][0]
        value, field = change["value"], str(change.get("field"))
        if not isinstance(value, Mapping):
            raise TypeError("a change without a value")
    except ODD_SHAPES as error:
        raise NotUnderstood("not a webhook document") from error
    try:
        return _read(field, value, entry)
    except ODD_SHAPES as error:
        raise NotUnderstood(_what_is_odd(error)) from error


def _what_is_odd(error: Exception) -> str:
    """For people who look into the quarantine: what arrived is shown beside it."""
    if isinstance(error, KeyError):
        return f"not of the documented shape: {str(error.args[0])[:200]!r} is missing"
    return "not of the documented shape"


def _read(field: str, value: Part, entry: Part) -> Received:
    if field == TEMPLATE_FIELD:
        return read_template_status(value, entry.get("time"))
    if field in ACCOUNT_FIELDS:
        return read_account_news(field, value, entry.get("time"))
    if first_of(value, "user_id_update"):
        return read_identity(value["user_id_update"][0])
    number = text_of(part_of(value, "metadata"), "phone_number_id")
    if number == DASHBOARD_NUMBER:
        raise NotUnderstood(f"the test of Meta's dashboard, for a number that is not connected: {number}")
    for name in LISTS:
        if value.get(name):
            return _read_entry(name, field, value, number)
    error = first_of(value, "errors")
    if error:
        raise NotUnderstood(f"an error that WhatsApp reports: {problem_of(error) or error.get('code')}")
    raise NotUnderstood(f"nothing that is known, in the field {clean_line(field, 60)}")


def _read_entry(name: str, field: str, value: Part, number: str) -> Received:
    """The one entry of a list of this name."""
    entry = value[name][0]
    if name == "automatic_events":
        event = clean_line(str(entry.get("event_name")), 60)
        raise NotUnderstood(f"an event that WhatsApp saw by itself: {event}")
    readers: Mapping[str, Callable[[], Received]] = {
        "statuses": lambda: _read_status(field, entry, value, number),
        "messages": lambda: _read_message(field, entry, value, number),
        "message_echoes": lambda: read_echo(entry, value, number),
        "history": lambda: _read_history(entry, value, number),
        "calls": lambda: read_call(entry, value, number),
        "state_sync": lambda: read_contact(entry, number),
        "user_preferences": lambda: read_wish(entry, value, number),
    }
    return readers[name]()


def _read_message(field: str, message: Part, value: Part, number: str) -> Received:
    if field == "history":
        return read_old(message, value, number, None)
    return read_message(message, value, number)


def _read_status(field: str, status: Part, value: Part, number: str) -> Received:
    word = status["status"]
    if field == "calls" or status.get("type") == "call":
        said = f"Call: {clean_line(str(word), 60).lower()}"
        return ReceivedNews(number, "call_status", said, is_serious=False, at=moment(status["timestamp"]))
    if status.get("type") == "payment":
        raise NotUnderstood(f"a payment: {word}, {_payment(status)}")
    if word not in STATUSES:
        raise NotUnderstood(f"an unknown status: {word}")
    error = first_of(status, "errors")
    code = error.get("code")
    return ReceivedStatus(
        address=number,
        external_id=text_of(status, "id"),
        name=STATUSES[word],
        at=moment(status["timestamp"]),
        token=optional_text(status.get("biz_opaque_callback_data")),
        problem=problem_of(error),
        code=code if isinstance(code, int) else None,
        channel_word=word if STATUSES[word] != word else None,
        participant=optional_text(status.get("recipient_participant_id")),
        recipient=read_recipient_of_status(status, value),
    )


def _payment(status: Part) -> str:
    payment = part_of(status, "payment")
    amount = part_of(payment, "amount")
    paid = amount["value"] / amount["offset"]
    return f"{paid:.2f} {payment.get('currency')} for {payment.get('reference_id')}"


def _read_history(chunk: Part, value: Part, number: str) -> Received:
    error = first_of(chunk, "errors")
    if error:
        raise NotUnderstood(f"the history is not shared: {problem_of(error) or error.get('code')}")
    thread = first_of(chunk, "threads")
    refuse_group(thread)
    return read_old(thread["messages"][0], value, number, thread.get("id"))
