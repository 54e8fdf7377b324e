"""A save that came too late: both versions of the record side by side, and none of them lost."""

from typing import Any

import orjson
from flask import render_template, request
from flask.typing import ResponseReturnValue

from crm.web.records.entries import Entries, Texts, typed_texts
from crm.web.requests.reading import read
from crm.web.words.fields import Known, label_of, show_value
from crm.web.words.names import read_linked_names

STALE = 412


def show_stale(
    entries: Entries, theirs: Texts, *, carried: Texts | None = None, **page: Any
) -> ResponseReturnValue:
    """Where only one of them changed a field, that one is chosen beforehand.

    `theirs` are the texts of the record as it is now, `carried` what the form says beside them. `page` names
    the record and where the choice goes: `name`, `version`, `action`, `back` and `trail`.
    """
    mine = {name: entries[name].plain(text) for name, text in typed_texts(entries).items()}
    known, base = Known(read(read_linked_names, mine, theirs)), _base()
    differing = [name for name in mine if mine[name] != theirs[name]]
    values: dict[str, Any] = {
        "same": {name: text for name, text in mine.items() if name not in differing} | dict(carried or {}),
        "choices": [
            {
                "name": name,
                "label": label_of(name),
                "mine": mine[name],
                "theirs": theirs[name],
                "mine_shown": show_value(name, entries[name].shown(mine[name]), known),
                "theirs_shown": show_value(name, entries[name].shown(theirs[name]), known),
                "mine_changed": mine[name] != base.get(name, theirs[name]),
            }
            for name in differing
        ],
    }
    return render_template("ui/stale.html", **values, **page), STALE


def _base() -> dict[str, Any]:
    try:
        base = orjson.loads(request.form.get("base", ""))
    except orjson.JSONDecodeError:
        return {}
    return base if isinstance(base, dict) else {}
