"""The fields of a product or service and their limits, for pages and API."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from crm.catalogue.pictures import Pictures
from crm.catalogue.vehicle_fields import OptionalWord, Words, as_number
from crm.custom_fields.schema import GivenCustom, of_kind
from crm.errors import Sentence
from crm.fields import Blank, Fields, Line, Name, ShortLine, Tags, left_out
from crm.money import Currency, Price, as_decimal, places_in

ProductKind = Literal["product", "service"]
TaxClass = Literal["standard", "reduced", "zero", "exempt", "reverse_charge", "small_business"]
MOST_PRICES = 40
THOUSANDTHS = 1000
MOST_MOVED = 999_999_999

Sku = Annotated[Annotated[Line, StringConstraints(max_length=60)] | None, Blank]


class ListPrice(Fields):
    """The price in one further currency."""

    currency: Currency
    price: Price


Prices = Annotated[list[ListPrice], Field(max_length=MOST_PRICES)]


class ProductFields(Fields):
    """A whole product: omitted fields get their defaults, also in a PUT, but for the currency."""

    name: Name
    kind: ProductKind = "product"
    sku: Sku = Field(default=None, description="Its number in the shop; of one live product")
    unit: OptionalWord = Field(default=None, description="Such as piece, hour or m²")
    price: Price | None = Field(default=None, description="Net, for one unit")
    currency: Currency | None = Field(default=None, description="ISO 4217; left out, the workspace's")
    cost: Price | None = Field(default=None, description="What it cost; for owners and admins only")
    tax_class: TaxClass = "standard"
    active: bool = True
    category: ShortLine = None
    description: Words = None
    prices: Prices = Field(default=[], description="In further currencies")
    tracked: bool = Field(default=False, description="Its stock is counted")
    allow_negative: bool = Field(default=False, description="Its stock may go below zero")
    picture_ids: Pictures | None = Field(
        default=None, description="Files of this product in the order in which they are shown"
    )
    tags: Tags = Field(default=[])
    custom: GivenCustom | None = of_kind("product")


class ProductChanges(Fields):
    """Some fields of a product; the others stay as they are."""

    name: Name = left_out()
    kind: ProductKind = left_out()
    sku: Sku = left_out()
    unit: OptionalWord = left_out()
    price: Price | None = left_out()
    currency: Currency = left_out()
    cost: Price | None = left_out()
    tax_class: TaxClass = left_out()
    active: bool = left_out()
    category: ShortLine = left_out()
    description: Words = left_out()
    prices: Prices = left_out()
    tracked: bool = left_out()
    allow_negative: bool = left_out()
    picture_ids: Pictures | None = left_out()
    tags: Tags = left_out()
    custom: GivenCustom = of_kind("product", left_out=True)


def _check_moved(quantity: Decimal) -> Decimal:
    if quantity == 0 or abs(quantity) > MOST_MOVED:
        raise ValueError(
            Sentence("must be from {least} to {most}, and not 0", least=-MOST_MOVED, most=MOST_MOVED)
        )
    if places_in(quantity) > 3:
        raise ValueError(Sentence("may have at most {places} decimal places", places=3))
    return quantity


Moved = Annotated[
    Decimal,
    BeforeValidator(as_decimal),
    AfterValidator(_check_moved),
    WithJsonSchema({"type": "number", "minimum": -MOST_MOVED, "maximum": MOST_MOVED}),
]


class StockMovement(Fields):
    """Something that came in, or went out with a minus."""

    quantity: Moved
    reason: ShortLine = None


def given_product_values(fields: ProductFields | ProductChanges) -> dict[str, Any]:
    """The values to write: all of a whole product, or only the given ones of changes; plain, as facts are."""
    given = fields.model_fields_set if isinstance(fields, ProductChanges) else type(fields).model_fields
    values = {name: value for name, value in fields.model_dump().items() if name in given}
    for name in ("currency", "picture_ids"):
        if values.get(name, "") is None:
            del values[name]
    for name in ("price", "cost"):
        if values.get(name) is not None:
            values[name] = as_number(values[name])
    if "prices" in values:
        values["prices"] = [{**each, "price": as_number(each["price"])} for each in values["prices"]]
    return values
