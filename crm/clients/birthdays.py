"""Birthdays: a day, or a day without a year, such as 1980-05-17 and --05-17."""

import re
from datetime import date

BIRTHDAY = re.compile(r"(?:(\d{4})-|-?-?)(\d\d)-(\d\d)", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1800, 2200
ANY_LEAP_YEAR = 2000


def parse_birthday(text: str) -> str:
    """In the one form in which it is stored. Raises ValueError."""
    found = BIRTHDAY.fullmatch(text)
    if found is None:
        raise ValueError("must be a day such as 1980-05-17, or 05-17 without the year")
    year, month, day = found.groups()
    if year is not None and not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise ValueError("must be a day from 1800 to 2200")
    try:
        date(int(year or ANY_LEAP_YEAR), int(month), int(day))
    except ValueError:
        raise ValueError("is not a valid date") from None
    return f"{year or '-'}-{month}-{day}"
