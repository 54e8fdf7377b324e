"""The list of vehicles: columns, usual views, filters and their choices."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.catalogue.days_in_stock import BANDS
from crm.catalogue.kind import VEHICLE
from crm.catalogue.vehicle_words import WORDS, words_in_use
from crm.db.transaction import Transaction
from crm.records.tags import list_tags
from crm.web.lists.choices import Choices
from crm.web.lists.chosen_columns import column_names
from crm.web.lists.filters import CHANGED, CREATED, SEARCH, TAG, Field
from crm.web.lists.page import Columns, ListPage, TrashWords
from crm.web.lists.saved_views import UsualView
from crm.web.lists.vehicle_address import VehicleAddress
from crm.web.words.formats import number
from crm.web.words.vehicles import AGES, STATUSES

FILTERS = (
    SEARCH,
    Field("status", lazy_gettext("Status"), "choice", at_hand=True),
    Field("make", lazy_gettext("Make"), "choice", at_hand=True),
    Field("age", lazy_gettext("Days in stock"), "choice", at_hand=True),
    TAG,
    Field("model", lazy_gettext("Model"), "words"),
    Field("body", lazy_gettext("Body"), "choice"),
    Field("fuel", lazy_gettext("Fuel"), "choice"),
    Field("condition", lazy_gettext("Condition"), "choice"),
    Field("location", lazy_gettext("Location"), "choice"),
    Field("year", lazy_gettext("Year"), "amounts"),
    Field("price", lazy_gettext("Price"), "amounts", show=lambda amount: number(float(amount))),
    Field("mileage", lazy_gettext("Mileage in km"), "amounts", show=lambda amount: number(float(amount))),
    Field("vin", lazy_gettext("VIN"), "words"),
    Field("stock_number", lazy_gettext("Stock number"), "words"),
    CREATED,
    CHANGED,
)


def _columns(_wanted: VehicleAddress) -> Columns:
    return [
        (_("Vehicle"), "name", "col-main"),
        (_("Stock number"), "stock_number", "col-stock"),
        (_("Status"), "status", "col-status"),
        (_("Price"), "price", "col-price number"),
        (_("Mileage"), "mileage", "col-mileage number"),
        (_("In stock"), "stocked_on", "col-days number"),
        (_("Location"), "location", "col-location"),
        (_("Changed"), "updated_at", "col-time end"),
    ]


def _usual_views() -> list[UsualView]:
    return [
        (_("All"), "car", {}),
        (_("In stock"), "car", {"status": "in_stock"}),
        (_("Available"), "circle-check", {"status": "available"}),
        (_("On a deal"), "hourglass", {"status": "pending"}),
        (_("Over 90 days"), "calendar", {"age": "over-90"}),
        (_("Sold"), "trophy", {"status": "sold"}),
    ]


def vehicle_choices(tx: Transaction, wanted: VehicleAddress) -> Choices:
    return {
        "status": [("in_stock", str(_("In stock"))), *((name, str(text)) for name, text in STATUSES.items())],
        "age": [(band, str(AGES[band])) for band in BANDS],
        "tag": [(tag.name, tag.name) for tag in list_tags(tx, "vehicle")],
        **{name: _used(tx, name, getattr(wanted, name)) for name in WORDS},
    }


def _used(tx: Transaction, name: str, chosen: str | None) -> list[tuple[Any, str]]:
    words = words_in_use(tx, name)
    return [(word, word) for word in (*words, *([chosen] if chosen and chosen not in words else ()))]


VEHICLE_LIST = ListPage(
    kind=VEHICLE,
    address=VehicleAddress,
    folder="vehicles",
    filters=FILTERS,
    columns=_columns,
    extras=lambda tx: column_names(tx, VEHICLE, {}),
    usual=_usual_views,
    choices=lambda tx, wanted, _extras: vehicle_choices(tx, wanted),
    cells=True,
    css="table-vehicles",
    trash=TrashWords(
        lazy_gettext("Deleted vehicles are kept here and can be restored."),
        lazy_gettext("Deleted vehicles"),
        lambda vehicle: vehicle.stock_number,
    ),
)
