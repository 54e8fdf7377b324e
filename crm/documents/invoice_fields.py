"""The fields of an invoice and of its lines, and their limits, for pages and API."""

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from crm.accounts.fields import Language
from crm.custom_fields.schema import GivenCustom, of_kind
from crm.documents.fields import FREE, LongText, Title
from crm.documents.line_fields import (
    MOST_LINES,
    MOST_QUANTITY,
    LineDetails,
    LineKind,
    LineTitle,
    Percent,
    Unit,
    check_texts,
)
from crm.errors import Sentence
from crm.fields import Blank, Fields, Id, Line, Tags, left_out
from crm.money import MOST_PLACES, Currency, Price, as_decimal, places_in
from crm.time_fields import OptionalDay

InvoiceType = Literal["invoice", "deposit", "part", "final", "credit_note"]
MadeType = Literal["invoice", "deposit", "part", "final"]
InvoiceState = Literal["draft", "open", "partly_paid", "paid", "credited", "issued"]
TaxCategory = Literal["standard", "reduced", "zero", "exempt", "reverse_charge", "small_business"]
TAXED = frozenset({"standard", "reduced"})
USUAL_DAYS, MOST_DAYS = 14, 366


def _check_quantity(quantity: Decimal) -> Decimal:
    if abs(quantity) > MOST_QUANTITY:
        raise ValueError(Sentence("must be from -{most} to {most}", most=MOST_QUANTITY))
    if places_in(quantity) > MOST_PLACES:
        raise ValueError(Sentence("may have at most {places} decimal places", places=MOST_PLACES))
    return quantity


AnyQuantity = Annotated[
    Decimal,
    BeforeValidator(as_decimal),
    AfterValidator(_check_quantity),
    WithJsonSchema({"type": "number", "minimum": -MOST_QUANTITY, "maximum": MOST_QUANTITY}),
]
Reason = Annotated[Annotated[Line, StringConstraints(max_length=200)] | None, Blank]
Reference = Annotated[Annotated[Line, StringConstraints(max_length=50)] | None, Blank]
PaymentDays = Annotated[int, Field(ge=0, le=MOST_DAYS)]


class InvoiceLine(Fields):
    """A line of an invoice: an item with its price, the title of a section, or a text."""

    kind: LineKind = "item"
    title: LineTitle = None
    details: LineDetails = Field(None, description="Shown below the title, of several lines if need be")
    quantity: AnyQuantity = Field(Decimal(1), description="Below zero for what is taken off")
    unit: Unit = Field(None, description="Such as h, m² or piece")
    unit_price: Price | None = Field(None, description="Net, unless the invoice's prices include tax")
    tax_rate: Percent = Field(default=Decimal(0), description="Percent")
    tax_category: TaxCategory | None = Field(
        default=None, description="Left out, standard; zero where the rate is 0"
    )
    tax_reason: Reason = Field(None, description="Why it is exempt; needed for exempt")
    discount: Percent = Field(default=Decimal(0), description="Percent off the line")
    discount_amount: Price = Field(default=Decimal(0), description="Money off the line, after the percent")


InvoiceLines = Annotated[list[InvoiceLine], Field(max_length=MOST_LINES), AfterValidator(check_texts)]


class InvoiceFields(Fields):
    """An invoice to draft. Its number is given when it is issued.

    What is left out comes of the quote or deal that it is for. `share` is what a deposit or part invoice asks
    of it.
    """

    most_values: ClassVar[int] = MOST_LINES * 30

    type: MadeType = Field("invoice", description="`final` takes off the deposits and parts before it")
    quote_id: Id | None = Field(default=None, description="Gives what is left out: client, texts, lines")
    deal_id: Id | None = Field(default=None, description="Gives what is left out: client, lines")
    share: Percent | None = Field(default=None, description="Percent of the whole, of a deposit or part")
    title: Title = None
    client_id: Id | None = None
    owner_id: Id | None = Field(default=None, description="Left out, whoever creates it")
    currency: Currency | None = Field(default=None, description="ISO 4217; left out, that of the client")
    language: Language | None = Field(default=None, description="Left out, that of the client")
    delivered_on: OptionalDay = Field(None, description="The day of delivery, or the first of its days")
    delivered_until: OptionalDay = Field(None, description="The last day of the delivery")
    payment_days: PaymentDays = Field(default=USUAL_DAYS, description="Days after the issue until it is due")
    buyer_vat_id: Reference = Field(None, description="The client's VAT id; needed for reverse charge")
    buyer_reference: Reference = Field(None, description="What the client asks to see, such as an order")
    prices_include_tax: bool = False
    header: LongText = Field(default=None, description="The text above the lines")
    footer: LongText = Field(default=None, description="The text below the lines")
    discount: Percent = Field(default=FREE, description="Percent off the sum of the lines")
    discount_amount: Price = Field(default=FREE, description="Money off the sum, after the percent")
    lines: InvoiceLines = Field(default=[])
    tags: Tags = Field(default=[])
    custom: GivenCustom | None = of_kind("invoice")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.quote_id is not None and self.deal_id is not None:
            raise ValueError("is for a quote or a deal, not for both")
        return self


class InvoiceChanges(Fields):
    """Some fields of a draft; the others stay as they are. `lines` are all of its lines."""

    most_values: ClassVar[int] = MOST_LINES * 30

    title: Title = left_out()
    client_id: Id | None = left_out()
    owner_id: Id | None = left_out()
    currency: Currency = left_out()
    language: Language = left_out()
    delivered_on: OptionalDay = left_out()
    delivered_until: OptionalDay = left_out()
    payment_days: PaymentDays = left_out()
    buyer_vat_id: Reference = left_out()
    buyer_reference: Reference = left_out()
    prices_include_tax: bool = left_out()
    header: LongText = left_out()
    footer: LongText = left_out()
    discount: Percent = left_out()
    discount_amount: Price = left_out()
    lines: InvoiceLines = left_out()
    tags: Tags = left_out()
    custom: GivenCustom = of_kind("invoice", left_out=True)


def given_of(fields: InvoiceFields | InvoiceChanges) -> dict[str, Any]:
    """The values that were given, and no others."""
    values = fields.model_dump(exclude_unset=True, exclude={"lines"})
    if "lines" in fields.model_fields_set:
        values["lines"] = [line.model_dump() for line in fields.lines]
    return values
