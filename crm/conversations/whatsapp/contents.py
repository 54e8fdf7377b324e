"""The content of a WhatsApp message, by its type."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.conversations.transport.received import MessageKind, NotUnderstood
from crm.conversations.whatsapp.answered_forms import read_answers
from crm.conversations.whatsapp.orders import read_items, total_of
from crm.conversations.whatsapp.shared_contacts import own_phone, read_people
from crm.conversations.whatsapp.texts import Part, clean_line, first_of, problem_of

LONGEST = 1_000
DECIMAL = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,20})?")
# The customer opened the chat for the first time, and said nothing yet.
WELCOME = "request_welcome"


@dataclass(frozen=True, slots=True)
class Content:
    """`media` is the API's own object; `about` is the id of the message that a reaction is for.

    `phone` is the sender's own, where they gave it (E.164).
    """

    kind: MessageKind
    body: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    media: Part | None = None
    about: str | None = None
    phone: str | None = None


def read_content(message: Part, errors: Part | None = None) -> Content:
    """Of a type that is not known, only the type, and why it cannot be shown. `errors`: the document's own.

    May raise what a document of a wrong shape raises.
    """
    kind = message["type"]
    reader = READERS.get(kind)
    error = first_of(message, "errors") or (first_of(errors, "errors") if errors else {})
    if kind == WELCOME:
        return Content("system", "Opened the chat", {"type": kind})
    if reader is None or (kind not in message and error):
        return _unknown(message, kind, error)
    part = message[kind]
    if not isinstance(part, Mapping | list):
        raise NotUnderstood(f"{kind} is not an object")
    return reader(part)


def _unknown(message: Part, kind: str, error: Part) -> Content:
    unsupported = message.get("unsupported")
    facts: dict[str, Any] = {
        "type": str(unsupported.get("type") if isinstance(unsupported, Mapping) else kind)[:40]
    }
    reason, code = problem_of(error), error.get("code")
    if reason:
        facts["reason"] = reason
    if isinstance(code, int):
        facts["code"] = code
    return Content("unknown", facts=facts)


def _text(part: Any) -> Content:
    return Content("text", _string(part["body"]))


def _media(kind: MessageKind) -> Callable[[Any], Content]:
    def read(part: Any) -> Content:
        facts = {name: True for name in ("voice", "animated") if part.get(name) is True}
        return Content(kind, _string(part.get("caption") or ""), facts, media=part)

    return read


def _location(part: Any) -> Content:
    facts = {
        name: number for name in ("latitude", "longitude") if (number := _degrees(part[name])) is not None
    }
    texts = {
        name: clean_line(str(part[name]), LONGEST) for name in ("name", "address", "url") if part.get(name)
    }
    named = [texts[name] for name in ("name", "address") if name in texts]
    return Content(
        "location", ", ".join(named) or "{latitude}, {longitude}".format(**part), {**facts, **texts}
    )


def _degrees(value: Any) -> float | None:
    """A number, which may be sent as text."""
    if isinstance(value, int | float):
        return value
    return float(value) if isinstance(value, str) and DECIMAL.fullmatch(value.strip()) else None


def _contacts(part: Any) -> Content:
    people = read_people(part)
    named = [person["name"] for person in people]
    return Content("contacts", ", ".join(named), {"contacts": people}, phone=own_phone(part))


def _reaction(part: Any) -> Content:
    """Without an emoji it takes an earlier one back."""
    return Content("reaction", _string(part.get("emoji") or ""), about=_string(part["message_id"]))


def _button(part: Any) -> Content:
    return Content("reply", _string(part["text"]), {"payload": str(part.get("payload") or "")[:LONGEST]})


def _interactive(part: Any) -> Content:
    chosen = part[part["type"]]
    if part["type"] == "nfm_reply":
        response = chosen.get("response_json")
        facts = {"form": str(response)[:10_000], "answers": read_answers(response)} if response else {}
        return Content("reply", _string(chosen.get("body") or ""), facts)
    if part["type"] == "call_permission_reply":
        return Content("reply", _string(chosen["response"]), {"call_permission": chosen["response"]})
    facts = {name: str(chosen[name]) for name in ("id", "description") if chosen.get(name)}
    return Content("reply", _string(chosen["title"]), facts)


def _order(part: Any) -> Content:
    items = read_items(part["product_items"])
    facts: dict[str, Any] = {"items": items, "totals": total_of(items)}
    if part.get("catalog_id"):
        facts["catalog_id"] = str(part["catalog_id"])[:LONGEST]
    return Content("order", _string(part.get("text") or ""), facts)


def _system(part: Any) -> Content:
    return Content("system", _string(part.get("body") or ""), {"type": str(part.get("type"))[:LONGEST]})


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise NotUnderstood(f"{type(value).__name__} where text is expected")
    return value


READERS: Mapping[str, Callable[[Any], Content]] = {
    "text": _text,
    "image": _media("image"),
    "video": _media("video"),
    "audio": _media("audio"),
    "document": _media("document"),
    "sticker": _media("sticker"),
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "button": _button,
    "interactive": _interactive,
    "order": _order,
    "system": _system,
}
