"""The custom values of a record as its page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.custom_fields.custom_field import PREFIX, CustomField, custom_fields_of
from crm.db.transaction import Transaction
from crm.records.kind import Kind
from crm.web.kinds.known import known_kinds, known_words
from crm.web.words.custom_fields import show_custom
from crm.web.words.fields import Known
from crm.web.words.names import linked_ids, read_names


@dataclass(frozen=True, slots=True)
class Fact:
    """`address` is where the value leads, if anywhere; `outside` to another server."""

    label: str
    text: str
    address: str = ""
    outside: bool = False
    long: bool = False


def read_custom_facts(tx: Transaction, kind: Kind, record: Any) -> list[tuple[str | None, list[Fact]]]:
    """By group; fields without a value are left out."""
    if kind.customized is None:
        return []
    fields = custom_fields_of(tx, kind.name)
    facts = {PREFIX + key: value for key, value in record.custom.items() if value not in (None, [])}
    if not facts:
        return []
    known = Known(read_names(tx, linked_ids(known_kinds(), facts, fields.by_name)))
    groups = ((group, _facts(each, facts, known)) for group, each in fields.groups)
    return [(group, shown) for group, shown in groups if shown]


def _facts(fields: list[CustomField], facts: Mapping[str, Any], known: Known) -> list[Fact]:
    return [_fact(field, facts[field.name], known) for field in fields if field.name in facts]


def _fact(field: CustomField, value: Any, known: Known) -> Fact:
    text = show_custom(field, value, known.name)
    address, kind = "", field.field_type
    if kind in {"url", "email", "phone"}:
        address = {"url": "", "email": "mailto:", "phone": "tel:"}[kind] + str(value)
    if kind == "client" and known.name("client", value):
        address = known_words().by_name["client"].address_of(value)
    return Fact(field.label, text, address, outside=kind == "url", long=kind == "long_text")
