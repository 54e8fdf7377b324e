"""Equal monthly payments of a credit, and the table by which it is paid back.

The rate of a month is the nominal annual rate / 12. An irregular first period grows the balance by whole
months, compounded, and by odd days as parts of a month of 30 days: 12 CFR 1026, Appendix J (b)(3) to (5).
Interest is rounded half up to the currency, month by month. The last payment takes what rounding left.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from crm.catalogue.vehicle_fields import as_number
from crm.deals.annual_rates import add_months, months_between, us_fraction
from crm.deals.pricing import rounded_fraction

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Credit:
    """`rate` is the nominal annual rate in percent. `balloon` is due with the last payment, above it."""

    amount: Decimal
    rate: Decimal
    term: int
    balloon: Decimal
    starts_on: date
    first_on: date
    currency: str

    @property
    def month_rate(self) -> Fraction:
        return Fraction(self.rate) / (100 * MONTHS)

    @property
    def first_growth(self) -> Fraction:
        """By how much the balance grows until the first payment."""
        months, days = months_between(self.starts_on, self.first_on)
        return (1 + us_fraction(days) * self.month_rate) * (1 + self.month_rate) ** months


@dataclass(frozen=True, slots=True)
class Installment:
    """`balance` is what is still owed after the payment, which is `interest` + `principal`."""

    number: int
    due_on: str
    payment: Decimal
    interest: Decimal
    principal: Decimal
    balance: Decimal


@dataclass(frozen=True)
class PlannedPayment:
    """An installment as programs read it, in major units."""

    number: int
    due_on: str
    payment: int | float
    interest: int | float
    principal: int | float
    balance: int | float


def planned_payment(row: Installment) -> PlannedPayment:
    amounts = (row.payment, row.interest, row.principal, row.balance)
    return PlannedPayment(row.number, row.due_on, *map(as_number, amounts))


def monthly_payment(credit: Credit) -> Decimal:
    """The annuity: P = (A·g - B·v^(n-1)) / (1 + v + … + v^(n-1)), where v = 1 / (1 + rate of a month), g is
    the growth until the first payment and B the balloon. Without interest, (A - B) / n. Half up.
    """
    v = 1 / (1 + credit.month_rate)
    at_first = Fraction(credit.amount) * credit.first_growth - Fraction(credit.balloon) * v ** (
        credit.term - 1
    )
    shares = Fraction(credit.term) if v == 1 else (1 - v**credit.term) / (1 - v)
    return rounded_fraction(max(Fraction(0), at_first / shares), credit.currency)


def amortise(credit: Credit) -> list[Installment]:
    """Each payment with its interest and what is still owed, which is exactly 0 after the last one."""
    payment, balance = monthly_payment(credit), credit.amount
    table: list[Installment] = []
    for number in range(1, credit.term + 1):
        growth = credit.first_growth - 1 if number == 1 else credit.month_rate
        interest = rounded_fraction(Fraction(balance) * growth, credit.currency)
        owed = balance + interest
        paid = owed if number == credit.term else min(payment, owed)
        balance = owed - paid
        due_on = add_months(credit.first_on, number - 1).isoformat()
        table.append(Installment(number, due_on, paid, interest, paid - interest, balance))
    return table
