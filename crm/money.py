"""Money: outside, a decimal number of major units; inside, whole ten-thousandths beside an ISO 4217 code.

All currencies are stored in the same unit, so that filters, orders and indexes compare amounts.
"""

from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Annotated

from babel.core import get_global
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from crm.errors import Invalid, Sentence

UNIT = 10_000
MOST_PLACES = 4
MOST_DIGITS = 15
LONGEST_CODE = 100
LONGEST_TYPED = 10_000
MOST = Decimal("9999999999999.99")
LOW = 1_000_000
"""Sums of 64 bits can overflow: SQL sums `amount / LOW` and `amount % LOW` apart."""

_TABLE = Path(__file__).with_name("iso_4217.txt")


@cache
def _table() -> dict[str, int | None]:
    """The decimal places of each code (ISO 4217, list one); None for what is no money."""
    lines = [line for line in _TABLE.read_text("ascii").splitlines() if not line.startswith("#")]
    pairs = [line.split(": ") for line in lines]
    return {
        code: None if places == "none" else int(places) for places, codes in pairs for code in codes.split()
    }


@cache
def currency_places() -> dict[str, int]:
    """How many decimal places each currency of today has, by code."""
    return {code: places for code, places in _table().items() if places is not None}


@cache
def _ended_currencies() -> frozenset[str]:
    """Codes of earlier times, as CLDR lists them. Old records keep them; new ones cannot take them."""
    return frozenset(get_global("all_currencies")) - _table().keys()


def places_of(currency: str) -> int:
    """Two for a currency that has ended: that is how amounts in it were taken."""
    return currency_places().get(currency, 2)


def check_places(amount: Decimal, currency: str, field: str = "value") -> None:
    """Raises Invalid when the amount has more decimal places than its currency knows."""
    most = places_of(currency)
    if places_in(amount) <= most:
        return
    if most == 0:
        raise Invalid.field(field, Sentence("may have no decimal places in {currency}", currency=currency))
    refusal = Sentence(
        "may have at most {places} decimal places in {currency}", places=most, currency=currency
    )
    raise Invalid.field(field, refusal)


def check_current(currency: str, field: str = "currency") -> None:
    """Raises Invalid for a currency that has ended."""
    if currency not in currency_places():
        raise Invalid.field(field, _ended(currency))


def _ended(currency: str) -> Sentence:
    return Sentence("{currency} is no longer in use", currency=currency)


def as_stored(amount: Decimal) -> int:
    return int(amount * UNIT)


def as_major(stored: int) -> int | float:
    """The number that is sent: whole where it is whole. Up to the largest Amount no digit is lost."""
    whole, rest = divmod(stored, UNIT)
    return stored / UNIT if rest else whole


def share(stored: int, percent: int, currency: str) -> int:
    """So many per cent of a stored amount, rounded half up to the places of its currency."""
    step = int(10 ** (MOST_PLACES - places_of(currency)))
    return (stored * percent + 50 * step) // (100 * step) * step


def _check_currency(text: str) -> str:
    code = text.upper()
    if code not in currency_places() and code not in _ended_currencies():
        raise ValueError("is not a currency code such as EUR (ISO 4217)")
    return code


def _refuse_ended(code: str) -> str:
    if code not in currency_places():
        raise ValueError(_ended(code))
    return code


def as_decimal(value: object) -> Decimal:
    """Of a number, or of text as forms send it. A float stands for the digits with which it is written."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic reports values this way
    if isinstance(value, str) and len(value) > LONGEST_TYPED:
        raise ValueError("must be a number")
    try:
        amount = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):  # ValueError: an int of more digits than Python writes
        raise ValueError("must be a number") from None
    if not amount.is_finite():
        raise ValueError("must be a number")
    return amount


def _check_size(amount: Decimal) -> Decimal:
    if amount < 0:
        raise ValueError("must be at least 0")
    if amount > MOST:
        raise ValueError(Sentence("may be at most {most}", most=MOST))
    places = places_in(amount)
    if places <= MOST_PLACES and amount >= 10 ** (MOST_DIGITS - places):
        raise ValueError(Sentence("may have at most {digits} digits", digits=MOST_DIGITS))
    return amount


def _check_any_places(amount: Decimal) -> Decimal:
    if places_in(amount) > MOST_PLACES:
        raise ValueError(Sentence("may have at most {places} decimal places", places=MOST_PLACES))
    return amount


def places_in(amount: Decimal) -> int:
    """Decimal places that count: `12.500` has one."""
    digits = "".join(map(str, amount.as_tuple().digits))
    zeros = len(digits) - len(digits.rstrip("0"))
    return max(0, -int(amount.as_tuple().exponent) - zeros) if amount else 0


Price = Annotated[
    Decimal,
    BeforeValidator(as_decimal),
    AfterValidator(_check_size),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": float(MOST)}),
]
"""In major units, never negative, of at most 15 digits; `check_places` must hold it to its currency."""

Amount = Annotated[Price, AfterValidator(_check_any_places)]
"""One of any currency: a bound that prices are compared with."""

Currency = Annotated[str, Field(max_length=LONGEST_CODE), AfterValidator(_check_currency)]
"""A code of today or of earlier times; `check_current` refuses the latter."""

CurrentCurrency = Annotated[Currency, AfterValidator(_refuse_ended)]
"""A code of today."""
