"""Names of fields and values as people read them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.custom_fields.custom_field import PREFIX
from crm.errors import CrmError, Invalid
from crm.fields import whole_number
from crm.web.i18n import worded
from crm.web.kinds.known import known_kinds, known_words
from crm.web.words.custom_fields import CustomByKind, CustomByName, custom_label, show_custom
from crm.web.words.names import Names
from crm.work.notes import Note

PARAMETERS = {"since": lazy_gettext("From"), "until": lazy_gettext("To"), "months": lazy_gettext("Period")}
"""Of addresses, that are a field of no kind."""


@dataclass(frozen=True, slots=True)
class Known:
    """Names for the ids in the entries, and the notes and custom fields in them, as they are now."""

    names: Names = field(default_factory=dict)
    notes: Mapping[int, Note] = field(default_factory=dict)
    custom: CustomByKind = field(default_factory=dict)

    def name(self, kind: str, record_id: object) -> str | None:
        return self.names.get(kind, {}).get(record_id) if isinstance(record_id, int) else None


def label_of(name: str, custom: CustomByName | None = None) -> str:
    """`custom` are the custom fields of the record's kind."""
    if name.startswith(PREFIX):
        return custom_label(name, custom or {})
    return str(known_words().labels.get(name) or PARAMETERS.get(name) or name.replace("_", " ").capitalize())


def sentence_of(error: CrmError) -> str:
    """A refusal in one sentence, each field by its name."""
    if not isinstance(error, Invalid):
        return worded(error.message)
    return "; ".join(f"{label_of(each.field)}: {worded(each.message)}" for each in error.problems)


def show_value(name: str, value: Any, known: Known, custom: CustomByName | None = None) -> str:
    """A stored value as people read it; `custom` as for `label_of`."""
    if value is None or value in ("", []):
        return ""
    if custom and name in custom:
        return show_custom(custom[name], value, known.name)
    if name in known_kinds().links:
        return known.name(known_kinds().links[name].name, value) or f"№ {value}"
    if isinstance(value, list) and _names_records(value[0]):
        return ", ".join(_show_link(part, known) for part in value)
    return _show_plain(name, value)


def _names_records(part: object) -> bool:
    return isinstance(part, Mapping) and bool(known_kinds().links.keys() & part.keys())


def _show_link(part: Mapping[str, Any], known: Known) -> str:
    """A record that one of several parts names, with what is said of it there."""
    name = next(name for name in part if name in known_kinds().links)
    number = whole_number(part[name]) if isinstance(part[name], str) else part[name]
    shown = known.name(known_kinds().links[name].name, number) or f"№ {part[name]}"
    return str(_("%(value)s (%(label)s)", value=shown, label=part["role"])) if part.get("role") else shown


def _show_plain(name: str, value: Any) -> str:
    words = known_words()
    if name in words.shown:
        return words.shown[name](value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(words.values.get(value, value))
