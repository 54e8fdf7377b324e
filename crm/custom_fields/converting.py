"""What a value of one type is in another one. What is not plainly such a value does not fit."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from crm.custom_fields.custom_field import CustomField
from crm.custom_fields.field_types import type_of
from crm.custom_fields.reading import Asked
from crm.errors import Invalid
from crm.fields import name_key

CANNOT = "cannot be converted to this type"
DECIMAL_COMMA = re.compile(r"[+-]?\d+,(\d{1,2}|\d{4,})", re.ASCII)
YES, NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0"})
NUMBERS = frozenset({"number", "money", "percent"})
LINKS = frozenset({"user", "client"})
NameOf = Callable[[int], str | None]


def converted(asked: Asked, old: CustomField, value: Any, name_of: NameOf) -> Any:
    """The value of the `old` field as one of `asked.field`. Raises ValueError or Invalid with the refusal."""
    new_type = asked.field.field_type
    given = _MADE.get(new_type, _as_text)(old, value, name_of)
    found = type_of(asked.field).read(asked, given)
    if found == []:
        raise ValueError(CANNOT)
    return found


def refusal_of_value(error: ValueError | Invalid) -> str:
    found: str = error.problems[0].message if isinstance(error, Invalid) else error.args[0]
    return found


def text_of(old: CustomField, value: Any, name_of: NameOf) -> str:
    """As people read it, in the form in which the API writes numbers and dates."""
    if isinstance(value, list):
        return ", ".join(text_of(old, each, name_of) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if old.field_type in LINKS:
        return name_of(value) or str(value)
    choice = old.choice(value) if old.field_type in {"choice", "multi_choice"} else None
    return choice.label if choice else str(value)


def parts_of(old: CustomField, value: Any, name_of: NameOf) -> list[str]:
    """The choices that a value names: each of a list, or of a text with semicolons or commas between them."""
    if isinstance(value, list):
        return [text_of(old, each, name_of) for each in value]
    text = text_of(old, value, name_of)
    parts = text.split(";" if ";" in text else ",") if old.field_type in {"text", "long_text"} else [text]
    unlike = {name_key(part): part.strip() for part in parts if part.strip()}
    return list(unlike.values())


def _as_text(old: CustomField, value: Any, name_of: NameOf) -> Any:
    return text_of(old, value, name_of)


def _as_number(old: CustomField, value: Any, name_of: NameOf) -> Any:
    if old.field_type in NUMBERS:
        return value
    if old.field_type in LINKS:
        raise ValueError(CANNOT)
    text = text_of(old, value, name_of).strip()
    return text.replace(",", ".") if DECIMAL_COMMA.fullmatch(text) else text


def _as_day(old: CustomField, value: Any, name_of: NameOf) -> Any:
    return value[:10] if old.field_type == "datetime" else text_of(old, value, name_of).strip()


def _as_moment(old: CustomField, value: Any, name_of: NameOf) -> Any:
    return f"{value}T00:00:00Z" if old.field_type == "date" else text_of(old, value, name_of).strip()


def _as_choices(old: CustomField, value: Any, name_of: NameOf) -> Any:
    return parts_of(old, value, name_of)


def _as_yes_no(old: CustomField, value: Any, name_of: NameOf) -> Any:
    word = name_key(text_of(old, value, name_of))
    if word not in YES | NO:
        raise ValueError(CANNOT)
    return word in YES


def _as_link(_old: CustomField, _value: Any, _name_of: NameOf) -> Any:
    raise ValueError(CANNOT)


_MADE: Mapping[str, Callable[[CustomField, Any, NameOf], Any]] = {
    **dict.fromkeys(NUMBERS, _as_number),
    **dict.fromkeys(LINKS, _as_link),
    "date": _as_day,
    "datetime": _as_moment,
    "multi_choice": _as_choices,
    "yes_no": _as_yes_no,
}
