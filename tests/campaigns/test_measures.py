"""Rates are those of the exact sums, and none where they would divide by zero."""

from crm.campaigns.measures import Sums, measures_of


def test_rates_follow_from_the_sums() -> None:
    found = measures_of(Sums(10_000, 400, 120_500_000, 2_500_000_000, 482_000_000, 0))
    assert (found.spend, found.conversions, found.conversion_value) == (120.5, 2.5, 482)
    assert (found.ctr, found.cpc, found.cpm) == (0.04, 0.30125, 12.05)
    assert (found.cpa, found.conversion_rate, found.roas) == (48.2, 0.00625, 4)


def test_nothing_is_divided_by_zero() -> None:
    found = measures_of(Sums())
    assert {found.ctr, found.cpc, found.cpm, found.cpa, found.conversion_rate, found.roas} == {None}
    assert measures_of(Sums(spend=5_000_000, untold=0)).roas == 0
    assert measures_of(Sums(conversions=1, untold=0)).cpa == 0
