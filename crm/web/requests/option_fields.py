"""The options of an import from the form fields beside the file: each in its own field, or all as JSON."""

from collections.abc import Mapping
from typing import Any

import orjson

from crm.errors import Invalid
from crm.fields import parse_fields, whole_number
from crm.imports.fields import ImportSettings

LONGEST = 10_000
TRUTH = {"true": True, "1": True, "on": True, "false": False, "0": False, "": False}


def options_in(form: Mapping[str, str]) -> ImportSettings:
    """Raises Invalid naming the field."""
    given = _of_json(form["options"]) if form.get("options") else {}
    for name in ImportSettings.model_fields:
        if name in form and (form[name] or name == "overwrite"):
            given[name] = _value(name, form[name])
    return parse_fields(ImportSettings, given)


def _value(name: str, text: str) -> object:
    if name == "overwrite":
        if text.lower() not in TRUTH:
            raise Invalid.field(name, "must be true or false")
        return TRUTH[text.lower()]
    if name == "header_row":
        number = whole_number(text)
        if number is None:
            raise Invalid.field(name, "must be a whole number")
        return number
    return text


def _of_json(text: str) -> dict[str, Any]:
    try:
        parsed = orjson.loads(text) if len(text) <= LONGEST else None
    except orjson.JSONDecodeError:
        parsed = None
    if not isinstance(parsed, dict):
        raise Invalid.field("options", "must be an object in JSON")
    return parsed
