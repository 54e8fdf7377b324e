"""A vehicle as it is read."""

from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import orjson

from crm.catalogue.costs import sees_costs
from crm.catalogue.days_in_stock import AgeBand, band_of, days_between, workspace_today
from crm.catalogue.pictures import pictures_of
from crm.catalogue.vehicle_fields import as_number
from crm.catalogue.vin import WRONG_DIGIT, check_digit_fits
from crm.custom_fields.custom_field import CustomFields, custom_fields_of
from crm.custom_fields.schema import described
from crm.db.transaction import Transaction
from crm.errors import Sentence
from crm.money import UNIT, as_major
from crm.records.seen import only_seen
from crm.records.skeleton import Skeleton, live
from crm.records.tags import tags_in, tags_of

FIELDS = (
    "stock_number", "vin", "year", "make", "model", "trim", "body", "fuel", "transmission", "mileage",
    "mileage_unit", "colour", "condition", "first_registration", "cost", "price", "currency", "status",
    "location", "description", "notes", "stocked_on", "reconditioning", "picture_ids", "tags",
)  # fmt: skip
VEHICLE_RECORD = Skeleton(
    "vehicle", "vehicles", Sentence("vehicle"), FIELDS, customized=True, moved=("sold_on",)
)


@dataclass
class VehicleCost:
    title: str
    amount: int | float
    spent_on: str | None


@dataclass(frozen=True)
class VehicleWarning:
    """Something about a field that is probably wrong, and was taken all the same."""

    field: str
    message: str


@dataclass
class Vehicle:
    """Amounts are in major units of `currency`. `name` is made of year, make, model and trim.

    `cost`, `reconditioning` and `gross`, the price less both, are None to those who may not see them; `gross`
    is also None without a price or a cost. `picture_ids` are files of the vehicle, in order. The first fields
    are in the order of VEHICLE_COLUMNS.
    """

    id: int
    name: str
    stock_number: str
    vin: str | None
    year: int
    make: str
    model: str
    trim: str | None
    body: str | None
    fuel: str | None
    transmission: str | None
    mileage: int | None
    mileage_unit: str
    colour: str | None
    condition: str | None
    first_registration: str | None
    cost: int | float | None
    price: int | float | None
    currency: str
    status: str
    location: str | None
    description: str | None
    notes: str | None
    stocked_on: str
    sold_on: str | None
    reconditioning: list[VehicleCost] | None
    picture_ids: list[int]
    tags: list[str]
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None
    custom: Annotated[dict[str, Any], described("vehicle")]
    gross: int | float | None = None
    days_in_stock: int = 0
    age_band: AgeBand = "0-30"
    warnings: list[VehicleWarning] = field(default_factory=list)


VEHICLE_COLUMNS = f"""
       v.id, v.name, v.stock_number, v.vin, v.year, v.make, v.model, v.trim, v.body, v.fuel, v.transmission,
       v.mileage, v.mileage_unit, v.colour, v.condition, v.first_registration, v.cost_minor, v.price_minor,
       v.currency, v.status, v.location, v.description, v.notes, v.stocked_on, v.sold_on,
       (SELECT json_group_array(json_array(vc.title, vc.amount_minor, vc.spent_on) ORDER BY vc.place)
          FROM vehicle_costs vc
         WHERE vc.workspace_id = :workspace_id AND vc.vehicle_id = v.id) AS reconditioning,
       {pictures_of("vehicle", "v.id")},
       {tags_of("vehicle", "v.id")} AS tags,
       v.version, v.created_at, v.updated_at, v.deleted_at, v.custom
"""
COLUMNS = 33
COLUMN = {each.name: place for place, each in enumerate(fields(Vehicle)[:COLUMNS])}


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading vehicles in one transaction takes."""

    custom: CustomFields
    today: date
    with_costs: bool

    def vehicle_of(self, row: tuple[Any, ...]) -> Vehicle:
        """From a row of VEHICLE_COLUMNS."""
        vehicle = Vehicle(*row)
        vehicle.custom = self.custom.values_in(row[COLUMN["custom"]])
        vehicle.tags = tags_in(row[COLUMN["tags"]])
        vehicle.picture_ids = orjson.loads(row[COLUMN["picture_ids"]])
        vehicle.price = major(row[COLUMN["price"]])
        self._add_costs(vehicle, row)
        until = date.fromisoformat(vehicle.sold_on) if vehicle.sold_on else self.today
        vehicle.days_in_stock = days_between(vehicle.stocked_on, until)
        vehicle.age_band = band_of(vehicle.days_in_stock)
        vehicle.warnings = warnings_about(vehicle.vin)
        return vehicle

    def _add_costs(self, vehicle: Vehicle, row: tuple[Any, ...]) -> None:
        vehicle.cost = vehicle.reconditioning = None
        if not self.with_costs:
            return
        lines = orjson.loads(row[COLUMN["reconditioning"]])
        cost, price = row[COLUMN["cost"]], row[COLUMN["price"]]
        vehicle.cost = major(cost)
        vehicle.reconditioning = [VehicleCost(title, as_major(amount), day) for title, amount, day in lines]
        if cost is not None and price is not None:
            spent = cost + sum(amount for _, amount, _ in lines)
            vehicle.gross = as_number(Decimal(price - spent) / UNIT)


def major(stored: int | None) -> int | float | None:
    return None if stored is None else as_major(stored)


def warnings_about(vin: str | None) -> list[VehicleWarning]:
    if vin is None or check_digit_fits(vin):
        return []
    return [VehicleWarning("vin", WRONG_DIGIT)]


def reading_of(tx: Transaction, *, with_costs: bool | None = None) -> Reading:
    """As the acting user sees them, unless it is said."""
    shown = sees_costs(tx) if with_costs is None else with_costs
    return Reading(custom_fields_of(tx, "vehicle"), workspace_today(tx), shown)


def find_vehicle(tx: Transaction, vehicle_id: int, *, with_costs: bool | None = None) -> Vehicle | None:
    """The vehicle, live or in the trash."""
    rows = tx.tuples(
        f"""
        SELECT {VEHICLE_COLUMNS}
          FROM vehicles v
         WHERE v.workspace_id = :workspace_id
           AND v.id = :vehicle_id
           {only_seen(tx, "vehicle", "v")}
        """,
        vehicle_id=vehicle_id,
    )
    return reading_of(tx, with_costs=with_costs).vehicle_of(rows[0]) if rows else None


def get_vehicle(tx: Transaction, vehicle_id: int, *, with_costs: bool | None = None) -> Vehicle:
    """Raises NotFound if it does not exist, belongs to another workspace or is in the trash."""
    return live(VEHICLE_RECORD, find_vehicle(tx, vehicle_id, with_costs=with_costs))
