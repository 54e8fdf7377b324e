"""CLDR's patterns for days and times, adapted to pages with English words.

A pattern is a text of CLDR's fields: `d`, `dd`, `M`, `MM`, `MMM`, `MMMM`, `y`, `H`, `HH`, `h`, `hh`, `mm`,
`ss` and `a`; what stands between quotes is no field.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache

from babel import Locale

QUOTED = re.compile(r"\s*'[^']*'\.?")
MARKS_OF_DIRECTION = re.compile("[\u200e\u200f\u061c]")
CLOCK = re.compile(r"(H+|h+)(\s*'h'\s*|[:.])m+")
FIELD = re.compile(r"'([^']*)'|(d+|M+|y+|H+|h+|m+|s+|a)")
MIDNIGHT, NOON = time(), 12
NARROW_SPACE = "\u202f"
NO_BREAK = "\u00a0"


@cache
def english_months(width: str) -> Mapping[int, str]:
    """By number from 1; `width` is `abbreviated` or `wide`."""
    names: Mapping[int, str] = Locale("en").months["format"][width]
    return names


def english_weekday(day: date) -> str:
    return str(Locale("en").days["format"]["wide"][day.weekday()])


def day_pattern(locale: Locale) -> str:
    """With the year. In English the month has its name, elsewhere its number: words stay English."""
    if locale.language == "en":
        return _plain(locale.date_formats["medium"].pattern)
    medium, short = (locale.date_formats[length].pattern for length in ("medium", "short"))
    return _plain(medium if _is_numeric(medium) else short)


def day_of_year_pattern(locale: Locale) -> str | None:
    """Without the year, for this year's days; None where the month is a number: `3.4.` reads two ways."""
    return _plain(locale.datetime_skeletons["MMMd"].pattern) if locale.language == "en" else None


def month_pattern(locale: Locale) -> str:
    pattern = locale.datetime_skeletons["yMMM" if locale.language == "en" else "yM"].pattern
    return _plain(pattern if locale.language == "en" or _is_numeric(_plain(pattern)) else "y-MM")


def hour_pattern(locale: Locale, seconds: bool = False) -> str:
    """Of 24 or of 12 hours, with the locale's sign between hours and minutes."""
    found = CLOCK.search(locale.time_formats["short"].pattern)
    hours, sign = found.groups() if found else ("HH", ":")
    if not seconds:
        pattern = f"{hours}{sign}mm"
    else:
        sign = sign if sign in ":." else ":"
        pattern = f"{hours}{sign}mm{sign}ss"
    return f"{pattern}{NARROW_SPACE}a" if "h" in hours else pattern


def halves_of_day(locale: Locale) -> tuple[str, str]:
    """`AM` and `PM`, small where the locale writes them so; never in another language."""
    names = locale.day_periods["format"]["abbreviated"]
    return ("am", "pm") if (names.get("am"), names.get("pm")) == ("am", "pm") else ("AM", "PM")


def write_date(pattern: str, moment: date, halves: tuple[str, str] = ("AM", "PM")) -> str:
    """A day by its pattern, or a moment with its hour."""

    def written(found: re.Match[str]) -> str:
        return found[1] if found[2] is None else _field(found[2], moment, halves)

    return FIELD.sub(written, pattern)


def _field(field: str, moment: date, halves: tuple[str, str]) -> str:
    if field in ("MMM", "MMMM"):
        return english_months("abbreviated" if field == "MMM" else "wide")[moment.month]
    of_day = moment.time() if isinstance(moment, datetime) else MIDNIGHT
    if field == "a":
        return halves[of_day.hour >= NOON]
    values = {"d": moment.day, "M": moment.month, "y": moment.year}
    values |= {"H": of_day.hour, "h": of_day.hour % NOON or NOON, "m": of_day.minute, "s": of_day.second}
    return str(values[field[0]]).zfill(len(field))


def _is_numeric(pattern: str) -> bool:
    return not re.search(r"[^\W\d_]", re.sub(r"d+|MM?(?!M)|y+", "", MARKS_OF_DIRECTION.sub("", pattern)))


def _plain(pattern: str) -> str:
    """Without words and signs of another language, with the full year, and never broken at a line's end."""
    text = MARKS_OF_DIRECTION.sub("", QUOTED.sub("", pattern)).replace("L", "M").replace("G", "")
    text = re.sub("y+", "y", text).strip()
    return text if "MMM" in text else re.sub(r"\s+", NO_BREAK, text)
