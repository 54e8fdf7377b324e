"""Annual rates are those of the examples that the law itself publishes."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from crm.deals.annual_rates import Due, eu_fraction, eu_rate, months_between, us_fraction, us_rate


def dues(payment: str, count: int, first: int = 1, fraction: Fraction = Fraction(0)) -> list[Due]:
    return [Due(Decimal(payment), first + number, fraction) for number in range(count)]


# 12 CFR 1026, Appendix J, paragraph (c): amount financed, payments, unit-periods in a year, annual rate.
APPENDIX_J = {
    "(c)(1)(i)": ("5000", dues("230", 24), 12, "9.69"),
    "(c)(1)(ii)": ("6000", dues("200", 36, 1, Fraction(19, 30)), 12, "11.82"),
    "(c)(1)(iii)": ("5000", dues("219.17", 24, 0, Fraction(6, 15)), 24, "10.34"),
    "(c)(1)(iv)": ("10000", dues("385", 40, 1, Fraction(39, 90)), 4, "8.97"),
    "(c)(1)(v)": ("500", dues("17.60", 30, 4, Fraction(4, 7)), 52, "14.96"),
    "(c)(2)(i)": ("5000", [Due(Decimal(250), 1), *dues("230", 23, 2)], 12, "10.08"),
    "(c)(2)(ii)": (
        "400", [Due(Decimal("39.50"), 1, Fraction(5, 28)), *dues("38.31", 11, 2, Fraction(5, 28))],
        13, "28.50",
    ),
    "(c)(3)(i)": ("5000", [*dues("230", 23), Due(Decimal(280), 24)], 12, "10.50"),
    "(c)(3)(ii)": (
        "200", [*dues("9.50", 19, 0, Fraction(8, 14)), Due(Decimal(30), 19, Fraction(8, 14))], 26, "12.22",
    ),
    "(c)(4)(i)": ("5000", [Due(Decimal(250), 1), *dues("230", 22, 2), Due(Decimal(280), 24)], 12, "10.90"),
    "(c)(4)(ii)": (
        "8000",
        [
            Due(Decimal("449.36"), 0, Fraction(52, 60)), *dues("465", 18, 1, Fraction(52, 60)),
            Due(Decimal(200), 19, Fraction(52, 60)),
        ],
        6, "7.30",
    ),
}  # fmt: skip


def days(count: int) -> Fraction:
    return Fraction(count * 12, 365)


# Directive 98/7/EC (OJ L 101, 1.4.1998, p. 17), Annex II: examples of the equation, A by days from 1 January
# 1994 and B by equal months. Directive 2008/48/EC, Annex I, and Directive (EU) 2023/2225, Annex III, keep the
# equation and its remarks on time and rounding, and have no examples of their own.
EXAMPLES_OF_THE_UNION = {
    "A, first": ("1000", [Due(Decimal(1200), 0, days(546))], "12.96"),
    "A, second": ("950", [Due(Decimal(1200), 0, days(546))], "16.9"),
    "A, third": ("1000", [Due(Decimal(600), 0, days(365)), Due(Decimal(600), 0, days(730))], "13.07"),
    "B, first": ("1000", [Due(Decimal(1200), 18)], "12.92"),
    "B, second": ("950", [Due(Decimal(1200), 18)], "16.85"),
    "B, third": ("1000", [Due(Decimal(600), 12), Due(Decimal(600), 24)], "13.07"),
    "B, fourth": ("1000", [Due(Decimal(272), 3), Due(Decimal(272), 6), Due(Decimal(544), 12)], "13.19"),
}  # fmt: skip


@pytest.mark.parametrize("example", APPENDIX_J)
def test_the_american_rate_is_that_of_appendix_j(example: str) -> None:
    financed, paid, in_year, wanted = APPENDIX_J[example]
    assert us_rate(Decimal(financed), paid, in_year) == Decimal(wanted)


@pytest.mark.parametrize("example", EXAMPLES_OF_THE_UNION)
def test_the_european_rate_is_that_of_the_directive(example: str) -> None:
    financed, paid, wanted = EXAMPLES_OF_THE_UNION[example]
    assert eu_rate(Decimal(financed), paid) == Decimal(wanted)


@pytest.mark.parametrize(
    ("first", "last", "months", "days"),
    [
        (date(1978, 1, 10), date(1978, 2, 10), 1, 0),
        (date(1978, 2, 10), date(1978, 4, 1), 1, 19),
        (date(2026, 1, 31), date(2026, 2, 28), 0, 28),
        (date(2024, 2, 29), date(2024, 2, 29), 0, 0),
        (date(2026, 11, 28), date(2027, 3, 1), 3, 3),
    ],
)
def test_months_are_counted_back_and_the_odd_days_come_first(
    first: date, last: date, months: int, days: int
) -> None:
    assert months_between(first, last) == (months, days)


def test_what_costs_nothing_has_a_rate_of_nothing_and_odd_days_count() -> None:
    assert us_rate(Decimal(1200), dues("100", 12)) == eu_rate(Decimal(1200), dues("100", 12)) == 0
    later = us_rate(Decimal(1000), dues("90", 12, 1, us_fraction(15)))
    assert later < us_rate(Decimal(1000), dues("90", 12))
    odd = eu_fraction(15, date(2027, 3, 1))
    assert eu_rate(Decimal(1000), dues("90", 12, 1, odd)) < eu_rate(Decimal(1000), dues("90", 12))


def test_odd_days_of_the_union_are_parts_of_the_year_that_ends_with_them() -> None:
    """Remark (c): 365 days, or 366 where 29 February is among them."""
    assert eu_fraction(365, date(2027, 3, 1)) == eu_fraction(366, date(2028, 3, 1)) == 12
    assert eu_fraction(366, date(2028, 2, 29)) == eu_fraction(366, date(2029, 2, 28)) == 12
    assert eu_fraction(365, date(2029, 3, 1)) == 12
