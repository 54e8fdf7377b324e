"""Amounts as people write them."""

import re
from decimal import Decimal, InvalidOperation

from crm.money import places_of
from crm.web.words.formats import reader_formats

BLANKS = re.compile(r"[\s\u00a0\u202f'’_\u066c]+")
ARABIC_DECIMAL = "\u066b"
THOUSANDS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
# In twos as well, as in India, but for the last; anything else is a slip of the hand, not another amount.
GROUPS = re.compile(r"[+-]?\d{1,3}([.,])(?:\d{2,3}\1)*\d{3}")


def plain_amount(text: str, currency: str) -> str:
    """What the reader of the page typed as an amount in a currency, as the API takes it."""
    return plain_number(text, places_of(currency), reader_formats().decimal)


def amount_text(value: float | Decimal) -> str:
    """An amount as a form holds it, so that `plain_amount` reads the same amount again in any currency.

    Three decimals get a zero: they would look like thousands where another currency is chosen.
    """
    whole, _, decimals = (
        f"{value:f}".partition(".") if isinstance(value, Decimal) else str(value).partition(".")
    )
    decimals = decimals.rstrip("0")
    if not decimals:
        return whole
    sign = reader_formats().decimal
    return f"{whole}{sign}{decimals}{'0' if len(decimals) == 3 else ''}"


def typed_amount(text: str, currency: str) -> Decimal | None:
    """The typed text as a number; None if it is not one."""
    try:
        amount = Decimal(plain_amount(text, currency))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def plain_number(text: str, places: int = 2, decimal_sign: str = ".") -> str:
    """`1 234,50`, `1,234.50` and `1.234,50` as `1234.50`; nothing is 0; what is no number stays as it is.

    The last of several kinds of mark begins the decimals. One mark before three digits separates thousands,
    unless the currency has three places or more and the mark is the reader's `decimal_sign`.
    """
    plain = BLANKS.sub("", text)
    if ARABIC_DECIMAL in plain:
        plain, decimal_sign = plain.replace(",", "").replace(ARABIC_DECIMAL, ","), ","
    marks = [char for char in plain if char in ".,"]
    if not marks:
        return plain or "0"
    last = marks[-1]
    if len(marks) > 1 and len(set(marks)) == 1:
        return plain.replace(last, "") if GROUPS.fullmatch(plain) else plain
    if len(marks) == 1 and _is_grouped(plain, last, places, decimal_sign):
        return plain.replace(last, "")
    other = "," if last == "." else "."
    whole, _, decimals = plain.rpartition(last)
    if other in whole and not GROUPS.fullmatch(whole):
        return plain
    return f"{whole.replace(other, '')}.{decimals}"


def _is_grouped(plain: str, mark: str, places: int, decimal_sign: str) -> bool:
    return THOUSANDS.fullmatch(plain) is not None and (places < 3 or mark != decimal_sign)
