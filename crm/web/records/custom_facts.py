"""The custom values of a record as its page, its card on the board and lists show them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app, url_for

from crm.custom_fields.custom_field import PREFIX, CustomField, custom_fields_of
from crm.db.transaction import Transaction
from crm.records.kind import Kind
from crm.web.kinds.known import known_kinds, known_words
from crm.web.navigation import may
from crm.web.words.custom_fields import show_custom
from crm.web.words.fields import Known
from crm.web.words.names import linked_ids, read_names

SHORT_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Fact:
    """`address` is where the value leads, if anywhere; `outside` to another server.

    `edit` is the form that changes it alone, for who may.
    """

    label: str
    text: str
    address: str = ""
    outside: bool = False
    long: bool = False
    edit: str = ""


def read_custom_facts(tx: Transaction, kind: Kind, record: Any) -> list[tuple[str | None, list[Fact]]]:
    """By group; fields without a value are left out."""
    if kind.customized is None:
        return []
    fields = custom_fields_of(tx, kind.name)
    facts = _values(record)
    if not facts:
        return []
    known = Known(read_names(tx, linked_ids(known_kinds(), facts, fields.by_name)))
    edit = _editing(kind, record)
    groups = ((group, _facts(each, facts, known, edit)) for group, each in fields.groups)
    return [(group, shown) for group, shown in groups if shown]


def read_card_facts(tx: Transaction, kind: Kind, records: Sequence[Any]) -> dict[int, list[Fact]]:
    """What the card of each record shows, by its id."""
    found = read_short_facts(tx, custom_fields_of(tx, kind.name).on_cards, records)
    return {record_id: list(facts.values()) for record_id, facts in found.items()}


def read_short_facts(
    tx: Transaction, fields: Sequence[CustomField], records: Sequence[Any]
) -> dict[int, dict[str, Fact]]:
    """By id and by the name of the field, in one line each; the names in all of them are read together."""
    if not fields:
        return {}
    names = {field.name: field for field in fields}
    values = {record.id: _values(record) for record in records}
    links = (pair for each in values.values() for pair in linked_ids(known_kinds(), each, names))
    known = Known(read_names(tx, links))
    return {
        record_id: {
            name: _in_short(_fact(field, each[name], known)) for name, field in names.items() if name in each
        }
        for record_id, each in values.items()
    }


def _values(record: Any) -> dict[str, Any]:
    """Those that there are, by the name of their field."""
    return {PREFIX + key: value for key, value in record.custom.items() if value not in (None, [])}


def _in_short(fact: Fact) -> Fact:
    """One line: the page of the record has the whole text."""
    text = " ".join(fact.text.split())
    return replace(fact, text=text if len(text) <= SHORT_LENGTH else f"{text[:SHORT_LENGTH].rstrip()}…")


def _editing(kind: Kind, record: Any) -> Callable[[CustomField], str]:
    """Where a field of the record is changed in place; nowhere in the trash, and by who may not write."""
    endpoint = f"{kind.name}_cells.show_custom"
    known = endpoint in current_app.view_functions
    if not known or record.deleted_at is not None or not may(kind.may("write")):
        return lambda _field: ""
    key = known_words().by_name[kind.name].key
    return lambda field: url_for(endpoint, **{key: record.id}, key=field.key)


def _facts(
    fields: list[CustomField], facts: Mapping[str, Any], known: Known, edit: Callable[[CustomField], str]
) -> list[Fact]:
    return [
        replace(_fact(field, facts[field.name], known), edit=edit(field))
        for field in fields
        if field.name in facts
    ]


def _fact(field: CustomField, value: Any, known: Known) -> Fact:
    text = show_custom(field, value, known.name)
    address, kind = "", field.field_type
    if kind in {"url", "email", "phone"}:
        address = {"url": "", "email": "mailto:", "phone": "tel:"}[kind] + str(value)
    if kind == "client" and known.name("client", value):
        address = known_words().by_name["client"].address_of(value)
    return Fact(field.label, text, address, outside=kind == "url", long=kind == "long_text")
