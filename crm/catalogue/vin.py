"""Vehicle identification numbers: ISO 3779, the North American check digit, and the forms before both."""

import re

from crm.errors import Invalid, Sentence

WRONG_DIGIT = Sentence("has a wrong check digit: look at it again")
FIRST_YEAR = 1981
"""Of vehicles whose number has 17 characters by law in North America, and by ISO 3779 nearly everywhere."""

_WHOLE = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_OLD = re.compile(r"[A-Z0-9]{3,16}")
_FRAME = re.compile(r"[A-Z0-9]{2,8}-[0-9]{4,7}")
_BETWEEN = re.compile(r"[\s-]+")
# ISO 3780: the region of the maker. 1 to 5 are North America, and so is 7 but for 7A to 7E (Oceania).
_NORTH_AMERICAN = re.compile(r"[1-5]|7[F-Z0-9]")
# 49 CFR 565.15(c): the value of each character, and the weight of each place. The ninth is the check digit.
_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", "123456781234579234567890123456789", strict=True))
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_CHECK_PLACE = 8


def clean_vin(text: str) -> str:
    """In capitals, without the blanks and hyphens that people put between its groups."""
    capitals = text.upper().strip()
    joined = _BETWEEN.sub("", capitals)
    return capitals if _FRAME.fullmatch(capitals) and len(joined) != 17 else joined


def check_vin(vin: str, year: int) -> None:
    """Raises Invalid naming `vin`.

    A number of another length is one from before 1981, or a Japanese frame number such as BNR32-305366.
    """
    if len(vin) == 17:
        if not _WHOLE.fullmatch(vin):
            raise Invalid.field("vin", "may have only digits and capital letters other than I, O and Q")
        return
    if _FRAME.fullmatch(vin):
        return
    if len(vin) > 17 or year >= FIRST_YEAR:
        raise Invalid.field("vin", Sentence("must have 17 characters, not {n}", n=len(vin)))
    if not _OLD.fullmatch(vin):
        raise Invalid.field("vin", "may have only digits and letters")


def check_digit_fits(vin: str) -> bool:
    """True also where the check digit means nothing: outside of North America, and in other forms."""
    if len(vin) != 17 or not _NORTH_AMERICAN.match(vin):
        return True
    return vin[_CHECK_PLACE] == check_digit(vin)


def check_digit(vin: str) -> str:
    """Of a number of 17 characters."""
    total = sum(int(_VALUES[char]) * weight for char, weight in zip(vin, _WEIGHTS, strict=True))
    return "0123456789X"[total % 11]
