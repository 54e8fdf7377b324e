from decimal import Decimal

import pytest
from pydantic import TypeAdapter, ValidationError

from crm.errors import Invalid
from crm.money import (
    MOST,
    Amount,
    Currency,
    Price,
    as_major,
    as_stored,
    check_current,
    check_places,
    currency_places,
    share,
)

amounts: TypeAdapter[Decimal] = TypeAdapter(Amount)
prices: TypeAdapter[Decimal] = TypeAdapter(Price)
codes: TypeAdapter[str] = TypeAdapter(Currency)
ENDED = ("HRK", "BGN", "ANG", "CUC", "ZWL", "DEM")
NOT_TENDER = ("CLF", "UYW", "COU", "MXV", "CHE", "CHW", "BOV", "USN", "VED")
NO_MONEY = ("XXX", "XTS", "XAU", "XDR", "EU", "EURO", "€", "")


@pytest.mark.parametrize(
    ("places", "of_them"),
    [
        (0, {"JPY", "CLP", "KRW", "ISK", "XOF"}),
        (2, {"EUR", "USD", "RSD", "ALL", "LBP", *NOT_TENDER} - {"CLF", "UYW"}),
        (3, {"KWD", "BHD", "OMR", "JOD", "TND", "IQD", "LYD"}),
        (4, {"CLF", "UYW"}),
    ],
)
def test_a_currency_has_the_places_of_iso_4217(places: int, of_them: set[str]) -> None:
    assert {currency_places()[code] for code in of_them} == {places}


@pytest.mark.parametrize("code", [*NOT_TENDER, "eur", *ENDED])
def test_a_code_is_known_though_it_is_no_tender_or_has_ended(code: str) -> None:
    assert codes.validate_python(code, strict=True) == code.upper()


@pytest.mark.parametrize("code", NO_MONEY)
def test_what_nothing_is_priced_in_is_no_currency(code: str) -> None:
    with pytest.raises(ValidationError):
        codes.validate_python(code, strict=True)


@pytest.mark.parametrize("code", ENDED)
def test_a_currency_that_has_ended_is_not_taken_anew(code: str) -> None:
    with pytest.raises(Invalid, match="no longer in use"):
        check_current(code)


@pytest.mark.parametrize(
    "text", ["0", "-0.0", "0.01", "150000", "19.99", "1.10", '"12.50"', "1e5", "0.0001", "0.00010", str(MOST)]
)
def test_an_amount_comes_back_to_the_last_place(text: str) -> None:
    amount = amounts.validate_json(text, strict=True)
    assert Decimal(str(as_major(as_stored(amount)))) == amount


@pytest.mark.parametrize("currency", sorted(currency_places()))
def test_the_smallest_and_the_longest_amount_of_each_currency_come_back(currency: str) -> None:
    places = currency_places()[currency]
    for text in (
        f"{Decimal(1).scaleb(-places):f}",
        f"{'9' * min(13, 15 - places)}.{'9' * places}".rstrip("."),
    ):
        amount = amounts.validate_python(text)
        check_places(amount, currency)
        assert Decimal(str(as_major(as_stored(amount)))) == Decimal(text)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("-1", "must be at least 0"),
        ("10000000000000", "may be at most 9999999999999.99"),
        ("1e400", "must be a number"),
        ('"1e400"', "may be at most 9999999999999.99"),
        ("0.00001", "may have at most 4 decimal places"),
        ('"1e-999999999999"', "may have at most 4 decimal places"),
        ("999999999999.9999", "may have at most 15 digits"),
        *[(text, "must be a number") for text in ("true", "null", "[]", '"x"', '"NaN"', '"Infinity"', '""')],
        ('"' + "9" * 5000 + '"', "may be at most 9999999999999.99"),
    ],
)
def test_what_is_no_amount_is_refused_in_plain_words(text: str, refusal: str) -> None:
    with pytest.raises(ValidationError, match=f"{refusal} "):
        amounts.validate_json(text, strict=True)


@pytest.mark.parametrize(
    ("amount", "currency", "refusal"),
    [
        ("0.005", "EUR", "may have at most 2 decimal places in EUR"),
        ("12.5001", "KWD", "may have at most 3 decimal places in KWD"),
        ("0.5", "JPY", "may have no decimal places in JPY"),
        ("0.00001", "EUR", "may have at most 2 decimal places in EUR"),
        ("1e-12", "JPY", "may have no decimal places in JPY"),
        ("1e-99999", "CLF", "may have at most 4 decimal places in CLF"),
        ("0.005", "HRK", "may have at most 2 decimal places in HRK"),
    ],
)
def test_places_that_the_currency_lacks_are_refused(amount: str, currency: str, refusal: str) -> None:
    with pytest.raises(Invalid, match=refusal):
        check_places(prices.validate_python(amount), currency)
    check_places(Decimal("12.0000"), currency)


@pytest.mark.parametrize(("currency", "part"), [("EUR", 3.33), ("JPY", 3), ("KWD", 3.333), ("CLF", 3.3333)])
def test_a_share_has_no_more_places_than_its_currency(currency: str, part: float) -> None:
    assert as_major(share(as_stored(Decimal("33.333")), 10, currency)) == part
