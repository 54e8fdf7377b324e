"""The names of fields and values, as people read them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.errors import CrmError, Invalid
from crm.web.i18n import worded
from crm.web.words.leads import exact_time, type_word
from crm.web.words.presentation import calendar_day, country_name, number, phone
from crm.work.notes import Note


@dataclass(frozen=True, slots=True)
class Known:
    """Names for the ids in the entries, and the notes that they tell of, as they are now."""

    clients: Mapping[int, str] = field(default_factory=dict)
    users: Mapping[int, str] = field(default_factory=dict)
    leads: Mapping[int, str] = field(default_factory=dict)
    stages: Mapping[int, str] = field(default_factory=dict)
    pipelines: Mapping[int, str] = field(default_factory=dict)
    tasks: Mapping[int, str] = field(default_factory=dict)
    notes: Mapping[int, Note] = field(default_factory=dict)


LABELS = {
    "name": lazy_gettext("Name"),
    "kind": lazy_gettext("Kind"),
    "email": lazy_gettext("E-mail"),
    "phone": lazy_gettext("Phone"),
    "company_id": lazy_gettext("Company"),
    "website": lazy_gettext("Website"),
    "address": lazy_gettext("Address"),
    "city": lazy_gettext("City"),
    "country": lazy_gettext("Country"),
    "public_url": lazy_gettext("Address of this appliance"),
    "status": lazy_gettext("Status"),
    "source": lazy_gettext("Source"),
    "owner_id": lazy_gettext("Owner"),
    "tags": lazy_gettext("Tags"),
    "notes": lazy_gettext("Notes"),
    "role": lazy_gettext("Role"),
    "scope": lazy_gettext("Scope"),
    "language": lazy_gettext("Language"),
    "timezone": lazy_gettext("Time zone"),
    "currency": lazy_gettext("Currency"),
    "disabled": lazy_gettext("Locked out"),
    "picture_id": lazy_gettext("Picture"),
    "title": lazy_gettext("Title"),
    "value": lazy_gettext("Value"),
    "client_id": lazy_gettext("Client"),
    "conversation_id": lazy_gettext("Conversation"),
    "pipeline_id": lazy_gettext("Pipeline"),
    "stage_id": lazy_gettext("Stage"),
    "expected_close": lazy_gettext("Expected close"),
    "details": lazy_gettext("Details"),
    "type": lazy_gettext("Type"),
    "lost_reason": lazy_gettext("Lost reason"),
    "text": lazy_gettext("Text"),
    "minutes": lazy_gettext("Minutes"),
    "direction": lazy_gettext("Direction"),
    "happened_at": lazy_gettext("When"),
    "due_at": lazy_gettext("Due"),
    "due_day": lazy_gettext("Due"),
    "repeat": lazy_gettext("Repeats"),
    "assignee_id": lazy_gettext("Assignee"),
    "colour": lazy_gettext("Colour"),
    "probability": lazy_gettext("Probability"),
    "stale_days": lazy_gettext("Stale after days"),
    "archived_at": lazy_gettext("Archived"),
    "closed_at": lazy_gettext("Closed"),
    "is_default": lazy_gettext("Default"),
    "lead_type": lazy_gettext("Type of lead"),
}
WORDS = {
    "active": lazy_gettext("Active"),
    "inactive": lazy_gettext("Inactive"),
    "prospect": lazy_gettext("Prospect"),
    "person": lazy_gettext("Person"),
    "company": lazy_gettext("Company"),
    "owner": lazy_gettext("Owner"),
    "admin": lazy_gettext("Admin"),
    "member": lazy_gettext("Member"),
    "viewer": lazy_gettext("Viewer"),
    "read": lazy_gettext("Read"),
    "write": lazy_gettext("Read and write"),
    "new": lazy_gettext("New"),
    "in_progress": lazy_gettext("In progress"),
    "waiting": lazy_gettext("Waiting"),
    "open": lazy_gettext("Open"),
    "won": lazy_gettext("Won"),
    "lost": lazy_gettext("Lost"),
    "in": lazy_gettext("Incoming"),
    "out": lazy_gettext("Outgoing"),
    "daily": lazy_gettext("Every day"),
    "weekdays": lazy_gettext("Every weekday"),
    "weekly": lazy_gettext("Every week"),
    "monthly": lazy_gettext("Every month"),
    "yearly": lazy_gettext("Every year"),
}


def label_of(name: str) -> str:
    return str(LABELS.get(name) or name.replace("_", " ").capitalize())


def told(error: CrmError) -> str:
    """A refusal in one sentence, each field by its name."""
    if not isinstance(error, Invalid):
        return worded(error.message)
    return "; ".join(f"{label_of(each.field)}: {worded(each.message)}" for each in error.problems)


def show_value(name: str, value: Any, known: Known) -> str:
    """A stored value as people read it."""
    if value is None or value in ("", []):
        return ""
    if name in SHOWN:
        return SHOWN[name](value, known)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(WORDS.get(value, value))


def _as_it_is(value: Any, _known: Known) -> str:
    return str(value)


SHOWN: dict[str, Callable[[Any, Known], str]] = {
    "title": _as_it_is,
    "details": _as_it_is,
    "text": _as_it_is,
    "lost_reason": _as_it_is,
    "client_id": lambda value, known: known.clients.get(value, f"№ {value}"),
    "assignee_id": lambda value, known: known.users.get(value, f"№ {value}"),
    "stage_id": lambda value, known: known.stages.get(value, f"№ {value}"),
    "pipeline_id": lambda value, known: known.pipelines.get(value, f"№ {value}"),
    "type": lambda value, _known: str(type_word(value)),
    "value": lambda value, _known: value if isinstance(value, str) else number(value),
    "expected_close": lambda value, _known: calendar_day(value),
    "due_at": lambda value, _known: exact_time(value),
    "due_day": lambda value, _known: calendar_day(value),
    "happened_at": lambda value, _known: exact_time(value),
    "archived_at": lambda value, _known: exact_time(value),
    "closed_at": lambda value, _known: exact_time(value),
    "phone": lambda value, _known: phone(value),
    "country": lambda value, _known: country_name(value),
    "owner_id": lambda value, known: known.users.get(value, f"№ {value}"),
    "company_id": lambda value, known: known.clients.get(value, f"№ {value}"),
    "name": _as_it_is,
    "notes": _as_it_is,
    "source": _as_it_is,
    "city": _as_it_is,
}
