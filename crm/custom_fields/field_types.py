"""The types of custom fields: how a value is read, stored, and compared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from crm.custom_fields.custom_field import CustomField
from crm.custom_fields.links import read_client, read_user
from crm.custom_fields.reading import (
    DAY,
    EMAIL,
    LONG_TEXT,
    MOMENT,
    NUMBER,
    TEXT,
    WEB_ADDRESS,
    Asked,
    by_adapter,
    read_amount,
    read_choice,
    read_choices,
    read_phone,
    read_yes_no,
)
from crm.fields import name_key
from crm.money import UNIT
from crm.records.keys import sort_key

TypeName = Literal[
    "text", "long_text", "number", "money", "percent", "date", "datetime", "choice", "multi_choice", "user",
    "client", "url", "email", "phone", "yes_no",
]  # fmt: skip
OFFSET = 10**19
LONGEST_KEY = 1_000


@dataclass(frozen=True, slots=True)
class FieldType:
    """`read` makes a value of what was given, and raises Invalid or ValueError with the refusal.

    `key` is the text by which values are compared, `own` the one that a unique value shares with no other.
    `ranged` values can be filtered from one to another; lists can be `sorted` by them; `searched` ones are
    found by their words; `told_apart` ones may be unique. `schema` describes the value in the API.
    """

    read: Callable[[Asked, Any], Any]
    key: Callable[[Any], str]
    schema: Mapping[str, Any]
    ranged: bool = False
    sorted: bool = True
    searched: bool = False
    told_apart: bool = True
    own: Callable[[Any], str] | None = None
    linked: str = ""
    """The kind of record whose id it holds."""


def number_key(value: float) -> str:
    """Digits that compare as the numbers do, negative ones too."""
    return f"{round(value * UNIT) + OFFSET:020d}"


def text_key(value: str) -> str:
    return sort_key(value)[:LONGEST_KEY]


def _yes_no_key(value: bool) -> str:
    return "1" if value else "0"


_WORD = {"type": "string", "maxLength": 255}
_AMOUNT = {"type": "number"}
_ID = {"type": "integer", "minimum": 1}

TYPES: Mapping[str, FieldType] = {
    "text": FieldType(by_adapter(TEXT), text_key, _WORD, searched=True, own=name_key),
    "long_text": FieldType(
        by_adapter(LONG_TEXT),
        text_key,
        {"type": "string", "maxLength": 10_000},
        sorted=False,
        searched=True,
        told_apart=False,
    ),
    "number": FieldType(by_adapter(NUMBER), number_key, _AMOUNT, ranged=True),
    "money": FieldType(read_amount, number_key, _AMOUNT, ranged=True),
    "percent": FieldType(by_adapter(NUMBER), number_key, _AMOUNT, ranged=True),
    "date": FieldType(by_adapter(DAY), str, {"type": "string", "format": "date"}, ranged=True),
    "datetime": FieldType(by_adapter(MOMENT), str, {"type": "string", "format": "date-time"}, ranged=True),
    "choice": FieldType(read_choice, str, {"type": "string"}, told_apart=False),
    "multi_choice": FieldType(
        read_choices,
        str,
        {"type": "array", "items": {"type": "string"}},
        sorted=False,
        told_apart=False,
    ),
    "user": FieldType(read_user, number_key, _ID, sorted=False, linked="user"),
    "client": FieldType(read_client, number_key, _ID, sorted=False, linked="client"),
    "url": FieldType(
        by_adapter(WEB_ADDRESS), text_key, {"type": "string", "maxLength": 500}, searched=True, own=str
    ),
    "email": FieldType(by_adapter(EMAIL), str, {"type": "string", "maxLength": 254}, searched=True),
    "phone": FieldType(read_phone, str, {"type": "string", "maxLength": 40}, searched=True),
    "yes_no": FieldType(read_yes_no, _yes_no_key, {"type": "boolean"}, told_apart=False),
}


def type_of(field: CustomField) -> FieldType:
    return TYPES[field.field_type]


def keys_of(field: CustomField, value: Any) -> list[str]:
    """One for each row of the index: several for what has several choices."""
    if value is None:
        return []
    key = type_of(field).key
    return [key(each) for each in value] if isinstance(value, list) else [key(value)]


def own_key(field: CustomField, value: Any) -> str | None:
    """What no two live records may share; None where they may."""
    if not field.unique or value is None:
        return None
    known = type_of(field)
    return (known.own or known.key)(value)


def as_kept(field: CustomField, value: Any) -> Any:
    """A value as it is stored with its record: see `plain`."""
    linked = type_of(field).linked
    return {linked: value} if linked else value
