"""The e-mail addresses and phone numbers of a client, with their labels, as people read them."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from crm.web.words.contact_labels import label_text
from crm.web.words.phones import phone


def points_text(points: Iterable[Mapping[str, Any]], form: str) -> str:
    """In one line, the main one first."""
    return ", ".join(_with_label(_shown(point[form], form), point["label"]) for point in points)


def _shown(value: str, form: str) -> str:
    return phone(value) if form == "phone" else value


def _with_label(value: str, label: str | None) -> str:
    return _("%(value)s (%(label)s)", value=value, label=label_text(label)) if label else value
