"""What a WhatsApp message says, by its type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.conversations.received import MessageKind, NotUnderstood

Part = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Content:
    """`media` is the API's own object; `about` is the id of the message that a reaction is for."""

    kind: MessageKind
    body: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    media: Part | None = None
    about: str | None = None


def read_content(message: Part) -> Content:
    """Of a type that is not known, only the type. May raise what a document of a wrong shape raises."""
    kind = message["type"]
    reader = READERS.get(kind)
    if reader is None:
        told = message.get("unsupported")
        return Content(
            "unknown", facts={"type": str(told.get("type") if isinstance(told, Mapping) else kind)[:40]}
        )
    part = message[kind]
    if not isinstance(part, Mapping | list):
        raise NotUnderstood(f"{kind} is not an object")
    return reader(part)


def _text(part: Any) -> Content:
    return Content("text", _string(part["body"]))


def _media(kind: MessageKind) -> Callable[[Any], Content]:
    def read(part: Any) -> Content:
        facts = {"voice": True} if part.get("voice") is True else {}
        return Content(kind, _string(part.get("caption") or ""), facts, media=part)

    return read


def _location(part: Any) -> Content:
    facts = {name: part[name] for name in ("latitude", "longitude") if isinstance(part[name], int | float)}
    named = [str(part[name]) for name in ("name", "address") if part.get(name)]
    return Content("location", ", ".join(named) or "{latitude}, {longitude}".format(**part), facts)


def _contacts(part: Any) -> Content:
    names = [_string(person["name"]["formatted_name"]) for person in part]
    people = [
        {
            "name": name,
            "phones": [
                str(phone.get("phone") or phone.get("wa_id") or "") for phone in person.get("phones", [])
            ],
            "emails": [str(email.get("email") or "") for email in person.get("emails", [])],
        }
        for name, person in zip(names, part, strict=True)
    ]
    return Content("contacts", ", ".join(names), {"contacts": people})


def _reaction(part: Any) -> Content:
    """Without an emoji it takes an earlier one back."""
    return Content("reaction", _string(part.get("emoji") or ""), about=_string(part["message_id"]))


def _button(part: Any) -> Content:
    return Content("reply", _string(part["text"]), {"payload": str(part.get("payload") or "")[:1000]})


def _interactive(part: Any) -> Content:
    chosen = part[part["type"]]
    if part["type"] == "nfm_reply":
        return Content(
            "reply", _string(chosen.get("body") or ""), {"form": str(chosen.get("response_json"))[:10_000]}
        )
    facts = {name: str(chosen[name]) for name in ("id", "description") if chosen.get(name)}
    return Content("reply", _string(chosen["title"]), facts)


def _order(part: Any) -> Content:
    items = [
        {
            name: item[name]
            for name in ("product_retailer_id", "quantity", "item_price", "currency")
            if name in item
        }
        for item in part["product_items"]
    ]
    return Content("order", _string(part.get("text") or ""), {"items": items})


def _system(part: Any) -> Content:
    return Content("system", _string(part.get("body") or ""), {"type": str(part.get("type"))})


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
