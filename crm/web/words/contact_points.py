"""The e-mail addresses and phone numbers of a client, with their labels, as people read them."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.web.words.presentation import phone

LABELS = {
    "work": lazy_gettext("Work"),
    "home": lazy_gettext("Home"),
    "mobile": lazy_gettext("Mobile"),
    "fax": lazy_gettext("Fax"),
    "other": lazy_gettext("Other"),
}
"""What people choose from; they may write another."""


def label_text(label: str) -> str:
    """The usual ones in the reader's language."""
    return str(LABELS.get(label.casefold(), label))


def points_text(points: Iterable[Mapping[str, Any]], form: str) -> str:
    """In one line, the main one first."""
    return ", ".join(_with_label(_shown(point[form], form), point["label"]) for point in points)


def _shown(value: str, form: str) -> str:
    return phone(value) if form == "phone" else value


def _with_label(value: str, label: str | None) -> str:
    return _("%(value)s (%(label)s)", value=value, label=label_text(label)) if label else value
