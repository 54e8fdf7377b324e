"""Reading HTML forms, whose values are all text, and showing errors beside fields."""

import re
from collections.abc import Collection, Iterable
from typing import Any

from flask import request
from pydantic import BeforeValidator

from crm.custom_fields.custom_field import PREFIX
from crm.errors import Conflict, CrmError, Invalid
from crm.fields import whole_number
from crm.web.errors import Malformed
from crm.web.i18n import worded

WORD = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*))(?:,|$)')


def _none_when_blank(value: object) -> object:
    return None if value == "" else value


Blank = BeforeValidator(_none_when_blank)
"""A filter that is not set arrives as empty text."""


def typed(name: str) -> str:
    """What the form says in a field, without blanks around it; nothing where it has none."""
    return request.form.get(name, "").strip()


def form_version() -> int:
    """The version of the record that the form was made from."""
    version = whole_number(request.form.get("version", ""))
    if version is None:
        raise Malformed("The form names no version of the record. Reload the page and try again.")
    return version


def sent_version() -> int | None:
    """The same for a form with a single action; None for a page from before an upgrade, which sends none."""
    return form_version() if "version" in request.form else None


def is_ours(address: str) -> bool:
    """Whether an address from outside leads to a page of this server, and nowhere else."""
    return address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()


def number_from(text: str, field: str) -> int | None:
    """An id from a form; an empty field is None."""
    if not text.strip():
        return None
    number = whole_number(text)
    if number is None:
        raise Invalid.field(field, "must be a number")
    return number


def words_from(text: str) -> list[str]:
    """Words separated by commas. A word with a comma is quoted, and a quote inside it is doubled."""
    found = (quoted.replace('""', '"') or plain for quoted, plain in WORD.findall(text))
    return [word.strip() for word in found if word.strip()]


def words_text(words: Iterable[str]) -> str:
    """The text that `words_from` reads as these words."""
    return ", ".join(_quoted(word) if "," in word or word.startswith('"') else word for word in words)


def errors_of(error: CrmError, known: Collection[str] = ()) -> dict[str, str]:
    """The first objection to each field: `tags.3` is the field `tags`, `custom.size` one of its own, and
    so is each that is `known`.
    """
    found: dict[str, str] = {}
    if isinstance(error, Invalid):
        for problem in error.problems:
            found.setdefault(_field_of(problem.field, known), worded(problem.message))
    if isinstance(error, Conflict):
        found = {each.field: worded(each.message) for each in error.problems}
    return found


def _field_of(path: str, known: Collection[str]) -> str:
    if path in known:
        return path
    parts = path.split(".")
    return ".".join(parts[:2]) if path.startswith(PREFIX) else parts[0]


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def general_error(error: CrmError) -> str:
    """The error of the whole form rather than of one field."""
    return "" if errors_of(error) else worded(error.message)


def refusal(error: CrmError | None, known: Collection[str] = ()) -> dict[str, Any]:
    """The errors of a form for its template: `errors` by field, and `general`. Both are empty at first. A
    form whose fields have points in their names says which it has.
    """
    if error is None:
        return {"errors": {}, "general": ""}
    return {"errors": errors_of(error, known), "general": general_error(error)}


def is_fragment() -> bool:
    """Whether htmx asks for a part of the page."""
    return "HX-Request" in request.headers
