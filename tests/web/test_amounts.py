import pytest

from crm.web.amounts import plain_number


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
    ],
)
def test_an_amount_is_read_in_any_of_the_ways_it_is_written(text: str, plain: str) -> None:
    assert plain_number(text) == plain
