"""The conditions of a list on its page: each as a chip to remove."""

from collections.abc import Mapping
from typing import Any

from crm.clients.kind import CLIENT
from crm.db.transaction import Transaction
from crm.fields import whole_number
from crm.records.conditions.fields import FilterFields, filter_fields
from crm.records.conditions.grammar import Criterion, Group, as_text, criteria_of, parse_filter
from crm.records.kind import Kind
from crm.records.names import name_records
from crm.web.lists.choices import Choices
from crm.web.lists.condition_words import ConditionWords
from crm.web.lists.filters import Chip

Names = Mapping[str, Mapping[str, str]]


def condition_chips(tx: Transaction, kind: Kind, wanted: Any, choices: Choices) -> list[Chip]:
    """One for each condition that all records must meet; a group of alternatives is one."""
    if kind.filtered is None or wanted.filter is None:
        return []
    group = parse_filter(wanted.filter)
    fields = filter_fields(tx, kind.name)
    words = ConditionWords(fields, names_in(tx, fields, criteria_of(group), choices))
    if group.join == "any" and len(group.among) > 1:
        return [Chip(words.text(group), _address(wanted, None))]
    chips = []
    for each in group.among:
        others = tuple(other for other in group.among if other is not each)
        rest = Group(group.place, group.join, others) if others else None
        chips.append(Chip(words.text(each), _address(wanted, rest)))
    return chips


def names_in(
    tx: Transaction, fields: FilterFields, criteria: list[Criterion], choices: Choices
) -> dict[str, dict[str, str]]:
    """What the values of conditions are called, by field."""
    names = {name: {str(key): str(text) for key, text in pairs} for name, pairs in choices.items()}
    clients = {name for name, field in fields.items() if field.of == CLIENT.name}
    for criterion in criteria:
        if criterion.field in clients:
            values = criterion.value if isinstance(criterion.value, list) else [criterion.value]
            ids = [number for value in values if (number := whole_number(str(value))) is not None]
            named = name_records(tx, CLIENT, ids)
            names.setdefault(criterion.field, {}).update({str(key): text for key, text in named.items()})
    return names


def _address(wanted: Any, group: Group | None) -> str:
    changed = wanted.model_copy(update={"filter": as_text(group) if group else None})
    address: str = changed.address()
    return address
