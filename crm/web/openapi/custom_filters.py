"""The flat filters by custom fields, as the description of the API has them: `?custom.size=12`."""

from collections.abc import Iterator
from typing import Any

from flask import Flask
from pydantic import BaseModel

from crm.custom_fields.custom_field import PREFIX, CustomField, CustomFields
from crm.custom_fields.field_types import type_of
from crm.records.kinds import Kinds

FILTERS_OF = "x-custom-filters-of"
"""Marks the parameter that stands for all of them; each workspace has its own in its place."""


def custom_filters(app: Flask, query: type[BaseModel]) -> list[dict[str, Any]]:
    """An object whose properties are parameters each, for a list that can be filtered by custom fields."""
    kinds: Kinds = app.extensions["holdfast.kinds"]
    for kind in kinds.listed.values():
        if kind.customized and kind.filtered and kind.listing and issubclass(query, kind.listing.filters):
            return [_any_of(kind.name)]
    return []


def _any_of(kind: str) -> dict[str, Any]:
    return {
        "name": "custom",
        "in": "query",
        "required": False,
        "style": "form",
        "explode": True,
        "description": f"A custom field each, such as `{PREFIX}size`; numbers, dates and times also have "
        f"`{PREFIX}size_from` and `{PREFIX}size_to`. Those of your workspace are in its own description.",
        "schema": {
            "type": "object",
            "propertyNames": {"pattern": r"^custom\."},
            "additionalProperties": {"type": "string"},
        },
        FILTERS_OF: kind,
    }


def filters_by(fields: CustomFields) -> list[dict[str, Any]]:
    """The parameters of the fields of one kind in a workspace."""
    return [each for field in fields.all for each in _parameters(field)]


def _parameters(field: CustomField) -> Iterator[dict[str, Any]]:
    shape = dict(type_of(field).schema)
    if "choice" in field.field_type:
        shape = {"type": "string", "enum": [choice.key for choice in field.choices]}
    ends = {"": ""} | ({"_from": ", from", "_to": ", up to"} if type_of(field).ranged else {})
    for end, words in ends.items():
        yield {
            "name": field.name + end,
            "in": "query",
            "required": False,
            "description": f"{field.label}{words}",
            "schema": shape,
        }
