"""The fields of a deal and their limits, for pages and API."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from crm.catalogue.vehicle_fields import Mileage, MileageUnit, Vin, Word, Year
from crm.clients.fields import ClientFields
from crm.custom_fields.schema import GivenCustom, of_kind
from crm.deals.terms import Percent, RateMethod, ScenarioTerms, TaxBase
from crm.fields import Blank, Fields, Id, Line, Tags, Text, left_out, visible
from crm.money import Currency, Price

State = Literal["draft", "pending", "approved", "delivered", "cancelled"]
OPEN_STATES = ("draft", "pending", "approved")
MOST_LINES = 200
MOST_TRADE_INS = 10

Notes = Annotated[Annotated[Text, StringConstraints(max_length=20_000)] | None, Blank]
Reason = Annotated[Line, StringConstraints(min_length=1, max_length=200), AfterValidator(visible)]
Amendment = Annotated[Text, StringConstraints(min_length=1, max_length=20_000), AfterValidator(visible)]
Quantity = Annotated[Price, Field(description="Such as 1 or 2.5")]


LineTitle = Annotated[Line, StringConstraints(min_length=1, max_length=200), AfterValidator(visible)]


class DealLine(Fields):
    """Goods or a service sold with the deal, in its currency. A product brings name, price and tax."""

    product_id: Id | None = None
    title: LineTitle | None = Field(default=None, description="Left out, the product's name")
    quantity: Quantity = Decimal(1)
    unit_price: Price | None = Field(default=None, description="Left out, the product's price")
    taxable: bool | None = Field(default=None, description="Left out, by the product's tax class, else yes")
    tax_rate: Percent | None = Field(
        default=None, description="Percent, of a line that is taxed at another rate than the scenario's"
    )


class TradeInFields(Fields):
    """A vehicle that the customer gives. On delivery it becomes one in stock, which cost its allowance."""

    year: Year
    make: Word
    model: Word
    vin: Vin = None
    mileage: Mileage | None = None
    mileage_unit: MileageUnit = "km"
    allowance: Price = Field(default=Decimal(0), description="What is given for it")
    payoff: Price = Field(default=Decimal(0), description="What is still owed on it, and is paid off")


Lines = Annotated[list[DealLine], Field(max_length=MOST_LINES)]
TradeIns = Annotated[list[TradeInFields], Field(max_length=MOST_TRADE_INS)]


class DealFields(Fields):
    """A new deal, with its first scenario."""

    client_id: Id | None = None
    client: ClientFields | None = Field(
        default=None,
        description="A new client; one who has the e-mail address or phone number is taken instead",
    )
    vehicle_id: Id | None = Field(
        default=None, description="An available vehicle; it is pending from then on"
    )
    lead_id: Id | None = None
    salesperson_id: Id | None = Field(default=None, description="Left out, who creates the deal")
    currency: Currency | None = Field(
        default=None, description="Left out, the vehicle's, else the workspace's"
    )
    lines: Lines = Field(default=[])
    trade_ins: TradeIns = Field(default=[])
    notes: Notes = None
    tags: Tags = Field(default=[])
    custom: GivenCustom | None = of_kind("deal")
    scenario: ScenarioTerms = Field(default_factory=ScenarioTerms)


class DealChanges(Fields):
    """Some fields of a deal; the others stay as they are. A client is attached by itself.

    Tags are changed at any time, the rest until the deal is delivered or cancelled.
    """

    vehicle_id: Id | None = left_out()
    lead_id: Id | None = left_out()
    salesperson_id: Id | None = left_out()
    lines: Lines = left_out()
    trade_ins: TradeIns = left_out()
    notes: Notes = left_out()
    custom: GivenCustom = of_kind("deal", left_out=True)
    tags: Tags = left_out()


class ClientOfDeal(Fields):
    """A deal that has a client gets another one only by `replace`, with the reason."""

    client_id: Id
    replace: bool = False
    reason: Reason | None = None


class DealCancellation(Fields):
    reason: Reason


class DealReturn(Fields):
    reason: Reason


class DealAmendment(Fields):
    """What was agreed after the delivery."""

    text: Amendment


class DealRules(Fields):
    """What scenarios leave out. `rate_method` left out: by the workspace's country."""

    tax_base: TaxBase = "price"
    tax_rate: Percent = Decimal(0)
    rate_method: RateMethod | None = None
