"""Custom fields and their values as people read them."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.clock import from_text
from crm.custom_fields.custom_field import PREFIX, CustomField
from crm.web.words.formats import money, number, percent
from crm.web.words.phones import phone
from crm.web.words.times import day_text, moment_text

CustomByName = Mapping[str, CustomField]
CustomByKind = Mapping[str, CustomByName]
NameOf = Callable[[str, object], str | None]
"""The name of a record of a kind, by its id."""

TYPE_NAMES = {
    "text": lazy_gettext("Text"),
    "long_text": lazy_gettext("Long text"),
    "number": lazy_gettext("Number"),
    "money": lazy_gettext("Money"),
    "percent": lazy_gettext("Percent"),
    "date": lazy_gettext("Date"),
    "datetime": lazy_gettext("Date and time"),
    "choice": lazy_gettext("Choice"),
    "multi_choice": lazy_gettext("Several choices"),
    "user": lazy_gettext("User"),
    "client": lazy_gettext("Client"),
    "url": lazy_gettext("Web address"),
    "email": lazy_gettext("E-mail"),
    "phone": lazy_gettext("Phone"),
    "yes_no": lazy_gettext("Yes or no"),
}


def custom_label(name: str, custom: CustomByName) -> str:
    """Of a field that is known, else what its key says."""
    if name in custom:
        return custom[name].label
    return name.removeprefix(PREFIX).replace("_", " ").capitalize()


def show_custom(field: CustomField, value: Any, name_of: NameOf) -> str:
    """A value of the field, as it is sent. One of an earlier type of the field is shown as it is."""
    if value is None or value == []:
        return ""
    try:
        return _shown(field, value, name_of)
    except (ValueError, TypeError, ArithmeticError):
        return str(value)


def _shown(field: CustomField, value: Any, name_of: NameOf) -> str:
    kind = field.field_type
    if kind in {"user", "client"}:
        return name_of(kind, value) or f"№ {value}"
    if kind == "money":
        return money(value, str(field.currency))
    if kind in {"choice", "multi_choice"}:
        return ", ".join(_choice(field, each) for each in (value if isinstance(value, list) else [value]))
    return SHOWN[kind](value) if kind in SHOWN else str(value)


def _moment(value: str) -> str:
    """Raises ValueError for what is none."""
    from_text(value)
    return moment_text(value)


SHOWN: Mapping[str, Callable[[Any], str]] = {
    "number": number,
    "percent": percent,
    "date": day_text,
    "datetime": _moment,
    "phone": phone,
    "yes_no": lambda value: str(_("yes") if value else _("no")),
}


def _choice(field: CustomField, key: str) -> str:
    choice = field.choice(key)
    return choice.label if choice else key


def type_name(field_type: str) -> str:
    return str(TYPE_NAMES.get(field_type, field_type))


def choices_text(choices: list[dict[str, str]]) -> str:
    return ", ".join(choice["label"] for choice in choices)
