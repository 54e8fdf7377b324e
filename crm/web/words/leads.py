"""Words for the types and statuses of leads, and the assignees of tasks; Jinja knows each."""

from typing import Any

from flask import Flask
from flask_babel import LazyString, lazy_gettext

from crm.web.requests.reading import read
from crm.web.words.choices import People, user_choices

STATUSES: dict[str, LazyString] = {
    "new": lazy_gettext("New"),
    "in_progress": lazy_gettext("In progress"),
    "waiting": lazy_gettext("Waiting"),
    "won": lazy_gettext("Won"),
    "lost": lazy_gettext("Lost"),
}
STATUS_TONES = {"new": "news", "in_progress": "accent", "waiting": "warn", "won": "good", "lost": "bad"}
TYPES: dict[str, LazyString] = {
    "order": lazy_gettext("Order"),
    "inquiry": lazy_gettext("Inquiry"),
    "support": lazy_gettext("Support"),
    "other": lazy_gettext("Other"),
}


def install_lead_words(app: Flask) -> None:
    app.jinja_env.filters.update(type_word=type_word)
    app.jinja_env.globals.update(lead_statuses=STATUSES, lead_status_tones=STATUS_TONES)
    app.jinja_env.globals.update(people=people)


def people() -> People:
    """The possible assignees of a task."""
    return read(user_choices)


def type_word(name: str) -> Any:
    """A usual type in the reader's language, others as the workspace named them."""
    return TYPES.get(name, name[:1].upper() + name[1:])
