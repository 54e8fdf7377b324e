"""A stale save: shows both versions of the record, and loses none."""

from typing import Any

import orjson
from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.web.records.entries import Entries, Entry, Texts, typed_texts
from crm.web.requests.reading import read
from crm.web.words.fields import Known, label_of, show_value
from crm.web.words.names import read_linked_names

STALE = 412


def show_stale(
    entries: Entries,
    theirs: Texts,
    *,
    carried: Texts | None = None,
    namings: Texts | None = None,
    labels: Texts | None = None,
    **page: Any,
) -> ResponseReturnValue:
    """Where only one of them changed a field, that one is chosen beforehand.

    `theirs` are the texts of the record as it is now, `carried` what the form says beside them, `namings` its
    fields that name a new record, by the field that holds the id, `labels` the names of custom fields. `page`
    names the record and where the choice goes: `name`, `version`, `action`, `back` and `trail`.
    """
    mine = {name: entries[name].plain(text) for name, text in typed_texts(entries).items()}
    new = _typed_names(namings or {})
    known, base = Known(read(read_linked_names, mine, theirs, *_parts(entries, mine, theirs))), _base()
    differing = [name for name in mine if name in new or mine[name] != theirs[name]]
    kept = {name: theirs[name] if name in new else text for name, text in mine.items()}
    values: dict[str, Any] = {
        "same": {name: text for name, text in kept.items() if name in new or name not in differing}
        | dict(carried or {}),
        "choices": [
            _shown(known, name, entries[name], theirs[name], mine[name])
            | {"mine_changed": mine[name] != base.get(name, theirs[name])}
            | ({"label": labels[name]} if labels and name in labels else {})
            | new.get(name, {})
            for name in differing
        ],
    }
    return render_template("ui/stale.html", **values, **page), STALE


def _parts(entries: Entries, *texts: Texts) -> list[dict[str, Any]]:
    """What lists of rows hold, whose parts may name records."""
    return [
        {name: entries[name].shown(text) for name, text in each.items() if text and name in entries}
        for each in texts
    ]


def _shown(known: Known, name: str, entry: Entry, theirs: str, mine: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": label_of(name),
        "mine": mine,
        "theirs": theirs,
        "mine_shown": show_value(name, entry.shown(mine), known),
        "theirs_shown": show_value(name, entry.shown(theirs), known),
    }


def _typed_names(namings: Texts) -> dict[str, dict[str, Any]]:
    """What is chosen instead of a record's id where a new one was named, by the field of the id: that it is
    made, or that the record keeps the one that it has.
    """
    return {
        name: {
            "name": field,
            "mine": typed,
            "theirs": "",
            "mine_shown": _("New: %(name)s", name=typed),
            "mine_changed": True,
        }
        for name, field in namings.items()
        if (typed := request.form.get(field, "").strip())
    }


def _base() -> dict[str, Any]:
    try:
        base = orjson.loads(request.form.get("base", ""))
    except orjson.JSONDecodeError:
        return {}
    return base if isinstance(base, dict) else {}
