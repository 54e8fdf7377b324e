"""Custom fields in the form of a record: their entries, and what their inputs show."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext as _

from crm import clock
from crm.custom_fields.custom_field import CustomField, CustomFields
from crm.db.transaction import Transaction
from crm.fields import whole_number
from crm.money import MOST_PLACES, places_of
from crm.records.kinds import kinds_of
from crm.records.names import name_records
from crm.web.records.entries import NUMBER, OPTIONAL, Entries, Entry, Texts
from crm.web.requests.amounts import amount_text, plain_number
from crm.web.requests.forms import typed
from crm.web.sessions.identity import identity
from crm.web.words.choices import user_choices
from crm.web.words.formats import reader_formats

Options = list[tuple[object, str]]


@dataclass(frozen=True, slots=True)
class Input:
    """A field as the form shows it; `options` are those of a choice or a user, `text` its value."""

    field: CustomField
    name: str
    text: str
    options: Options
    ticked: frozenset[str] = frozenset()
    record_name: str = ""


@dataclass(frozen=True, slots=True)
class CustomForm:
    """The custom fields of a kind in its form."""

    fields: CustomFields

    @property
    def entries(self) -> dict[str, Entry]:
        return {field.name: custom_entry(field) for field in self.fields.all}

    @property
    def pickers(self) -> list[str]:
        return [field.name for field in self.fields.all if field.field_type == "client"]

    @property
    def labels(self) -> dict[str, str]:
        return {field.name: field.label for field in self.fields.all}

    def texts(self, custom: Mapping[str, Any]) -> dict[str, str]:
        """The values of a record as the form's fields hold them."""
        return {
            field.name: "" if custom.get(field.key) is None else custom_entry(field).text(custom[field.key])
            for field in self.fields.all
        }

    def defaults(self) -> dict[str, str]:
        return self.texts({field.key: field.default for field in self.fields.all})

    def given(self, names: set[str]) -> dict[str, Any]:
        """The values of the fields that are among the names. Raises Invalid."""
        return {
            field.key: custom_entry(field).value(field.name)
            for field in self.fields.all
            if field.name in names
        }

    def groups(self, tx: Transaction, values: Texts) -> list[tuple[str | None, list[Input]]]:
        return [
            (group, [input_of(tx, field, values) for field in fields]) for group, fields in self.fields.groups
        ]


def input_of(tx: Transaction, field: CustomField, values: Texts) -> Input:
    text = values.get(field.name, "")
    ticked = frozenset(text.split("\n")) if field.field_type == "multi_choice" else frozenset()
    client_id = whole_number(text) if field.field_type == "client" else None
    names = name_records(tx, kinds_of(tx).by_name["client"], [client_id]) if client_id else {}
    return Input(field, field.name, text, _options(tx, field, text), ticked, names.get(client_id or 0, ""))


def _options(tx: Transaction, field: CustomField, text: str) -> Options:
    none: Options = [("", "—")]
    if field.field_type == "yes_no":
        return [*none, ("1", _("Yes")), ("0", _("No"))]
    if field.field_type == "choice":
        held = [choice for choice in field.choices if not choice.removed or choice.key == text]
        return none + [(choice.key, choice.label) for choice in held]
    if field.field_type == "user":
        return [*none, *user_choices(tx, whole_number(text))]
    return []


def _plain_number(places: int) -> Callable[[str], str | None]:
    return lambda name: plain_number(typed(name), places, reader_formats().decimal) if typed(name) else None


def _number_entry(places: int) -> Entry:
    def plain(text: str) -> str:
        return plain_number(text, places, reader_formats().decimal) if text else ""

    return Entry(text=amount_text, value=_plain_number(places), plain=plain)


def _local_text(moment: str) -> str:
    local = clock.from_text(moment).astimezone(ZoneInfo(identity().timezone))
    return local.replace(tzinfo=None).isoformat(timespec="minutes")


def _moment(name: str) -> str | None:
    """The reader's own time; what is none goes on as it is, to be refused."""
    text = typed(name)
    try:
        local = datetime.fromisoformat(text)
        return clock.as_text(local.replace(tzinfo=local.tzinfo or ZoneInfo(identity().timezone)))
    except (ValueError, OverflowError):
        return text or None


def _yes_or_no(name: str) -> bool | str | None:
    return {"1": True, "0": False}.get(typed(name), typed(name) or None)


def _ticked(name: str) -> list[str]:
    """The keys of the choices, each on a line of its own or a field of that name."""
    lines = (line for text in request.form.getlist(name) for line in text.splitlines())
    return [line for line in lines if line]


SEVERAL = Entry(
    text="\n".join,
    value=_ticked,
    typed=lambda name: "\n".join(_ticked(name)) if name in request.form else None,
)
MOMENT = Entry(text=_local_text, value=_moment)
YES_NO = Entry(text=lambda value: "1" if value else "0", value=_yes_or_no)
ENTRIES: Entries = {
    "number": _number_entry(MOST_PLACES),
    "percent": _number_entry(MOST_PLACES),
    "datetime": MOMENT,
    "yes_no": YES_NO,
    "multi_choice": SEVERAL,
    "user": NUMBER,
    "client": NUMBER,
}


def custom_entry(field: CustomField) -> Entry:
    if field.field_type == "money":
        return _number_entry(places_of(str(field.currency)))
    return ENTRIES.get(field.field_type, OPTIONAL)
