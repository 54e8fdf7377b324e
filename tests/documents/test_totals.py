"""Totals of documents: worked examples, and what holds of all lines."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.documents.totals import Discount, PricedLine, rounded, share_out, totals_of
from crm.errors import Invalid
from crm.money import places_of

D = Decimal


def line(quantity: str, price: str, rate: str = "19", **more: object) -> PricedLine:
    decimals = {name: D(value) if isinstance(value, str) else value for name, value in more.items()}
    return PricedLine(D(quantity), D(price), D(rate), **decimals)  # type: ignore[arg-type]


def summary(*lines: PricedLine, currency: str = "EUR", **more: object) -> tuple[str, str, str]:
    found = totals_of(lines, currency, **more)  # type: ignore[arg-type]
    return str(found.total_net), str(found.total_tax), str(found.total)


def test_tax_is_computed_once_for_each_rate_and_never_for_each_line() -> None:
    """Three times 0.19 for each line would be 0.20 * 3 = 0.60 less a cent: the sum alone is rounded."""
    lines = [line("1", "0.99")] * 3
    assert summary(*lines) == ("2.97", "0.56", "3.53"), "0.5643, not 3 * 0.19 = 0.57"


def test_the_example_of_the_norm_with_two_rates_adds_up() -> None:
    """EN 16931-1, annex A: a base of 1,500 at 25 % and of 200 at 12 %."""
    found = totals_of([line("5", "300", "25"), line("10", "20", "12")], "DKK")
    assert [(str(each.tax_rate), each.net, each.tax) for each in found.taxes] == [
        ("25", D("1500.00"), D("375.00")),
        ("12", D("200.00"), D("24.00")),
    ]
    assert (found.total_net, found.total) == (D("1700.00"), D("2099.00"))


@pytest.mark.parametrize(
    ("lines", "currency", "expected"),
    [
        ([line("3", "33.335")], "EUR", ("100.01", "19.00", "119.01")),
        ([line("1", "0.125", "0")], "EUR", ("0.13", "0.00", "0.13")),
        ([line("2.5", "80", "20", discount="10")], "EUR", ("180.00", "36.00", "216.00")),
        ([line("2", "80", "20", discount="10", discount_amount="4")], "EUR", ("140.00", "28.00", "168.00")),
        ([line("3", "333", "10")], "JPY", ("999", "100", "1099")),
        ([line("1", "1.2345", "5")], "KWD", ("1.235", "0.062", "1.297")),
        ([line("1", "100", "19"), line("1", "100", "19.0")], "EUR", ("200.00", "38.00", "238.00")),
        ([], "EUR", ("0", "0", "0")),
    ],
)
def test_worked_examples(lines: list[PricedLine], currency: str, expected: tuple[str, str, str]) -> None:
    assert summary(*lines, currency=currency) == expected


def test_prices_with_tax_are_what_the_customer_pays() -> None:
    found = totals_of([line("1", "9.99")] * 3, "EUR", prices_include_tax=True)
    assert (found.total, found.total_tax, found.total_net) == (D("29.97"), D("4.79"), D("25.18"))
    assert sorted(found.line_nets) == [D("8.39"), D("8.39"), D("8.40")]


def test_optional_lines_count_when_chosen_and_one_of_each_group_of_alternatives() -> None:
    lines = [
        line("1", "100"),
        line("1", "10", optional=True),
        line("1", "20", optional=True, chosen=True),
        line("1", "300"),
        line("1", "400", alternative=True),
        line("1", "500", alternative=True, chosen=True),
        line("1", "600", alternative=True, chosen=True),
    ]
    found = totals_of(lines, "EUR")
    assert found.counted == [True, False, True, False, False, True, False]
    assert found.total_net == D("620.00")


def test_the_discount_of_a_document_is_shared_by_its_rates() -> None:
    lines = [line("1", "100", "19"), line("1", "50", "7")]
    found = totals_of(lines, "EUR", discount=Discount(D("10"), D("1")))
    assert found.discount == D("16.00")
    assert [(each.net, each.tax) for each in found.taxes] == [
        (D("89.33"), D("16.97")),
        (D("44.67"), D("3.13")),
    ]


def test_a_discount_above_the_price_is_refused_by_name() -> None:
    with pytest.raises(Invalid) as of_line:
        totals_of([line("1", "5"), line("1", "5", discount_amount="6")], "EUR")
    assert of_line.value.problems[0].field == "lines.1.discount_amount"
    with pytest.raises(Invalid) as of_document:
        totals_of([line("1", "5")], "EUR", discount=Discount(amount=D("6")))
    assert of_document.value.problems[0].field == "discount_amount"
    with pytest.raises(Invalid):
        totals_of([line("9999999", "9999999999999")], "EUR")


CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "CLF"])
LINES = st.lists(
    st.builds(
        PricedLine,
        quantity=st.decimals(0, 10_000, places=3),
        unit_price=st.decimals(0, 100_000, places=2),
        tax_rate=st.sampled_from([D(0), D(7), D("8.1"), D(19), D("19.0"), D(25)]),
        discount=st.decimals(0, 100, places=2),
        optional=st.booleans(),
        alternative=st.booleans(),
        chosen=st.booleans(),
    ),
    max_size=12,
)


@given(LINES, CURRENCIES, st.booleans(), st.decimals(0, 100, places=2))
@settings(max_examples=150, deadline=None)
def test_all_sums_agree(lines: list[PricedLine], currency: str, inside: bool, percent: Decimal) -> None:
    places = places_of(currency)
    found = totals_of(lines, currency, prices_include_tax=inside, discount=Discount(percent))
    assert found.total == found.total_net + found.total_tax
    assert found.total_net == sum((each.net for each in found.taxes), D(0))
    amounts = sum((a for a, counts in zip(found.line_amounts, found.counted, strict=True) if counts), D(0))
    assert (found.total if inside else found.total_net) == amounts - found.discount
    for each in found.taxes:
        exact = Fraction(each.net) * Fraction(each.tax_rate) / 100
        most = (
            Fraction(1, 10**places) * (2 if inside else 1) / 2 * (1 + Fraction(each.tax_rate) / 100 * inside)
        )
        assert abs(Fraction(each.tax) - exact) <= most, "BR-CO-17"
    for amount in (*found.line_amounts, *found.line_nets, found.total, found.total_tax):
        assert amount == rounded(Fraction(amount), places)


@given(LINES, CURRENCIES)
@settings(max_examples=60, deadline=None)
def test_the_order_of_plain_lines_changes_no_total(lines: list[PricedLine], currency: str) -> None:
    plain = [PricedLine(each.quantity, each.unit_price, each.tax_rate, each.discount) for each in lines]
    assert totals_of(plain, currency).taxes == totals_of(plain[::-1], currency).taxes


@given(st.decimals(0, 10_000, places=2), st.lists(st.decimals(0, 1000, places=2), min_size=1, max_size=9))
@settings(max_examples=100, deadline=None)
def test_shares_add_up_to_what_is_shared(total: Decimal, weights: list[Decimal]) -> None:
    parts = share_out(total, weights, 2)
    assert sum(parts) == (total if sum(weights) else 0)
    assert all(part >= 0 for part in parts)
