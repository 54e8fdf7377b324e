"""A save that came too late: both versions of the record side by side, and none of them lost."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from flask import render_template, request

from crm.web.requests.forms import words_text
from crm.web.words.fields import label_of

Texts = Mapping[str, str]


def as_texts(facts: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """Stored values as the form's fields hold them."""
    return {name: _as_text(facts[name]) for name in names}


def as_base(values: Texts) -> str:
    """What a form was made from, as it carries it along."""
    return request.form.get("base") or orjson.dumps(values).decode()


def render_stale(mine: Texts, theirs: Texts, show: Callable[[str, str], str], **page: Any) -> str:
    """Where only one of them changed a field, that one is chosen beforehand.

    `show` takes a field's name and its text. `page` names the record and where the choice goes: `name`,
    `version`, `action`, `back` and `trail`.
    """
    base = _base()
    differing = [name for name in mine if mine[name] != theirs[name]]
    return render_template(
        "ui/stale.html",
        same={name: text for name, text in mine.items() if name not in differing},
        choices=[
            {
                "name": name,
                "label": label_of(name),
                "mine": mine[name],
                "theirs": theirs[name],
                "mine_shown": show(name, mine[name]),
                "theirs_shown": show(name, theirs[name]),
                "mine_changed": mine[name] != base.get(name, theirs[name]),
            }
            for name in differing
        ],
        **page,
    )


def _as_text(value: object) -> str:
    if isinstance(value, list):
        return words_text(value)
    return "" if value is None else str(value)


def _base() -> dict[str, Any]:
    try:
        base = orjson.loads(request.form.get("base", ""))
    except orjson.JSONDecodeError:
        return {}
    return base if isinstance(base, dict) else {}
