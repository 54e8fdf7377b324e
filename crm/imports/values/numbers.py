"""Read amounts as people write them: `1.234,56 €`, `$1,234.56`, `(45.10)`, `12,5 %`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from crm.imports.values.cells import plain_digits
from crm.money import currency_places

SIGN_WORDS = """
    €=EUR £=GBP ¥=JPY ₽=RUB ₴=UAH ₺=TRY ₹=INR ₩=KRW zł=PLN Kč=CZK Ft=HUF ₪=ILS ₫=VND ฿=THB ₸=KZT R$=BRL
    US$=USD руб=RUB
"""
SIGNS = dict(pair.split("=") for pair in SIGN_WORDS.split())
_NUMBER = re.compile(r"\d[\d.,'’ ]*")
_EXPONENT = re.compile(r"[-+]?\d+(?:[.,]\d+)?[eE][-+]?\d{1,2}")
_COMMA_DECIMAL = re.compile(r"\d,\d{1,2}\D*$|\.\d{3},\d")
_POINT_DECIMAL = re.compile(r"\d\.\d{1,2}\D*$|,\d{3}\.\d")
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Amount:
    number: Decimal
    currency: str | None = None
    percent: bool = False


def detect_decimal(cells: Iterable[str]) -> str | None:
    """The decimal separator, decided by unambiguous amounts; None if undecided."""
    commas = points = 0
    for cell in cells:
        if len(cell) <= LONGEST and sum(char.isdigit() for char in cell) * 2 >= len(cell.strip()) - 4:
            commas += bool(_COMMA_DECIMAL.search(cell))
            points += bool(_POINT_DECIMAL.search(cell)) and cell.count(".") == 1
    if commas == points:
        return None
    return "," if commas > points else "."


def read_amount(text: str, decimal: str | None) -> Amount | None:
    """None for an invalid or ambiguous amount."""
    text = plain_digits(text).strip()
    if len(text) > LONGEST:
        return None
    negative = text.startswith(("-", "−", "(")) or text.endswith("-")
    if _EXPONENT.fullmatch(text):
        return _amount(text.replace(",", "."), negative=False)
    found = _NUMBER.search(text)
    if found is None:
        return None
    beside = f"{text[: found.start()]} {text[found.end() :]}"
    currency, percent = _currency_in(beside)
    if currency is None and not percent and beside.strip("-−+(), "):
        return None
    digits = _plain(found[0].strip(), decimal)
    return None if digits is None else _amount(digits, negative=negative, currency=currency, percent=percent)


def _amount(
    digits: str, *, negative: bool, currency: str | None = None, percent: bool = False
) -> Amount | None:
    try:
        number = Decimal(digits)
    except InvalidOperation:
        return None
    return Amount(-number if negative else number, currency, percent)


def _currency_in(beside: str) -> tuple[str | None, bool]:
    word = beside.strip("-−+(),. ")
    if word == "%":
        return None, True
    if word in SIGNS:
        return SIGNS[word], False
    code = word.upper()
    if code in currency_places():
        return code, False
    return ("", False) if word == "$" else (None, False)


def _plain(digits: str, decimal: str | None) -> str | None:
    """With a decimal point and no thousands separators; None if ambiguous."""
    digits = re.sub(r"[ '’]", "", digits)
    last = max(digits.rfind(","), digits.rfind("."))
    if last < 0:
        return digits
    sign = digits[last]
    other = "." if sign == "," else ","
    if digits.count(sign) > 1:
        return None if other in digits[digits.find(sign) :] else digits.replace(sign, "").replace(other, "")
    as_fraction = digits.replace(other, "").replace(sign, ".")
    if other in digits or len(digits) - last - 1 != 3:
        return as_fraction
    if decimal is None and not digits.startswith("0"):
        return None
    return as_fraction if sign == decimal or digits.startswith("0") else digits.replace(sign, "")
