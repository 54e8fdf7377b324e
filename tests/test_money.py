from decimal import Decimal

import pytest
from pydantic import TypeAdapter, ValidationError

from crm.money import MOST, Amount, as_major, as_minor, currencies

amounts: TypeAdapter[Decimal] = TypeAdapter(Amount)


def test_today_s_currencies_are_known_and_yesterday_s_are_not() -> None:
    assert {"USD", "EUR", "JPY", "KZT", "UAH", "INR"} <= currencies()
    assert not {"DEM", "FRF", "ITL"} & currencies()


@pytest.mark.parametrize("text", ["0", "0.01", "150000", "19.99", "1.10", '"12.50"', "1e5", str(MOST)])
def test_an_amount_comes_back_to_the_cent(text: str) -> None:
    amount = amounts.validate_json(text, strict=True)
    assert Decimal(str(as_major(as_minor(amount)))) == amount


@pytest.mark.parametrize(
    "text",
    ["1.005", "-1", "true", "null", "[]", '"x"', '"NaN"', "1e400", '"Infinity"', "10000000000000", '""'],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        amounts.validate_json(text, strict=True)
