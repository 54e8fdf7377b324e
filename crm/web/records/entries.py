"""The entries of a form: each field's text, its value, and how it is shown."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
from flask import request

from crm.fields import whole_number
from crm.web.requests.amounts import amount_text, plain_amount, typed_amount
from crm.web.requests.forms import number_from, words_from, words_text
from crm.web.words.formats import number

Texts = Mapping[str, str]


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _typed(name: str) -> str:
    return request.form.get(name, "")


def _typed_text(name: str) -> str | None:
    """A browser ends the lines of a text by CR LF."""
    return request.form[name].replace("\r\n", "\n") if name in request.form else None


def _same(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Entry:
    """`text` is a stored value as the field holds it, `value` what the form's field of that name says. What
    is typed in two ways that mean the same is one of `plain`. `shown` is what `show_value` takes of a text.
    `typed` is the text that the form has for it; None where the form does not have the field.

    A browser sends nothing for a checkbox that is not ticked.
    """

    text: Callable[[Any], str] = _plain
    value: Callable[[str], Any] = _typed
    plain: Callable[[str], str] = _same
    shown: Callable[[str], Any] = _same
    typed: Callable[[str], str | None] = _typed_text


Entries = Mapping[str, Entry]


def _whole_or_text(text: str) -> int | str:
    found = whole_number(text)
    return text if found is None else found


def _amount_as_shown(text: str) -> Decimal | str:
    value = typed_amount(text, "")
    return text if value is None else number(value)


def _plain_amount(text: str) -> str:
    value = typed_amount(text, _typed("currency"))
    return text if value is None else amount_text(value)


TEXT = Entry()
OPTIONAL = Entry(value=lambda name: _typed(name) or None)
NUMBER = Entry(value=lambda name: number_from(_typed(name), name), shown=_whole_or_text)
WORDS = Entry(text=words_text, value=lambda name: words_from(_typed(name)))
TICK = Entry(
    text=lambda value: "1" if value else "",
    value=lambda name: _typed(name) == "1",
    shown=lambda text: text == "1",
    typed=_typed,
)
AMOUNT = Entry(
    text=amount_text,
    value=lambda name: plain_amount(_typed(name), _typed("currency")),
    plain=_plain_amount,
    shown=_amount_as_shown,
)

OPTIONAL_AMOUNT = Entry(
    text=lambda value: "" if value is None else amount_text(value),
    value=lambda name: plain_amount(_typed(name), _typed("currency")) if _typed(name).strip() else None,
    plain=lambda text: _plain_amount(text) if text.strip() else "",
    shown=lambda text: _amount_as_shown(text) if text.strip() else "",
)
"""Where nothing is not the same as 0."""


def texts_of(entries: Entries, facts: Mapping[str, Any]) -> dict[str, str]:
    """Stored values as the form's fields hold them."""
    return {name: entry.text(facts[name]) for name, entry in entries.items()}


def typed_texts(entries: Entries) -> dict[str, str]:
    """The values of the fields that the form has."""
    typed = {name: entry.typed(name) for name, entry in entries.items()}
    return {name: text for name, text in typed.items() if text is not None}


def changed_entries(entries: Entries, held: Texts) -> set[str]:
    """The fields where the form differs from the record, whose texts are `held`."""
    return {name for name, text in typed_texts(entries).items() if text != held[name]}


def given_values(entries: Entries, names: Collection[str]) -> dict[str, Any]:
    """The values of these fields. Raises Invalid naming one that is not a number."""
    return {name: entry.value(name) for name, entry in entries.items() if name in names}


def base_of(values: Texts) -> str:
    """The values that a form was made from, which it sends along."""
    return request.form.get("base") or orjson.dumps(values).decode()
