"""VINs: ISO 3779, the check digit of North America, and older forms."""

import pytest

from crm.catalogue.vin import check_digit, check_digit_fits, check_vin, clean_vin
from crm.errors import Invalid


def test_groups_and_small_letters_are_the_same_number() -> None:
    assert clean_vin(" 1zzzz-12a0 rt000001 ") == "1ZZZZ12A0RT000001"
    assert clean_vin("bnr32-305366") == "BNR32-305366"


@pytest.mark.parametrize(
    ("vin", "year"),
    [("1ZZZZ12A0RT000001", 2024), ("WZZZZZTESTZ000001", 2023), ("ABC1234567", 1978), ("BNR32-305366", 1994)],
)
def test_it_takes_17_characters_and_the_forms_of_before_1981(vin: str, year: int) -> None:
    check_vin(vin, year)


@pytest.mark.parametrize(
    ("vin", "year"),
    [
        ("1ZZZZ12A0RT00000O", 2024),
        ("1ZZZZ12A0RT00000I", 2024),
        ("1ZZZZ12A0RT00000Q", 2024),
        ("1ZZZZ12A0RT00001", 2024),
        ("1ZZZZ12A0RT0000001", 1970),
        ("AB", 1970),
        ("ÄBC1234567", 1970),
    ],
)
def test_it_refuses_other_letters_and_lengths(vin: str, year: int) -> None:
    with pytest.raises(Invalid) as refused:
        check_vin(vin, year)
    assert refused.value.problems[0].field == "vin"


@pytest.mark.parametrize("vin", ["1M8GDM9AXKP042788", "11111111111111111", "1ZZZZ12AXRT000006"])
def test_published_numbers_have_the_check_digit_that_the_rule_gives(vin: str) -> None:
    """The first two are the examples of Wikipedia's page on the VIN and of the tables of 49 CFR 565."""
    assert check_digit(vin) == vin[8]


def test_the_check_digit_counts_only_in_north_america() -> None:
    assert not check_digit_fits("1ZZZZ12A1RT000001")
    assert check_digit_fits("WZZZZZTESTZ000001")
    assert check_digit_fits("ABC1234567")
