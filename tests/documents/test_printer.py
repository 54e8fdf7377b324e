"""Amounts in print: where a text runs from right to left, the sign stands before the digits all the same."""

import re

import pytest

from crm.documents.printer import END, LTR, Printer
from crm.documents.words import RIGHT_TO_LEFT
from crm.formats import formats_of

AMOUNTS = (0.5, 3, 1250.5, 12345678.9)


def printer(language: str, currency: str = "EUR") -> Printer:
    return Printer({}, formats_of(language), currency)


@pytest.mark.parametrize("currency", ["EUR", "ILS", "SAR", "JPY", "KWD"])
@pytest.mark.parametrize("language", sorted(RIGHT_TO_LEFT))
def test_a_sign_keeps_its_side_and_the_currency_its_own(language: str, currency: str) -> None:
    of = printer(language, currency)
    for amount in AMOUNTS:
        above = of.money(amount)
        for below in (of.money(-amount), of.less(above)):
            isolated = re.search(f"{LTR}(.*){END}", below)
            assert isolated is not None and isolated[1][0] == "−"
            assert isolated[1][1:] in above and isolated[1][1].isdigit()
            rest = re.sub(r"[\u200e\u200f]", "", below.replace(isolated[0], "#"))
            assert rest == re.sub(r"[\u200e\u200f]", "", above.replace(isolated[1][1:], "#"))
        assert LTR not in above
        assert of.less("10%").startswith(f"{LTR}−10%") and of.number(-amount).startswith(LTR)


def test_other_languages_have_the_same_minus_for_all_that_is_below_nothing() -> None:
    of = printer("de")
    assert (of.money(-2.5), of.less(of.money(2.5)), of.number(-1)) == ("−2,50\xa0€", "−2,50\xa0€", "−1")
    for language in ("en", "fr", "pl", "ja", "th", "de-CH", "en-IN", "sv", "lt"):
        for text in (printer(language).money(-1250.5), printer(language).number(-3)):
            assert "−" in text and "-" not in text
