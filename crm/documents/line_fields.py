"""The fields of a line of a quote or an invoice, and their limits."""

from decimal import Decimal
from typing import Annotated, Literal, Protocol, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from crm.errors import Sentence
from crm.fields import Blank, Fields, Id, Line, Text
from crm.money import MOST_PLACES, Price, as_decimal, places_in

MOST_LINES = 500
MOST_TEXT = 200_000
"""Characters of the titles and details of all lines: some 60 pages."""
MOST_QUANTITY = 999_999_999
ALL_OF_IT = 100


def _share(value: object) -> Decimal:
    """Of a number, or of text such as `19`, `19.5 %`."""
    return as_decimal(value.strip().removesuffix("%") if isinstance(value, str) else value)


def _check_places(amount: Decimal) -> Decimal:
    if places_in(amount) > MOST_PLACES:
        raise ValueError(Sentence("may have at most {places} decimal places", places=MOST_PLACES))
    return amount


def _check_percent(percent: Decimal) -> Decimal:
    if not 0 <= percent <= ALL_OF_IT:
        raise ValueError("must be from 0 to 100 percent")
    return _check_places(percent)


def _check_quantity(quantity: Decimal) -> Decimal:
    if abs(quantity) > MOST_QUANTITY:
        raise ValueError(Sentence("must be from -{most} to {most}", most=MOST_QUANTITY))
    return _check_places(quantity)


Percent = Annotated[
    Decimal,
    BeforeValidator(_share),
    AfterValidator(_check_percent),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": ALL_OF_IT}),
]
Quantity = Annotated[
    Decimal,
    BeforeValidator(as_decimal),
    AfterValidator(_check_quantity),
    WithJsonSchema({"type": "number", "minimum": -MOST_QUANTITY, "maximum": MOST_QUANTITY}),
]
LineKind = Literal["item", "section", "text"]
LineTitle = Annotated[Annotated[Line, StringConstraints(max_length=300)] | None, Blank]
LineDetails = Annotated[Annotated[Text, StringConstraints(max_length=4_000)] | None, Blank]
Unit = Annotated[Annotated[Line, StringConstraints(max_length=30)] | None, Blank]


class DocumentLine(Fields):
    """A line of a quote or an invoice: an item with its price, the title of a section, or a text."""

    kind: LineKind = "item"
    product_id: Id | None = Field(None, description="Gives title, unit, price and tax if left out")
    title: LineTitle = None
    details: LineDetails = Field(None, description="Shown below the title, of several lines if need be")
    quantity: Quantity = Field(Decimal(1), description="Below zero for what is taken off")
    unit: Unit = Field(None, description="Such as h, m² or piece")
    unit_price: Price | None = Field(None, description="Net, unless the document's prices include tax")
    tax_rate: Percent | None = Field(None, description="Percent; left out, the product's, or else 0")
    discount: Percent = Field(default=Decimal(0), description="Percent off the line")
    discount_amount: Price = Field(default=Decimal(0), description="Money off the line, after the percent")
    optional: bool = Field(default=False, description="Counts only when it is chosen")
    alternative: bool = Field(default=False, description="Stands for the line above it when it is chosen")
    chosen: bool = Field(default=False, description="Of an optional or alternative line")


class Worded(Protocol):
    @property
    def title(self) -> str | None: ...
    @property
    def details(self) -> str | None: ...


W = TypeVar("W", bound=Worded)


def check_texts(lines: list[W]) -> list[W]:
    """All of it is drawn, sent, and kept with each revision."""
    if sum(len(line.title or "") + len(line.details or "") for line in lines) > MOST_TEXT:
        raise ValueError(Sentence("may have at most {most} characters in all lines together", most=MOST_TEXT))
    return lines
