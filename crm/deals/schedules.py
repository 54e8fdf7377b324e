"""Equal monthly payments of a credit, and the table by which it is paid back.

The rate of a month is the nominal annual rate / 12. An irregular first period grows the balance by whole
months, compounded, and by odd days as parts of a month of 30 days: 12 CFR 1026, Appendix J (b)(3) to (5).
Interest is rounded half up to the currency, month by month. The last payment takes what rounding left. At
high rates over many months that would grow to a sum of its own: there the balances are those of the exact
annuity instead, rounded, and the interest is what they leave of each payment.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from crm.catalogue.vehicle_fields import as_number
from crm.deals.annual_rates import add_months, months_between, us_fraction
from crm.deals.pricing import rounded, rounded_fraction

MONTHS = 12
MOST_ROUNDING = 10
"""Interest is rounded month by month where the last payment then differs by less than 1/10 of a payment."""


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
    """One of the equal payments, half up."""
    return rounded_fraction(_annuity(credit), credit.currency)


def _annuity(credit: Credit) -> Fraction:
    """P = (A·g - B·v^(n-1)) / (1 + v + … + v^(n-1)), where v = 1 / (1 + rate of a month), g is the growth
    until the first payment and B the balloon. Without interest, (A - B) / n.
    """
    v = 1 / (1 + credit.month_rate)
    at_first = Fraction(credit.amount) * credit.first_growth - Fraction(credit.balloon) * v ** (
        credit.term - 1
    )
    return max(Fraction(0), at_first / (credit.term if v == 1 else (1 - v**credit.term) / (1 - v)))


def amortise(credit: Credit) -> list[Installment]:
    """Each payment with its interest and what is still owed, which is exactly 0 after the last one."""
    payment = monthly_payment(credit)
    table = _by_interest(credit, payment)
    left = table[-1].payment - payment - credit.balloon
    return table if abs(left) * MOST_ROUNDING < payment else _by_balance(credit, payment)


def _by_interest(credit: Credit, payment: Decimal) -> list[Installment]:
    table: list[Installment] = []
    balance = credit.amount
    for number in range(1, credit.term + 1):
        interest = _interest(credit, number, balance)
        owed = balance + interest
        paid = owed if number == credit.term else min(payment, owed)
        table.append(_installment(credit, number, paid, interest, owed - paid))
        balance = owed - paid
    return table


def _by_balance(credit: Credit, payment: Decimal) -> list[Installment]:
    """The total is that of the exact annuity, rounded once."""
    table: list[Installment] = []
    balance = credit.amount
    rounding = rounded_fraction(credit.term * (_annuity(credit) - Fraction(payment)), credit.currency)
    for number, exact in enumerate(_exact_balances(credit), start=1):
        paid = min(payment, balance + _interest(credit, number, balance))
        after = max(rounded(exact, credit.currency), balance - paid)
        if number == credit.term:
            paid, after = max(balance, payment + credit.balloon + rounding), Decimal(0)
        table.append(_installment(credit, number, paid, paid - (balance - after), after))
        balance = after
    return table


def _exact_balances(credit: Credit) -> list[Decimal]:
    """After each payment, counted back from the last one: so that no error grows."""
    v, due = _decimal(1 / (1 + credit.month_rate)), _decimal(_annuity(credit))
    found = [Decimal(0)]
    for number in range(1, credit.term):
        balloon = credit.balloon if number == 1 else Decimal(0)
        found.append((found[-1] + due + balloon) * v)
    return found[::-1]


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / number.denominator


def _interest(credit: Credit, number: int, balance: Decimal) -> Decimal:
    growth = credit.first_growth - 1 if number == 1 else credit.month_rate
    return rounded_fraction(Fraction(balance) * growth, credit.currency)


def _installment(
    credit: Credit, number: int, paid: Decimal, interest: Decimal, balance: Decimal
) -> Installment:
    due_on = add_months(credit.first_on, number - 1).isoformat()
    return Installment(number, due_on, paid, interest, paid - interest, balance)
