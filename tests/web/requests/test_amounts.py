import pytest
from flask import Flask

from crm.web.requests.amounts import amount_text, plain_amount, plain_number


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("", "0"),
        (" ", "0"),
        ("150000", "150000"),
        ("150 000", "150000"),
        ("150\u00a0000,50", "150000.50"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234", "1234"),
        ("1.234", "1234"),
        ("1,234,567", "1234567"),
        ("1.234.567,8", "1234567.8"),
        ("19.99", "19.99"),
        ("19,99", "19.99"),
        ("0,500", "0.500"),
        ("12'500.00", "12500.00"),
        ("many", "many"),
        ("1,00,000", "100000"),
        ("12.34.56.789", "123456789"),
        ("1,234,56", "1,234,56"),
        ("1.2.3", "1.2.3"),
        ("1234,567,890", "1234,567,890"),
        ("1,234,5678", "1,234,5678"),
        ("1,234,56.00", "1,234,56.00"),
        ("12.34,5", "12.34,5"),
        ("1,00,000.50", "100000.50"),
        (",123,456", ",123,456"),
        ("-1,234,567", "-1234567"),
    ],
)
def test_an_amount_is_read_in_any_of_the_ways_it_is_written(text: str, plain: str) -> None:
    assert plain_number(text) == plain


@pytest.mark.parametrize(
    ("text", "places", "sign", "plain"),
    [
        ("12.500", 3, ".", "12.500"),
        ("12,500", 3, ".", "12500"),
        ("12,500", 3, ",", "12.500"),
        ("12.500", 3, ",", "12500"),
        ("1,234.500", 3, ".", "1234.500"),
        ("1.234,500", 3, ".", "1234.500"),
        ("1,234", 4, ".", "1234"),
        ("12.500", 0, ".", "12500"),
        ("12.500", 2, ".", "12500"),
        ("12\u066b5", 3, ".", "12.5"),
        ("1\u066c234\u066b500", 3, ".", "1234.500"),
    ],
)
def test_one_mark_before_three_digits_is_read_by_the_currency_and_the_reader(
    text: str, places: int, sign: str, plain: str
) -> None:
    assert plain_number(text, places, sign) == plain


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD", "CLF"])
@pytest.mark.parametrize("value", [0, 7, 1234, 12.5, 12.345, 1234.5678, 9999999999999.99])
def test_what_a_form_holds_is_read_as_the_same_amount(app: Flask, value: float, currency: str) -> None:
    with app.test_request_context():
        assert float(plain_amount(amount_text(value), currency)) == value
