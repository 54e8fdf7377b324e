"""Flat filters by custom fields in an address: `?custom.size=12` is a condition of its `?filter=`.

Of fields with an order, `custom.size_from` and `custom.size_to` are the ends of a range, both inclusive.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import orjson
from pydantic import BaseModel

from crm.accounts.conditions import with_conditions
from crm.custom_fields.custom_field import PREFIX, CustomField, CustomFields, custom_fields_of
from crm.custom_fields.field_types import type_of
from crm.db.transaction import Transaction
from crm.errors import FieldProblem, Invalid
from crm.records.conditions.grammar import Group, as_plain, parse_filter
from crm.records.kind import Kind
from crm.web.kinds.known import known_kinds

Given = Mapping[str, str]
Named = tuple[str, dict[str, Any]]
"""A parameter's name, and the condition that it is."""
LATEST = "9999-12-30"
FURTHEST = 10**11
YES_NO = {"true": True, "1": True, "false": False, "0": False}


def is_own(name: str) -> bool:
    return name.startswith(PREFIX)


def customized_kind(model: type[BaseModel], named: Mapping[str, Any]) -> Kind | None:
    """The kind whose list is filtered by that model, where one of the parameters is a custom field."""
    if not any(map(is_own, named)):
        return None
    listed = known_kinds().listed.values()
    fitting = (kind for kind in listed if kind.listing and issubclass(model, kind.listing.filters))
    return next((kind for kind in fitting if kind.customized and kind.filtered), None)


def fold_custom(tx: Transaction, kind: Kind, given: Given) -> dict[str, str]:
    """The parameters with those of custom fields as conditions of `filter`.

    Unknown ones stay as they are, to be refused or passed over as any other. Raises Invalid naming each
    whose value does not fit.
    """
    found = list(_conditions(custom_fields_of(tx, kind.name), given))
    problems = [problem for name, each in found for problem in _problems(tx, kind, name, each)]
    if problems:
        raise Invalid(*problems)
    names = {name for name, _each in found}
    rest = {name: text for name, text in given.items() if name not in names}
    return rest | {"filter": _joined(given.get("filter"), [each for _name, each in found])} if found else rest


def _problems(tx: Transaction, kind: Kind, name: str, condition: dict[str, Any]) -> Iterator[FieldProblem]:
    text = orjson.dumps({"all": [condition]}).decode()
    try:
        with_conditions(tx, kind.name, "listed", text, [])
    except Invalid as error:
        yield FieldProblem(name, error.problems[0].message)


def _joined(text: str | None, conditions: list[dict[str, Any]]) -> str:
    """Both must hold, what the address says in `filter` and these."""
    group = parse_filter(text) if text else Group("filter", "all", ())
    held = [as_plain(each) for each in group.among] if group.join == "all" else [as_plain(group)]
    return orjson.dumps({"all": [*held, *conditions]}).decode()


def _conditions(fields: CustomFields, given: Given) -> Iterator[Named]:
    for name, text in given.items():
        field = fields.by_name.get(name)
        start, _sign, end = name.rpartition("_")
        if field is not None:
            yield name, {"field": name, "op": "is", "value": _value(field, text)}
        elif (ranged := fields.by_name.get(start)) and end in {"from", "to"} and type_of(ranged).ranged:
            yield name, {"field": start, **_range(ranged, end, text)}


def _range(field: CustomField, end: str, text: str) -> dict[str, Any]:
    """From there on, or until then: what it says itself is in the range."""
    is_dated = field.field_type in {"date", "datetime"}
    if end == "from":
        return {"op": "between", "value": [text, LATEST if is_dated else FURTHEST]}
    if is_dated:
        return {"op": "before", "value": _next_day(text)}
    return {"op": "between", "value": [-FURTHEST, text]}


def _next_day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return min((day + timedelta(days=1)).isoformat(), LATEST) if day < date.max else LATEST


def _value(field: CustomField, text: str) -> Any:
    """As JSON has it. What is no such value goes on as text, to be refused."""
    if field.field_type == "yes_no":
        return YES_NO.get(text, text)
    if type_of(field).linked and text.isascii() and text.isdigit() and len(text) < len(str(2**53)):
        return int(text)
    return text
