"""The annual rate of a credit as the law of the country computes it, from what is paid and when.

United States: 12 CFR 1026 (Regulation Z), Appendix J, the actuarial method. European Union: Directive (EU)
2023/2225, Annex III, which applies since 20 November 2026; Directive 2008/48/EC, Annex I, had this equation.
All in decimals of 40 digits; both functions give percent, rounded half up to two places, at most `HIGHEST`.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

DIGITS = 40
MOST_STEPS = 200
PRECISE = Decimal(10) ** -24
CENT = Decimal("0.01")
HIGHEST = Decimal(10) ** 9
"""In percent. Where all is paid back on the day of the contract and more later, no rate is high enough."""
DAYS_OF_MONTH = 30


@dataclass(frozen=True, slots=True)
class Due:
    """A payment, due after `periods` whole unit-periods and the `fraction` of one."""

    amount: Decimal
    periods: int
    fraction: Fraction = Fraction(0)


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(first: date, last: date) -> tuple[int, int]:
    """Whole months counted back from `last`, and the odd days that are left at the beginning.

    Appendix J (b)(5)(i) and (ii): unit-periods are counted back from the payment's date.
    """
    months = (last.year - first.year) * 12 + last.month - first.month
    if add_months(last, -months) < first:
        months -= 1
    return months, (add_months(last, -months) - first).days


def us_rate(financed: Decimal, dues: Sequence[Due], periods_in_year: int = 12) -> Decimal:
    """Appendix J (b)(8): A = Σ P / ((1 + f·i)(1 + i)^t); the rate is i times the unit-periods of a year.

    0 where no more is paid than was financed.
    """
    with localcontext() as context:
        context.prec = DIGITS
        return _percent(_root(financed, dues, odd_days_simply=True) * periods_in_year)


def eu_rate(financed: Decimal, dues: Sequence[Due]) -> Decimal:
    """Annex III, part I: Σ C = Σ D·(1 + X)^-s, where s is in years of 12 equal months, and odd days are parts
    of a year of 365 or 366 days: `fraction` is of a month, 1/12 year. X is what a month's factor comes to in
    a year.

    0 where no more is paid than was financed.
    """
    with localcontext() as context:
        context.prec = DIGITS
        month = _root(financed, dues, odd_days_simply=False)
        return _percent((1 + month) ** 12 - 1)


def us_fraction(days: int) -> Fraction:
    """Of a month, Appendix J (b)(5)(ii): a month has 30 days."""
    return Fraction(days, DAYS_OF_MONTH)


def eu_fraction(days: int, until: date) -> Fraction:
    """Of a month, Annex III, remark (c): a year has 12 equal months, and 365 days or 366, which are those of
    the year before `until`, the last of the days.
    """
    return Fraction(days * 12, (until - add_months(until, -12)).days)


def _root(financed: Decimal, dues: Sequence[Due], *, odd_days_simply: bool) -> Decimal:
    """The rate of a unit-period by Newton's method from 0: the value of what is paid falls, ever more slowly,
    as the rate rises, so that each step comes nearer from below.
    """
    rate = Decimal(0)
    for _ in range(MOST_STEPS):
        value, slope = _value(dues, rate, odd_days_simply=odd_days_simply)
        if value <= financed or not slope:
            return rate
        step = (value - financed) / slope
        rate += step
        if step < PRECISE:
            return rate
    return rate


def _value(dues: Sequence[Due], rate: Decimal, *, odd_days_simply: bool) -> tuple[Decimal, Decimal]:
    """Of all payments today, and how fast it falls with the rate."""
    total = slope = Decimal(0)
    factor, reached = Decimal(1), 0
    for due in sorted(dues, key=lambda each: each.periods):
        factor *= (1 + rate) ** (due.periods - reached)
        reached = due.periods
        odd = Decimal(due.fraction.numerator) / due.fraction.denominator
        grown = 1 + odd * rate if odd_days_simply else (1 + rate) ** odd
        value = due.amount / (factor * grown)
        total += value
        per_odd = odd / grown if odd_days_simply else odd / (1 + rate)
        slope += value * (per_odd + due.periods / (1 + rate))
    return total, slope


def _percent(rate: Decimal) -> Decimal:
    return min(rate * 100, HIGHEST).quantize(CENT, ROUND_HALF_UP)
