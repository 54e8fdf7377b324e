"""What lists of vehicles can be filtered by in `?filter=`."""

from typing import get_args

from crm.catalogue.costs import sees_costs
from crm.catalogue.stock_numbers import stock_key
from crm.catalogue.vehicle_fields import MileageUnit, Status
from crm.catalogue.vin import clean_vin
from crm.custom_fields.listing import custom_filters
from crm.db.transaction import Transaction
from crm.records.conditions.fields import FilterField, FilterFields
from crm.records.keys import place_key, sort_key


def vehicle_filter_fields(tx: Transaction) -> FilterFields:
    """Nobody finds by conditions what they may not see."""
    costs = {"cost": FilterField(type="amount", column="v.cost_minor")} if sees_costs(tx) else {}
    return FIELDS | costs | custom_filters(tx, "vehicle", "v")


def _word(name: str, *, optional: bool = True) -> FilterField:
    column = f"{name}_key"
    return FilterField(
        type="text",
        column=f"v.{column}",
        indexed=True,
        paired=column,
        optional=optional,
        keys=lambda text: [place_key(text) or text],
    )


FIELDS: dict[str, FilterField] = {
    "name": FilterField(
        type="text", column="v.name_key", indexed=True, optional=False, keys=lambda text: [sort_key(text)]
    ),
    "stock_number": FilterField(
        type="text", column="v.stock_key", indexed=True, optional=False, keys=lambda text: [stock_key(text)]
    ),
    "vin": FilterField(type="text", column="v.vin", indexed=True, keys=lambda text: [clean_vin(text)]),
    "year": FilterField(type="number", column="v.year", indexed=True, optional=False),
    "make": _word("make", optional=False),
    "model": _word("model", optional=False),
    "body": _word("body"),
    "fuel": _word("fuel"),
    "condition": _word("condition"),
    "location": _word("location"),
    "trim": FilterField(type="text", column="v.trim"),
    "transmission": FilterField(type="text", column="v.transmission"),
    "colour": FilterField(type="text", column="v.colour"),
    "mileage": FilterField(type="number", column="v.mileage"),
    "mileage_unit": FilterField(
        type="choice", column="v.mileage_unit", optional=False, values=get_args(MileageUnit)
    ),
    "price": FilterField(type="amount", column="v.price_minor"),
    "currency": FilterField(type="choice", column="v.currency", optional=False),
    "status": FilterField(
        type="choice",
        column="v.status",
        indexed=True,
        paired="status",
        optional=False,
        values=get_args(Status),
    ),
    "first_registration": FilterField(type="day", column="v.first_registration"),
    "stocked_on": FilterField(type="day", column="v.stocked_on", indexed=True, optional=False),
    "sold_on": FilterField(type="day", column="v.sold_on"),
    "description": FilterField(type="text", column="v.description"),
    "notes": FilterField(type="text", column="v.notes"),
    "tags": FilterField(type="tags", column="v.first_tag"),
    "created_at": FilterField(type="moment", column="v.created_at", indexed=True, optional=False),
    "updated_at": FilterField(type="moment", column="v.updated_at", indexed=True, optional=False),
}
