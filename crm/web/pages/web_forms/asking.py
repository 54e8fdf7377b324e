"""The form in which a web form is built: its entries, and a row for each question that it can ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask import request
from flask_babel import gettext as _

from crm.fields import whole_number
from crm.web.errors import Malformed
from crm.web.pages.web_forms.drawing import USUAL
from crm.web.records.entries import NUMBER, OPTIONAL, TEXT, TICK, WORDS, Entries, Entry
from crm.web.requests.forms import words_from, words_text
from crm.web.requests.reading import read
from crm.web_forms.fields import FILES, FOR_SERVICE, OWN_FIELDS, FileRules
from crm.web_forms.questions import askable

LAST = 1_000


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """`use` is empty, `asked` or `required`; `usual` is what it is called without a `label`; `of` says whose
    custom field it is. `rules` are those for files.
    """

    name: str
    usual: str
    of: str
    use: str
    label: str
    order: int | str
    rules: Mapping[str, Any] | None


def _as_text(asked: Any) -> str:
    return orjson.dumps(asked).decode()


def _from_text(text: str) -> list[dict[str, Any]]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Malformed("The form is not whole. Reload the page and try again.")
    return found


def _typed_asked(_name: str) -> str | None:
    """A choice between two versions has the questions in one text."""
    form = request.form
    if "asked" in form:
        return form["asked"]
    used = [name.removeprefix("use-") for name in form if name.startswith("use-") and form[name]]
    rows = [
        {
            "name": name,
            "label": form.get(f"label-{name}", "").strip() or None,
            "required": form[f"use-{name}"] == "required",
            "files": _typed_rules() if name == FILES else None,
        }
        for name in sorted(used, key=_order)
    ]
    return _as_text(rows)


def _typed_rules() -> dict[str, Any]:
    """What is no number is told by its field."""
    most, megabytes = (request.form.get(f"files-{each}", "").strip() for each in ("most", "megabytes"))
    return {
        "most": _number(most),
        "megabytes": _number(megabytes),
        "types": request.form.getlist("files-types"),
    }


def _number(text: str) -> int | str:
    found = whole_number(text)
    return text if found is None else found


def _order(name: str) -> int:
    found = whole_number(request.form.get(f"order-{name}", ""))
    return LAST if found is None else found


def _shown(text: str) -> list[str]:
    """For the choice between two versions."""
    rows = _from_text(text)
    return [f"{row.get('label') or row.get('name')}{'*' if row.get('required') else ''}" for row in rows]


def _typed_owners(name: str) -> str:
    return words_text(word for each in request.form.getlist(name) for word in words_from(each))


def _owners(name: str) -> list[int | str]:
    numbers = (whole_number(word) for word in words_from(_typed_owners(name)))
    return [number for number in numbers if number is not None]


ASKED = Entry(
    text=_as_text, value=lambda name: _from_text(_typed_asked(name) or "[]"), typed=_typed_asked, shown=_shown
)
OWNERS = Entry(text=lambda ids: words_text(map(str, ids)), value=_owners, typed=_typed_owners)
FOR_WHAT = Entry(text=words_text, value=lambda name: words_from(request.form.get(name, "")) or [*FOR_SERVICE])
ENTRIES: Entries = {
    "name": TEXT,
    "heading": OPTIONAL,
    "intro": OPTIONAL,
    "asked": ASKED,
    "button": OPTIONAL,
    "consent_text": OPTIONAL,
    "consent_purposes": FOR_WHAT,
    "thanks_text": OPTIONAL,
    "thanks_url": OPTIONAL,
    "pipeline_id": NUMBER,
    "owner_ids": OWNERS,
    "sites": WORDS,
    "active": TICK,
    "double_opt_in": TICK,
}


def question_rows(asked: str) -> list[QuestionRow]:
    """Those that the form asks, in their order, then the others."""
    custom = read(askable)
    used = {str(row.get("name")): row for row in _from_text(asked)}
    names = [*used, *(name for name in (*OWN_FIELDS, FILES, *custom) if name not in used)]
    whose = {"client": _("Client"), "lead": _("Lead")}
    return [
        QuestionRow(
            name,
            custom[name].label if name in custom else str(USUAL.get(name, name)),
            whose[custom[name].kind] if name in custom else "",
            _use(used.get(name)),
            str((used.get(name) or {}).get("label") or ""),
            list(used).index(name) + 1 if name in used else "",
            _rules(used.get(name)) if name == FILES else None,
        )
        for name in names
    ]


def _rules(row: dict[str, Any] | None) -> Mapping[str, Any]:
    rules = (row or {}).get("files")
    return rules if isinstance(rules, dict) else FileRules().model_dump()


def _use(row: dict[str, Any] | None) -> str:
    if row is None:
        return ""
    return "required" if row.get("required") else "asked"
