"""How the API takes and describes the values of custom fields."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from crm.custom_fields.custom_field import CustomField, CustomFields
from crm.custom_fields.field_types import type_of

MOST_VALUES = 100
CUSTOM_OF = "x-custom-of"
"""Marks the object in the description of the API; each workspace has its own fields in it."""

GivenCustom = Annotated[
    dict[Annotated[str, StringConstraints(max_length=100)], Any], Field(max_length=MOST_VALUES)
]


def described(kind: str) -> Any:
    """Beside the type of the field `custom` of such a record, as it is read."""
    return Field(
        description="The values of the workspace's own fields by key", json_schema_extra={CUSTOM_OF: kind}
    )


def of_kind(kind: str, *, left_out: bool = False) -> Any:
    """The field `custom` of what people write of such a record."""
    if left_out:
        return Field(None, description="By key; null empties a field", json_schema_extra=_changes(kind))
    return Field(
        default=None,
        description="The values of the workspace's own fields by key; left out, they stay as they are",
        json_schema_extra={CUSTOM_OF: kind},
    )


def _changes(kind: str) -> Any:
    def mark(schema: dict[str, Any]) -> None:
        schema.pop("default", None)
        schema[CUSTOM_OF] = kind

    return mark


def schema_of(fields: CustomFields) -> dict[str, Any]:
    """The fields of one kind in a workspace, described."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {field.key: _described(field) for field in fields.all},
    }


def _described(field: CustomField) -> dict[str, Any]:
    keys = [choice.key for choice in field.offered]
    shape: dict[str, Any] = dict(type_of(field).schema)
    if field.field_type == "choice":
        shape["enum"] = keys
    if field.field_type == "multi_choice":
        shape["items"] = {"type": "string", "enum": keys}
    words = " ".join(filter(None, [field.help, field.currency and f"In {field.currency}."]))
    found = {"anyOf": [shape, {"type": "null"}], "title": field.label}
    return {**found, "description": words} if words else found
