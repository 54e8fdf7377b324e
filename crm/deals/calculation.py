"""A scenario's figures, computed from its terms: one function for pages, API and what is stored."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from crm.deals.annual_rates import Due, add_months, eu_fraction, eu_rate, months_between, us_fraction, us_rate
from crm.deals.pricing import MARGIN_SENTENCE, NONE, Pricing, TaxRule, price_deal, rounded, rounded_fraction
from crm.deals.schedules import Credit, Installment, amortise, monthly_payment
from crm.deals.terms import FACTOR, RateMethod, ScenarioTerms
from crm.errors import FieldProblem, Invalid
from crm.money import MOST, check_places

FARTHEST_FIRST = 60
"""Months until the first payment."""
DIGITS = 60
MONEY = (
    "price", "discount", "trade_allowance", "trade_payoff", "down_payment", "balloon", "residual",
    "excess_mileage_charge", "cost", "reconditioning", "reserve",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rules:
    """Of a workspace: what a scenario leaves out."""

    tax: TaxRule
    rate_method: RateMethod

    def with_parts(self, untaxed: Decimal, own: tuple[tuple[Decimal, Decimal], ...]) -> "Rules":
        """With these parts of the price untaxed, and taxed at rates of their own."""
        return replace(self, tax=replace(self.tax, untaxed=untaxed, own=own))


@dataclass(frozen=True, slots=True)
class Figures:
    """`payment` is one of each month, of cash all at once. `amount_financed` + `finance_charge` =
    `total_of_payments`, which is the sum of the schedule. `annual_rate` is the one that the law asks to
    disclose. A lease has instead its adjusted capitalised cost, depreciation and rent charge (12 CFR
    1013.4 (f)): depreciation + rent charge + taxes = `total_of_payments`.
    """

    pricing: Pricing
    tax_note: str | None
    payment: Decimal
    last_payment: Decimal
    payments: int
    due_at_signing: Decimal
    total_of_payments: Decimal
    amount_financed: Decimal | None = None
    finance_charge: Decimal | None = None
    annual_rate: Decimal | None = None
    rate_method: RateMethod | None = None
    money_factor: Decimal | None = None
    capitalised_cost: Decimal | None = None
    depreciation: Decimal | None = None
    rent_charge: Decimal | None = None
    payment_tax: Decimal | None = None


def calculate(terms: ScenarioTerms, rules: Rules, currency: str, today: date) -> Figures:
    """Raises Invalid naming each field that does not fit the others."""
    _refuse_places(terms, currency)
    with localcontext() as context:
        context.prec = DIGITS
        pricing = price_deal(terms, _rule_of_price(terms, rules), currency)
        match terms.kind:
            case "finance":
                figures = _finance(terms, rules, pricing, currency, today)
            case "lease":
                figures = _lease(terms, rules, pricing, currency)
            case _:
                figures = _cash(terms, rules, pricing)
    if figures.total_of_payments > MOST:
        raise Invalid.field("term", "makes the payments too high")
    return figures


def schedule_of(terms: ScenarioTerms, rules: Rules, currency: str, today: date) -> list[Installment]:
    """The amortisation table of a finance; of other scenarios it is empty. Raises Invalid."""
    calculate(terms, rules, currency, today)
    if terms.kind != "finance":
        return []
    pricing = price_deal(terms, _rule_of_price(terms, rules), currency)
    with localcontext() as context:
        context.prec = DIGITS
        return amortise(_credit(terms, pricing, currency, today))


def tax_rule(terms: ScenarioTerms, rules: Rules) -> TaxRule:
    """The workspace's, but for what the scenario says itself."""
    rate = rules.tax.rate if terms.tax_rate is None else terms.tax_rate
    return replace(rules.tax, base=terms.tax_base or rules.tax.base, rate=rate)


def _rule_of_price(terms: ScenarioTerms, rules: Rules) -> TaxRule:
    """Of a lease each payment is taxed, and not the price; the margin of its seller is."""
    rule = tax_rule(terms, rules)
    return replace(rule, rate=NONE, own=()) if terms.kind == "lease" and rule.base != "margin" else rule


def _note(terms: ScenarioTerms, rules: Rules) -> str | None:
    return MARGIN_SENTENCE if tax_rule(terms, rules).base == "margin" else None


def _cash(terms: ScenarioTerms, rules: Rules, pricing: Pricing) -> Figures:
    """What is due less the down payment, at once."""
    rest = _less_down_payment(terms, pricing)
    return Figures(
        pricing=pricing, tax_note=_note(terms, rules), payment=rest, last_payment=rest, payments=1,
        due_at_signing=terms.down_payment + rest, total_of_payments=rest, amount_financed=rest,
        finance_charge=NONE,
    )  # fmt: skip


def _finance(terms: ScenarioTerms, rules: Rules, pricing: Pricing, currency: str, today: date) -> Figures:
    credit = _credit(terms, pricing, currency, today)
    table = amortise(credit)
    total = sum((row.payment for row in table), NONE)
    method = terms.rate_method or rules.rate_method
    return Figures(
        pricing=pricing, tax_note=_note(terms, rules), payment=monthly_payment(credit),
        last_payment=table[-1].payment, payments=credit.term, due_at_signing=terms.down_payment,
        total_of_payments=total, amount_financed=credit.amount, finance_charge=total - credit.amount,
        annual_rate=annual_rate(credit, table, method), rate_method=method,
    )  # fmt: skip


def annual_rate(credit: Credit, table: list[Installment], method: RateMethod) -> Decimal:
    """From the payments as they are rounded."""
    if not credit.amount:
        return NONE
    months, days = months_between(credit.starts_on, credit.first_on)
    until = add_months(credit.first_on, -months)
    fraction = us_fraction(days) if method == "us" else eu_fraction(days, until)
    dues = [Due(row.payment, months + row.number - 1, fraction) for row in table]
    return us_rate(credit.amount, dues) if method == "us" else eu_rate(credit.amount, dues)


def _credit(terms: ScenarioTerms, pricing: Pricing, currency: str, today: date) -> Credit:
    starts = terms.starts_on or today
    first = terms.first_payment_on or add_months(starts, 1)
    if not starts <= first <= add_months(starts, FARTHEST_FIRST):
        raise Invalid.field("first_payment_on", "must be within 60 months after the start")
    amount = _less_down_payment(terms, pricing)
    if terms.balloon > amount:
        raise Invalid.field("balloon", "may not be more than the amount financed")
    return Credit(amount, terms.apr, terms.term, terms.balloon, starts, first, currency)


def _less_down_payment(terms: ScenarioTerms, pricing: Pricing) -> Decimal:
    rest = pricing.due - terms.down_payment
    if pricing.due < 0:
        raise Invalid.field("trade_allowance", "may not be more than what is due")
    if rest < 0:
        raise Invalid.field("down_payment", "may not be more than what is due")
    return rest


def _lease(terms: ScenarioTerms, rules: Rules, pricing: Pricing, currency: str) -> Figures:
    """Depreciation = (adjusted capitalised cost - residual) / term, rent charge = (adjusted capitalised cost
    + residual) x money factor; each payment is rounded once. Tax is due on each payment, not on the price.
    """
    cost = pricing.due - terms.down_payment
    if cost < terms.residual:
        raise Invalid.field("residual", "may not be more than the adjusted capitalised cost")
    factor = Fraction(terms.apr) / FACTOR if terms.money_factor is None else Fraction(terms.money_factor)
    monthly = Fraction(cost - terms.residual) / terms.term + Fraction(cost + terms.residual) * factor
    base = rounded_fraction(monthly, currency)
    rule = tax_rule(terms, rules)
    tax = NONE if rule.base == "margin" else rounded(base * rule.rate / 100, currency)
    depreciation = cost - terms.residual
    payment = base + tax
    return Figures(
        pricing=pricing, tax_note=_note(terms, rules), payment=payment, last_payment=payment,
        payments=terms.term, due_at_signing=terms.down_payment + payment,
        total_of_payments=payment * terms.term, capitalised_cost=cost, depreciation=depreciation,
        rent_charge=base * terms.term - depreciation, payment_tax=tax,
        money_factor=Decimal(factor.numerator) / factor.denominator,
    )  # fmt: skip


def _refuse_places(terms: ScenarioTerms, currency: str) -> None:
    problems: list[FieldProblem] = []
    amounts = [(name, getattr(terms, name)) for name in MONEY]
    for name in ("rebates", "accessories", "fees"):
        for number, each in enumerate(getattr(terms, name)):
            amounts.append((f"{name}.{number}.amount", each.amount))
            amounts.append((f"{name}.{number}.cost", getattr(each, "cost", NONE)))
    for name, amount in amounts:
        try:
            check_places(amount, currency, name)
        except Invalid as error:
            problems += error.problems
    if problems:
        raise Invalid(*problems)
