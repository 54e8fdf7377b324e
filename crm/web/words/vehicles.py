"""Words of vehicles: their states, how long they are in stock, their mileage; Jinja knows each."""

from typing import Any

from flask import Flask
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from crm.catalogue.public_stock import PublicVehicle
from crm.catalogue.vehicle import Vehicle
from crm.web.i18n import worded
from crm.web.words.formats import number

STATUSES: dict[str, LazyString] = {
    "available": lazy_gettext("Available"),
    "pending": lazy_gettext("On a deal"),
    "sold": lazy_gettext("Sold"),
    "withdrawn": lazy_gettext("Withdrawn"),
}
STATUS_TONES = {"available": "good", "pending": "warn", "sold": "quiet", "withdrawn": "bad"}
AGES: dict[str, LazyString] = {
    "0-30": lazy_gettext("Up to 30 days"),
    "31-60": lazy_gettext("31 to 60 days"),
    "61-90": lazy_gettext("61 to 90 days"),
    "over-90": lazy_gettext("Over 90 days"),
}
AGE_TONES = {"0-30": "good", "31-60": "news", "61-90": "warn", "over-90": "bad"}


def install_vehicle_words(app: Flask) -> None:
    app.jinja_env.filters.update(mileage=mileage_text, worded=worded)
    app.jinja_env.globals.update(
        vehicle_statuses=STATUSES, vehicle_status_tones=STATUS_TONES, vehicle_age_tones=AGE_TONES
    )


def mileage_text(vehicle: Vehicle | PublicVehicle) -> str:
    if vehicle.mileage is None:
        return ""
    unit = _("mi") if vehicle.mileage_unit == "mi" else _("km")
    return f"{number(vehicle.mileage)} {unit}"


def costs_text(lines: Any) -> str:
    """The lines of reconditioning in the ledger; their currency is the vehicle's."""
    return ", ".join(f"{line['title']}: {number(line['amount'])}" for line in lines)


def pictures_text(file_ids: Any) -> str:
    return str(number(len(file_ids)))
