"""What is due for a deal before it is financed: price, extras, trade-in and tax, and the gross profit.

Each figure is exact; only the tax is rounded, half up to the currency, once, on the sum that is taxed.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor

from crm.deals.terms import Extra, ScenarioTerms, TaxBase
from crm.errors import Invalid, Sentence
from crm.money import MOST, places_of

MARGIN_SENTENCE = "Margin scheme – Second-hand goods"
"""What Directive 2006/112/EC, Article 226 (14), asks to be written where Article 313 applies."""
NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class TaxRule:
    """`base`: the whole price; the price less the trade-in's allowance, as most states of the US do; or the
    dealer's margin (Directive 2006/112/EC, Articles 313 to 325), of which no tax is shown. `rate` is percent,
    `untaxed` the part of the price of goods that raise no tax. `own` are the parts that are taxed at rates
    of their own, as (rate, net): each rate is rounded once, on its sum.
    """

    base: TaxBase
    rate: Decimal
    untaxed: Decimal = NONE
    own: tuple[tuple[Decimal, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Pricing:
    """`taxable` is the sum that is taxed. `total` is the price with extras and tax, less rebates.
    `trade_equity` is the trade-in's allowance less its payoff, below 0 where more is owed. `due` is the total
    less that equity. `hidden_tax` is the tax on the margin, which the seller pays out of the total.
    """

    selling_price: Decimal
    accessories: Decimal
    fees: Decimal
    rebates: Decimal
    taxable: Decimal
    tax: Decimal
    hidden_tax: Decimal
    total: Decimal
    trade_equity: Decimal
    due: Decimal
    gross_front: Decimal
    gross_back: Decimal


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Half up to the places of the currency."""
    return amount.quantize(Decimal(1).scaleb(-places_of(currency)), ROUND_HALF_UP)


def rounded_fraction(value: Fraction, currency: str) -> Decimal:
    """The same for an exact value that is not below 0 and that no decimal may have."""
    places = places_of(currency)
    return Decimal(floor(value * 10**places + Fraction(1, 2))).scaleb(-places)


def price_deal(terms: ScenarioTerms, rule: TaxRule, currency: str) -> Pricing:
    """Raises Invalid naming `discount` or `rebates` where more is taken off than the price."""
    selling = terms.price - terms.discount
    if selling < 0:
        raise Invalid.field("discount", "may not be more than the price")
    accessories, fees = _sum(terms.accessories), _sum(terms.fees)
    rebates = sum((each.amount for each in terms.rebates), NONE)
    parts = _taxed_parts(terms, rule, selling)
    taxable = sum((net for rate, net in parts if rate or rate == rule.rate), NONE)
    tax = sum((rounded(net * rate / 100, currency) for rate, net in parts), NONE)
    total = selling + accessories + fees + tax - rebates
    if total < 0:
        raise Invalid.field("rebates", "may not be more than the price")
    if total > MOST:
        raise Invalid.field("price", Sentence("may be at most {most}, with all extras", most=MOST))
    equity = terms.trade_allowance - terms.trade_payoff
    hidden = _tax_on_margin(terms, rule, selling + accessories, currency)
    return Pricing(
        selling_price=selling,
        accessories=accessories,
        fees=fees,
        rebates=rebates,
        taxable=taxable,
        tax=tax,
        hidden_tax=hidden,
        total=total,
        trade_equity=equity,
        due=total - equity,
        gross_front=selling
        + accessories
        - terms.cost
        - terms.reconditioning
        - _cost(terms.accessories)
        - hidden,
        gross_back=fees - _cost(terms.fees) + terms.reserve,
    )


def _taxed_parts(terms: ScenarioTerms, rule: TaxRule, selling: Decimal) -> list[tuple[Decimal, Decimal]]:
    """What is taxed at each rate, as (rate, net); under the margin scheme nothing is."""
    if rule.base == "margin":
        return []
    others = [part for part in rule.own if part[0] != rule.rate]
    apart = sum((net for _rate, net in others), NONE)
    return [(rule.rate, _taxable(terms, rule, selling - apart)), *others]


def _taxable(terms: ScenarioTerms, rule: TaxRule, selling: Decimal) -> Decimal:
    """Never below 0. Rebates that are not taxable lower it."""
    untaxed = sum((each.amount for each in terms.rebates if not each.taxable), NONE)
    extras = _sum([each for each in (*terms.accessories, *terms.fees) if each.taxable])
    trade = terms.trade_allowance if rule.base == "price_less_trade" else NONE
    return max(NONE, selling + extras - rule.untaxed - untaxed - trade)


def _tax_on_margin(terms: ScenarioTerms, rule: TaxRule, selling: Decimal, currency: str) -> Decimal:
    """Directive 2006/112/EC, Articles 312 and 315: the margin is the selling price less the purchase price,
    and the tax is contained in it. Repairs do not lower it. None where nothing was earned.
    """
    margin = selling - terms.cost - _cost(terms.accessories)
    if rule.base != "margin" or margin <= 0:
        return NONE
    return rounded(margin * rule.rate / (100 + rule.rate), currency)


def _sum(extras: list[Extra]) -> Decimal:
    return sum((each.amount for each in extras), NONE)


def _cost(extras: list[Extra]) -> Decimal:
    return sum((each.cost for each in extras), NONE)
