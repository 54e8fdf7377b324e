"""The fields of a vehicle and their limits, for pages and API."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from crm.catalogue.pictures import Pictures
from crm.catalogue.vin import clean_vin
from crm.custom_fields.schema import GivenCustom, of_kind
from crm.fields import Blank, Fields, Line, ShortLine, Tags, Text, left_out, visible
from crm.money import Currency, Price
from crm.time_fields import DayOfThePast, OptionalDay

Status = Literal["available", "pending", "sold", "withdrawn"]
MileageUnit = Literal["km", "mi"]
MOST_LINES = 50
FIRST_YEAR, LAST_YEAR = 1885, 2200

Word = Annotated[Line, StringConstraints(min_length=1, max_length=60), AfterValidator(visible)]
OptionalWord = Annotated[Annotated[Line, StringConstraints(max_length=60)] | None, Blank]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
StockNumber = Annotated[Line, StringConstraints(min_length=1, max_length=40), AfterValidator(visible)]
Vin = Annotated[
    Annotated[Line, StringConstraints(max_length=40), AfterValidator(clean_vin)] | None,
    Blank,
]
Mileage = Annotated[int, Field(ge=0, le=9_999_999)]
Words = Annotated[Annotated[Text, StringConstraints(max_length=20_000)] | None, Blank]
FirstRegistration = Annotated[DayOfThePast | None, Blank]


class CostLine(Fields):
    """Something that was spent to make a vehicle ready, in the vehicle's currency."""

    title: Word
    amount: Price
    spent_on: OptionalDay = None


Lines = Annotated[list[CostLine], Field(max_length=MOST_LINES)]


class VehicleFields(Fields):
    """A whole vehicle: omitted fields get their defaults, also in a PUT, but for its number and status."""

    stock_number: StockNumber | None = Field(default=None, description="Left out, the next free one")
    vin: Vin = Field(default=None, description="17 characters by ISO 3779, or an older form")
    year: Year
    make: Word
    model: Word
    trim: OptionalWord = None
    body: OptionalWord = None
    fuel: OptionalWord = None
    transmission: OptionalWord = None
    mileage: Mileage | None = None
    mileage_unit: MileageUnit = "km"
    colour: OptionalWord = None
    condition: OptionalWord = Field(default=None, description="Such as new or used")
    first_registration: FirstRegistration = None
    cost: Price | None = Field(default=None, description="What it cost; for owners and admins only")
    price: Price | None = None
    currency: Currency | None = Field(default=None, description="ISO 4217; left out, the workspace's")
    status: Status | None = Field(
        default=None, description="available or withdrawn; the others are set by a deal"
    )
    location: ShortLine = None
    description: Words = Field(default=None, description="Shown on the public stock page")
    notes: Words = Field(default=None, description="For the team alone")
    stocked_on: OptionalDay = Field(default=None, description="In stock since; left out, today")
    reconditioning: Lines | None = Field(
        default=None, description="What was spent on it; for owners and admins only"
    )
    picture_ids: Pictures | None = Field(
        default=None, description="Files of this vehicle in the order in which they are shown"
    )
    tags: Tags = Field(default=[])
    custom: GivenCustom | None = of_kind("vehicle")


class VehicleChanges(Fields):
    """Some fields of a vehicle; the others stay as they are."""

    stock_number: StockNumber = left_out()
    vin: Vin = left_out()
    year: Year = left_out()
    make: Word = left_out()
    model: Word = left_out()
    trim: OptionalWord = left_out()
    body: OptionalWord = left_out()
    fuel: OptionalWord = left_out()
    transmission: OptionalWord = left_out()
    mileage: Mileage | None = left_out()
    mileage_unit: MileageUnit = left_out()
    colour: OptionalWord = left_out()
    condition: OptionalWord = left_out()
    first_registration: FirstRegistration = left_out()
    cost: Price | None = left_out()
    price: Price | None = left_out()
    currency: Currency = left_out()
    status: Status = left_out()
    location: ShortLine = left_out()
    description: Words = left_out()
    notes: Words = left_out()
    stocked_on: OptionalDay = left_out()
    reconditioning: Lines | None = left_out()
    picture_ids: Pictures | None = left_out()
    tags: Tags = left_out()
    custom: GivenCustom = of_kind("vehicle", left_out=True)


class VehicleReturn(Fields):
    """Why a sold vehicle came back."""

    reason: Annotated[Line, StringConstraints(min_length=1, max_length=200), AfterValidator(visible)]


KEPT_WHEN_LEFT_OUT = frozenset(
    {"stock_number", "currency", "status", "stocked_on", "reconditioning", "picture_ids"}
)
AMOUNTS = ("cost", "price")
OF_COST = frozenset({"cost", "reconditioning"})


def given_values(fields: VehicleFields | VehicleChanges) -> dict[str, Any]:
    """The values to write: all of a whole vehicle, or only the given ones of changes; plain, as facts are."""
    given = fields.model_fields_set if isinstance(fields, VehicleChanges) else type(fields).model_fields
    values = {name: value for name, value in fields.model_dump().items() if name in given}
    kept = {
        name: value for name, value in values.items() if value is not None or name not in KEPT_WHEN_LEFT_OUT
    }
    return {name: _plain(value) for name, value in kept.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, Decimal):
        return as_number(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def as_number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)
