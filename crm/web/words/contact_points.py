"""The e-mail addresses, numbers, addresses and birthday of a client, as people read them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from flask_babel import gettext as _

from crm.clients.addresses import ClientAddress
from crm.clients.birthdays import ANY_LEAP_YEAR
from crm.web.words.contact_labels import label_text
from crm.web.words.countries import country_name
from crm.web.words.formats import reader_formats
from crm.web.words.phones import phone


def points_text(points: Iterable[Mapping[str, Any]], form: str) -> str:
    """In one line, the main one first."""
    return ", ".join(_with_label(_shown(point[form], form), point["label"]) for point in points)


def _shown(value: str, form: str) -> str:
    return phone(value) if form == "phone" else value


def _with_label(value: str, label: str | None) -> str:
    return _("%(value)s (%(label)s)", value=value, label=label_text(label)) if label else value


def addresses_text(addresses: Iterable[Mapping[str, Any]]) -> str:
    """In one line, the main one first."""
    return "; ".join(_with_label(address_text(each), each.get("label")) for each in addresses)


def address_text(address: Mapping[str, Any]) -> str:
    """In one line."""
    return ", ".join(line for text in address_lines(address) for line in text.split("\n"))


def address_lines(given: Mapping[str, Any] | ClientAddress) -> list[str]:
    """As on an envelope: the street, of several lines perhaps, then where that is."""
    address = asdict(given) if isinstance(given, ClientAddress) else given
    place = " ".join(filter(None, (address.get("postal_code"), address.get("city"))))
    country = address.get("country")
    lines = (address.get("street"), place, address.get("region"), country_name(country) if country else None)
    return [line for line in lines if line]


def birthday_text(birthday: str) -> str:
    """With its year, if that is known."""
    year, month, day = birthday.rsplit("-", 2)
    if year == "-":
        return reader_formats().day_of_any_year(date(ANY_LEAP_YEAR, int(month), int(day)))
    return reader_formats().day(date.fromisoformat(birthday), date.min)
