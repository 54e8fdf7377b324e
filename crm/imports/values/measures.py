"""Read numbers with their unit or currency: `7,671 miles`, `12345 km`, `19.999 EUR`."""

import re
from dataclasses import dataclass
from decimal import Decimal

from crm.imports.values.cells import plain_digits
from crm.imports.values.numbers import LONGEST, Amount, read_amount
from crm.money import currency_places, places_in

_PARTS = re.compile(r"([^\d]*)(\d(?:[\d.,'’\s]*\d)?)([^\d]*)")


@dataclass(frozen=True, slots=True)
class Measure:
    """`word` is as it is written, or the code of the currency; empty without one."""

    number: Decimal
    word: str = ""


def read_measure(text: str, decimal: str | None, unit: str | None = None) -> Measure | None:
    """None for an invalid or ambiguous number. `unit` is that of another cell of the row.

    Three digits after the only sign are thousands where the currency has no such fraction, and where the
    unit is none of money: nobody counts thousandths of a mile.
    """
    text = plain_digits(text).strip()
    parts = _PARTS.fullmatch(text)
    if parts is None or len(text) > LONGEST:
        return None
    amount = _fitting(text, decimal, unit)
    if amount is not None:
        return Measure(amount.number, amount.currency or "")
    before, digits, word = (part.strip() for part in parts.groups())
    if before or not word:
        return None
    whole = _fitting(digits, decimal, word)
    return None if whole is None else Measure(whole.number, word)


def _fitting(text: str, decimal: str | None, unit: str | None) -> Amount | None:
    """As the file writes numbers, or with the other sign where that alone gives an amount that can be."""
    usual = read_amount(text, decimal)
    if usual is not None and not _is_too_fine(usual, unit):
        return usual
    for sign in ".,":
        other = read_amount(text, sign)
        known = other is not None and bool(other.currency or unit)
        if other is not None and known and not _is_too_fine(other, unit):
            return other
    return usual


def _is_too_fine(amount: Amount, unit: str | None) -> bool:
    word = (amount.currency or unit or "").upper()
    most = currency_places().get(word, 0 if word else 2)
    return places_in(amount.number) == 3 > most
