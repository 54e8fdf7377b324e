"""Filters and orders of the list of vehicles, as SQL."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from crm.accounts.conditions import with_conditions
from crm.accounts.day_filters import created_and_updated
from crm.catalogue.days_in_stock import AgeBand, stocked_between, workspace_today
from crm.catalogue.stock_numbers import stock_key
from crm.catalogue.vehicle import VEHICLE_COLUMNS
from crm.catalogue.vin import clean_vin
from crm.clients.filters import place_parts
from crm.custom_fields.listing import sorts_with_custom
from crm.db.bounds import bound_parts
from crm.db.list_parts import Condition, Listed, Part, Sort, column_among, column_part
from crm.db.transaction import Transaction
from crm.money import Amount
from crm.records.conditions.grammar import FilterText
from crm.records.list_filters import amount_parts, sought_parts
from crm.records.seen import seen_parts
from crm.time_fields import Day

VehicleStatus = Literal["available", "pending", "sold", "withdrawn", "in_stock"]
IN_STOCK: Literal["in_stock"] = "in_stock"
WORDS = ("make", "model", "body", "fuel", "condition", "location")
MOST_WORD = 100


def _word() -> str | None:
    found: str | None = Field(default=None, min_length=1, max_length=MOST_WORD)
    return found


class VehicleFilter(BaseModel):
    """The filters of a list of vehicles; bounds are inclusive. `deleted` lists the trash.

    Created and changed are days in the actor's time zone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str | None = Field(
        default=None, max_length=200, description="Words of the name, stock number, VIN, colour or location"
    )
    status: VehicleStatus | None = Field(default=None, description="in_stock: not sold")
    vin: str | None = Field(default=None, min_length=1, max_length=40)
    stock_number: str | None = Field(default=None, min_length=1, max_length=40)
    make: str | None = _word()
    model: str | None = _word()
    body: str | None = _word()
    fuel: str | None = _word()
    condition: str | None = _word()
    location: str | None = _word()
    tag: str | None = Field(default=None, min_length=1, max_length=50)
    age: AgeBand | None = Field(default=None, description="Days in stock, of those that are not sold")
    year_from: int | None = Field(default=None, ge=0, le=9999)
    year_to: int | None = Field(default=None, ge=0, le=9999)
    price_from: Amount | None = None
    price_to: Amount | None = None
    mileage_from: int | None = Field(default=None, ge=0, le=99_999_999, description="In kilometres")
    mileage_to: int | None = Field(default=None, ge=0, le=99_999_999)
    created_from: Day | None = None
    created_to: Day | None = None
    updated_from: Day | None = None
    updated_to: Day | None = None
    deleted: bool = False
    filter: FilterText | None = None


SORTS = {
    "created_at": Sort(("v.id",), (int,), moment="v.created_at"),
    "updated_at": Sort(("v.updated_at", "v.id"), (str, int)),
    "name": Sort(("v.name_key", "v.id"), (str, int)),
    "stock_number": Sort(("v.stock_key", "v.id"), (str, int)),
    "year": Sort(("v.year", "v.id"), (int, int)),
    "price": Sort(("COALESCE(v.price_minor, -1)", "v.id"), (int, int)),
    "mileage": Sort(("COALESCE(v.mileage_km, -1)", "v.id"), (int, int)),
    "status": Sort(("v.status", "v.id"), (str, int)),
    "stocked_on": Sort(("v.stocked_on", "v.id"), (str, int)),
    "location": Sort(("COALESCE(v.location_key, '')", "v.id"), (str, int), optional="v.location_key"),
    "tags": Sort(("COALESCE(v.first_tag, '')", "v.id"), (str, int), optional="v.first_tag"),
    "deleted_at": Sort(("v.deleted_at", "v.id"), (str, int), of_trash=True),
}
VEHICLES = Listed(
    table="vehicles",
    alias="v",
    shown=VEHICLE_COLUMNS,
    texts="(v.name_key || ' ' || v.sought)",
    joined="v.joined",
    sorts=SORTS,
)


def sorts_for(tx: Transaction, sort: str | None) -> Mapping[str, Sort]:
    """With those by custom fields where one is asked for."""
    return sorts_with_custom(tx, "vehicle", "v", SORTS, sort)


def filter_parts(tx: Transaction, wanted: VehicleFilter) -> list[Part] | None:
    """The filters that are set, the most selective first; None when one cannot match anything."""
    parts = _identities(wanted)
    sought = sought_parts(tx, "vehicle", wanted.q, wanted.tag, filled="v.first_tag")
    if sought is None:
        return None
    parts += sought
    parts += place_parts(tx, VEHICLES, {name: getattr(wanted, name) for name in WORDS})
    if wanted.status == IN_STOCK:
        parts.append(Condition("v.sold_on IS NULL", drives=False))
    elif wanted.status is not None:
        parts.append(column_part(VEHICLES, "status", wanted.status))
    parts += [*_bounds(wanted), *_days(tx, wanted), *seen_parts(tx, "vehicle", "v")]
    return with_conditions(tx, "vehicle", "v", wanted.filter, parts)


def _identities(wanted: VehicleFilter) -> list[Part]:
    """What at most one vehicle has."""
    parts: list[Part] = []
    if wanted.vin is not None:
        parts.append(column_part(VEHICLES, "vin", clean_vin(wanted.vin)))
    if wanted.stock_number is not None:
        parts.append(column_among(VEHICLES, "stock_key", [stock_key(wanted.stock_number)]))
    return parts


def _bounds(wanted: VehicleFilter) -> list[Part]:
    """Each upper bound as what is below the next whole number."""
    price, mileage = SORTS["price"].columns[0], SORTS["mileage"].columns[0]
    return [
        *bound_parts("v.year", "year", wanted.year_from, _after(wanted.year_to)),
        *amount_parts(price, "price", wanted.price_from, wanted.price_to, only="v.price_minor IS NOT NULL"),
        *bound_parts(
            mileage,
            "mileage",
            wanted.mileage_from,
            _after(wanted.mileage_to),
            only="v.mileage_km IS NOT NULL",
        ),
    ]


def _after(bound: int | None) -> int | None:
    return None if bound is None else bound + 1


def _days(tx: Transaction, wanted: VehicleFilter) -> list[Part]:
    parts = created_and_updated(tx, "v", wanted)
    if wanted.age is not None:
        stocked = stocked_between(wanted.age, workspace_today(tx))
        parts += bound_parts("v.stocked_on", "age", *stocked, only="v.sold_on IS NULL")
    return parts
