"""Money: outside, a decimal number of major units; inside, whole minor units beside an ISO 4217 code.

A minor unit is a hundredth for every currency here, also for those that in daily life know none.
"""

from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Annotated

from babel.core import get_global
from babel.numbers import get_territory_currencies
from pydantic import AfterValidator, BeforeValidator, Field

MINOR = 100
MOST = Decimal("9999999999999.99")


@cache
def currencies() -> frozenset[str]:
    """ISO 4217 codes that are tender somewhere today."""
    return frozenset(
        code for place in get_global("territory_currencies") for code in get_territory_currencies(place)
    )


def _check_currency(text: str) -> str:
    if text.upper() not in currencies():
        raise ValueError("is not a currency code such as EUR (ISO 4217)")
    return text.upper()


def _as_decimal(value: object) -> Decimal:
    """Of a number, or of text as forms send it. A float stands for the digits with which it is written."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic reports values this way
    try:
        return Decimal(str(value).strip())
    except InvalidOperation:
        raise ValueError("must be a number") from None


Amount = Annotated[Decimal, Field(ge=0, le=MOST, decimal_places=2), BeforeValidator(_as_decimal)]
"""In major units, at most two places, never negative."""

Currency = Annotated[str, AfterValidator(_check_currency)]


def as_minor(amount: Decimal) -> int:
    return int(amount * MINOR)


def as_major(minor: int) -> int | float:
    """The number that is sent: whole where it is whole. Up to the largest Amount no digit is lost."""
    whole, rest = divmod(minor, MINOR)
    return minor / MINOR if rest else whole
