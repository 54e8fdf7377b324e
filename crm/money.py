"""Money: outside, a decimal number of major units; inside, whole minor units beside an ISO 4217 code.

A minor unit is a hundredth for every currency here, also for those that in daily life know none.
"""

from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

MINOR = 100
MOST = Decimal("9999999999999.99")

_CODES = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
    GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD
    KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN
    NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP
    SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND
    VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())


def _currency(code: str) -> str:
    if code.upper() not in CURRENCIES:
        raise ValueError("must be a currency's code of three letters (ISO 4217), such as EUR")
    return code.upper()


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

Currency = Annotated[str, AfterValidator(_currency)]


def as_minor(amount: Decimal) -> int:
    return int(amount * MINOR)


def as_major(minor: int) -> int | float:
    """The number that is sent: whole where it is whole. Up to the largest Amount no digit is lost."""
    whole, rest = divmod(minor, MINOR)
    return minor / MINOR if rest else whole
