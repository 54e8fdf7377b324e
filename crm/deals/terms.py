"""What people enter of a scenario: price and extras, trade-in, tax, and how it is paid."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from crm.errors import Sentence
from crm.fields import Fields, Line, Name
from crm.money import Price, places_in
from crm.time_fields import OptionalDay

ScenarioKind = Literal["cash", "finance", "lease"]
TaxBase = Literal["price", "price_less_trade", "margin"]
RateMethod = Literal["us", "eu"]
MOST_EXTRAS = 50
LONGEST_TERM = 480
NOTHING = Decimal(0)
MOST_PERCENT = 100
RATE_PLACES = 6
FACTOR_PLACES = 10
FACTOR = 2400
"""A money factor is the annual rate in percent, divided by this: Regulation M, 12 CFR 1013, knows no rate."""


def _fine_percent(value: Decimal) -> Decimal:
    if value > MOST_PERCENT:
        raise ValueError("may be at most 100")
    if places_in(value) > RATE_PLACES:
        raise ValueError(Sentence("may have at most {places} decimal places", places=RATE_PLACES))
    return value


def _fine_factor(value: Decimal) -> Decimal:
    if value * FACTOR > MOST_PERCENT:
        raise ValueError("is a money factor such as 0.0025: the annual rate in percent, divided by 2400")
    if places_in(value) > FACTOR_PLACES:
        raise ValueError(Sentence("may have at most {places} decimal places", places=FACTOR_PLACES))
    return value


Percent = Annotated[Price, AfterValidator(_fine_percent)]
MoneyFactor = Annotated[Price, AfterValidator(_fine_factor)]
Title = Annotated[Line, StringConstraints(min_length=1, max_length=100)]


class Extra(Fields):
    """An accessory or a fee. Its `cost` is what it costs the seller, for owners and admins alone."""

    title: Title
    amount: Price
    taxable: bool = True
    cost: Price = NOTHING


class Rebate(Fields):
    """A manufacturer's or dealer's rebate. `taxable`: tax is due on the price as if there were none."""

    title: Title
    amount: Price
    taxable: bool = True


class ScenarioTerms(Fields):
    """A way to pay for a deal. All amounts are in the deal's currency, and rates in percent."""

    name: Name = "Offer"
    kind: ScenarioKind = "cash"
    price: Price = Field(
        default=NOTHING,
        description="Left out, what the vehicle and the lines come to; given, it stands for all of them",
    )
    discount: Price = Field(default=NOTHING, description="Off the price, before tax")
    rebates: list[Rebate] = Field(default=[], max_length=MOST_EXTRAS)
    accessories: list[Extra] = Field(default=[], max_length=MOST_EXTRAS)
    fees: list[Extra] = Field(default=[], max_length=MOST_EXTRAS)
    trade_allowance: Price = Field(default=NOTHING, description="What is given for the trade-in")
    trade_payoff: Price = Field(
        default=NOTHING, description="What is still owed on the trade-in, and paid off"
    )
    tax_base: TaxBase | None = Field(default=None, description="Left out, the workspace's rule")
    tax_rate: Percent | None = Field(default=None, description="Left out, the workspace's rate")
    down_payment: Price = NOTHING
    term: int = Field(default=1, ge=1, le=LONGEST_TERM, description="Number of monthly payments")
    apr: Percent = Field(default=NOTHING, description="The nominal annual rate of a finance, in percent")
    money_factor: MoneyFactor | None = Field(default=None, description="Of a lease; left out, apr / 2400")
    balloon: Price = Field(default=NOTHING, description="Due with the last payment of a finance, above it")
    residual: Price = Field(default=NOTHING, description="The value at the end of a lease")
    mileage_allowance: int = Field(default=0, ge=0, le=10_000_000, description="Each year of a lease")
    excess_mileage_charge: Price = Field(default=NOTHING, description="For each unit above the allowance")
    starts_on: OptionalDay = Field(default=None, description="The day of the contract; left out, today")
    first_payment_on: OptionalDay = Field(default=None, description="Left out, a month after the start")
    rate_method: RateMethod | None = Field(
        default=None, description="How the annual rate is disclosed; left out, by the workspace's country"
    )
    cost: Price = Field(default=NOTHING, description="What the vehicle or goods were bought for")
    reconditioning: Price = Field(
        default=NOTHING,
        description="What was spent on the vehicle since: off the gross, no part of the taxed margin",
    )
    reserve: Price = Field(default=NOTHING, description="The seller's share of the finance charge")
