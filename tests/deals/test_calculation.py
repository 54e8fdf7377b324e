"""A scenario's figures fit each other to the last cent, and are those of published examples."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm.deals.annual_rates import add_months
from crm.deals.calculation import Rules, calculate, schedule_of
from crm.deals.pricing import MARGIN_SENTENCE, TaxRule
from crm.deals.terms import ScenarioTerms
from crm.errors import Invalid

TODAY = date(2026, 11, 28)
RULES = Rules(TaxRule("price", Decimal(0)), "us")
CENTS = st.integers(0, 9_999_999).map(lambda cents: Decimal(cents) / 100)
CENT = Decimal("0.01")
EXTREME: dict[str, Any] = {"kind": "finance", "apr": 100, "term": 480}


def terms(**given_: Any) -> ScenarioTerms:
    return ScenarioTerms.model_validate(given_)


def figures(rules: Rules = RULES, currency: str = "USD", **given_: Any) -> Any:
    return calculate(terms(**given_), rules, currency, TODAY)


@st.composite
def finances(draw: st.DrawFn) -> dict[str, Any]:
    price = draw(CENTS)
    down = min(draw(CENTS), price)
    starts = draw(st.dates(date(2024, 1, 1), date(2027, 12, 31)))
    rest = price - down
    return {
        "kind": "finance", "price": price, "down_payment": down, "term": draw(st.integers(1, 120)),
        "apr": Decimal(draw(st.integers(0, 3_000))) / 100, "balloon": min(draw(CENTS), rest),
        "starts_on": starts,
        "first_payment_on": draw(st.dates(starts, date(starts.year + 2, starts.month, 1))),
        "rate_method": draw(st.sampled_from(["us", "eu"])),
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(finances(), st.sampled_from(["USD", "JPY", "KWD"]))
def test_a_schedule_ends_at_nothing_and_its_sums_agree(wanted: dict[str, Any], currency: str) -> None:
    if currency == "JPY":
        whole = {"price", "down_payment", "balloon"}
        wanted = {name: int(value) if name in whole else value for name, value in wanted.items()}
        wanted["balloon"] = min(wanted["balloon"], wanted["price"] - wanted["down_payment"])
    found = figures(currency=currency, **wanted)
    table = schedule_of(terms(**wanted), RULES, currency, TODAY)
    assert len(table) == found.payments and table[-1].balance == 0
    assert sum(row.payment for row in table) == found.total_of_payments
    assert sum(row.principal for row in table) == found.amount_financed
    assert sum(row.interest for row in table) == found.finance_charge
    assert found.amount_financed + found.finance_charge == found.total_of_payments
    assert {row.payment for row in table[:-1]} <= {found.payment} or found.payment * found.payments >= sum(
        row.payment for row in table
    )
    assert all(row.interest >= 0 and row.payment >= 0 for row in table)


@st.composite
def extremes(draw: st.DrawFn) -> dict[str, Any]:
    """Rates up to 100 %, up to 480 months, sums of a few cents and of billions, a first payment far off."""
    price = Decimal(draw(st.one_of(st.integers(1, 500), st.integers(1, 10**11)))) / 100
    rate = draw(
        st.one_of(st.sampled_from([0, 1, 10_000_000, 99_999_999, 100_000_000]), st.integers(0, 10**8))
    )
    return {
        "kind": "finance", "price": price, "apr": Decimal(rate) / 10**6,
        "term": draw(st.one_of(st.sampled_from([1, 2, 479, 480]), st.integers(1, 480))),
        "balloon": draw(st.sampled_from([Decimal(0), price, (price / 3).quantize(CENT)])),
        "starts_on": TODAY, "first_payment_on": add_months(TODAY, draw(st.sampled_from([0, 1, 2, 60]))),
    }  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(extremes())
@example(dict(EXTREME, price=10_000))
@example(dict(EXTREME, price=10_000, balloon=5_000))
@example(dict(EXTREME, price=Decimal("0.07")))
@example(dict(EXTREME, term=2, price=CENT, balloon=CENT, starts_on=TODAY, first_payment_on=TODAY))
def test_the_last_payment_takes_no_more_than_the_rounding_at_any_rate_and_term(
    wanted: dict[str, Any],
) -> None:
    found = figures(**wanted)
    table = schedule_of(terms(**wanted), RULES, "USD", TODAY)
    rounding = max(found.payment / 10, CENT * wanted["term"] / 2 + CENT)
    assert found.last_payment <= found.payment + Decimal(wanted.get("balloon", 0)) + rounding
    assert table[-1].balance == 0 and sum(row.payment for row in table) == found.total_of_payments
    assert sum(row.principal for row in table) == found.amount_financed
    assert sum(row.interest for row in table) == found.finance_charge >= 0
    assert all(row.payment == found.payment for row in table[: wanted["term"] // 2]) or found.payment < 10
    assert all(row.interest >= 0 and row.payment >= 0 and row.balance >= 0 for row in table)
    balances = [found.amount_financed, *(row.balance for row in table)]
    assert all(a - row.principal == b for a, row, b in zip(balances, table, balances[1:], strict=False))


@settings(max_examples=60, deadline=None)
@given(st.one_of(finances(), extremes()), CENTS)
def test_a_larger_down_payment_never_raises_a_payment(wanted: dict[str, Any], more: Decimal) -> None:
    down = Decimal(wanted.get("down_payment", 0))
    most = wanted["price"] - wanted["balloon"]
    larger = wanted | {"down_payment": max(down, min(down + more, most))}
    assert figures(**larger).payment <= figures(**wanted).payment


@settings(max_examples=40, deadline=None)
@given(CENTS, CENTS, st.integers(1, 60), st.integers(0, 2_400))
def test_a_lease_is_depreciation_and_rent_and_a_larger_down_payment_never_raises_it(
    price: Decimal, down: Decimal, term: int, rate: int
) -> None:
    wanted: dict[str, Any] = {
        "kind": "lease",
        "price": price,
        "term": term,
        "apr": Decimal(rate) / 100,
        "tax_rate": 7,
    }
    wanted |= {"residual": (price / 2).quantize(Decimal("0.01"), "ROUND_DOWN")}
    found = figures(**wanted)
    taxes = found.payment_tax * term
    assert found.depreciation + found.rent_charge + taxes == found.total_of_payments == found.payment * term
    less = figures(**wanted, down_payment=min(down, price - wanted["residual"]))
    assert less.payment <= found.payment


@pytest.mark.parametrize(
    ("apr", "term", "amount", "payment"),
    [
        ("9.6869", 24, 5000, "230.00"), ("10", 36, 10_000, "322.67"), ("0", 36, 10_000, "277.78"),
        ("6", 60, 20_000, "386.66"), ("12", 12, 1_000, "88.85"),
    ],
)  # fmt: skip
def test_payments_are_those_of_the_tables(apr: str, term: int, amount: int, payment: str) -> None:
    """The first is Appendix J (c)(1)(i); the others stand in any table of annuities."""
    found = figures(kind="finance", price=amount, apr=Decimal(apr), term=term)
    assert found.payment == Decimal(payment)
    assert abs(found.annual_rate - Decimal(apr)) <= Decimal("0.01")


def test_the_rate_of_the_union_is_effective_and_grows_with_a_deferred_payment_only_by_its_interest() -> None:
    wanted: dict[str, Any] = {"kind": "finance", "price": 12_000, "apr": 6, "term": 48, "rate_method": "eu"}
    assert figures(**wanted).annual_rate == Decimal("6.17")
    deferred = figures(**wanted, first_payment_on="2027-05-28")
    assert deferred.payment > figures(**wanted).payment and deferred.annual_rate == Decimal("6.17")


def test_a_lease_is_that_of_the_textbook() -> None:
    """Capitalised cost 30,000, residual 18,000, 36 months, money factor 0.00125 (3 % / 2400)."""
    found = figures(kind="lease", price=30_000, residual=18_000, term=36, money_factor=Decimal("0.00125"))
    assert (found.payment, found.depreciation) == (Decimal("393.33"), 12_000)
    assert found.rent_charge == Decimal("2159.88")
    by_rate = figures(kind="lease", price=30_000, residual=18_000, term=36, apr=3)
    assert (by_rate.payment, by_rate.money_factor) == (found.payment, Decimal("0.00125"))


DEAL: dict[str, Any] = {
    "price": 20_000, "discount": 1_000, "trade_allowance": 5_000, "trade_payoff": 2_000, "cost": 16_000,
    "rebates": [{"title": "Maker", "amount": 500}],
    "accessories": [{"title": "Mats", "amount": 200, "cost": 80}],
    "fees": [{"title": "Title", "amount": 100, "taxable": False}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("base", "taxable", "tax", "due"),
    [("price", 19_200, 1_920, 17_720), ("price_less_trade", 14_200, 1_420, 17_220), ("margin", 0, 0, 15_800)],
)
def test_tax_is_of_the_price_or_less_the_trade_in_or_hidden_in_the_margin(
    base: str, taxable: int, tax: int, due: int
) -> None:
    found = figures(tax_base=base, tax_rate=10, **DEAL)
    assert (found.pricing.taxable, found.pricing.tax, found.pricing.due) == (taxable, tax, due)
    assert found.tax_note == (MARGIN_SENTENCE if base == "margin" else None)
    hidden = Decimal("283.64") if base == "margin" else 0
    assert (found.pricing.hidden_tax, found.pricing.gross_front) == (hidden, 3_120 - hidden)
    assert found.pricing.gross_back == 100


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        ({"price": 10, "discount": 11}, "discount"), ({"price": 10, "down_payment": 11}, "down_payment"),
        ({"price": 10, "rebates": [{"title": "x", "amount": 11}]}, "rebates"),
        ({"kind": "lease", "price": 10, "residual": 11}, "residual"),
        ({"kind": "finance", "price": 10, "balloon": 11}, "balloon"),
        ({"kind": "finance", "price": 10, "first_payment_on": "2020-01-01"}, "first_payment_on"),
        ({"kind": "finance", "price": 10, "first_payment_on": "2099-01-01"}, "first_payment_on"),
        ({"price": "10.001"}, "price"), ({"fees": [{"title": "x", "amount": "0.001"}]}, "fees.0.amount"),
        ({"kind": "finance", "price": 9_999_999_999_999, "apr": 100, "term": 480}, "term"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_its_field(given_: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        figures(**given_)
    assert [problem.field for problem in refusal.value.problems] == [field]
