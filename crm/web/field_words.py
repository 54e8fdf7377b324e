"""The names of fields and values, as people read them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.web.presentation import country_name, phone


@dataclass(frozen=True, slots=True)
class Known:
    """Names for the ids in the entries: of clients and of users."""

    clients: Mapping[int, str] = field(default_factory=dict)
    users: Mapping[int, str] = field(default_factory=dict)


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
}


def label_of(name: str) -> str:
    return str(LABELS.get(name) or name.replace("_", " ").capitalize())


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


SHOWN: dict[str, Callable[[Any, Known], str]] = {
    "phone": lambda value, _known: phone(value),
    "country": lambda value, _known: country_name(value),
    "owner_id": lambda value, known: known.users.get(value, f"№ {value}"),
    "company_id": lambda value, known: known.clients.get(value, f"№ {value}"),
    "name": lambda value, _known: str(value),
    "notes": lambda value, _known: str(value),
    "source": lambda value, _known: str(value),
    "city": lambda value, _known: str(value),
}
