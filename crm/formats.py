"""How dates, times, numbers and money are written in a locale: the only place, by CLDR.

Formats, not languages. Words stay English, so one rule holds for months: where the locale is English, the
month has its name (`14 Mar 2027`, `Mar 14, 2027`); everywhere else the day is CLDR's numeric one
(`14.03.2027`, `2027-03-14`), always with its year. Digits are 0 to 9, AM and PM are Latin, and
marks of direction are left out, as the text around runs from left to right. `en`, of no country, is the
house's form: `14 Mar 2027`, `14:30` and `12,500.5`.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.core import UnknownLocaleError
from babel.numbers import (
    NumberPattern,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_symbol,
    parse_pattern,
)

from crm.date_patterns import (
    MARKS_OF_DIRECTION,
    NO_BREAK,
    day_of_year_pattern,
    day_pattern,
    english_weekday,
    halves_of_day,
    hour_pattern,
    month_pattern,
    write_date,
)
from crm.locales import HOUSE
from crm.money import places_of

HOUSE_DATES = "en_150"
"""English as all of Europe writes it: 14 Mar 2027, 24 hours, weeks that begin on Monday."""

BESIDE_LETTERS = re.compile(r"(?<=[A-Za-z])(?=-?\d)|(?<=\d)(?=[A-Za-z])")
LARGE: tuple[tuple[int, str], ...] = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K"))
LONG_AMOUNT = 100_000

Amount = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Formats:
    """Patterns as `crm.date_patterns` has them. `first_weekday`, and `first_workday` after the weekend, count
    from Monday, 0, as Python does.
    """

    tag: str
    numbers: Locale
    day_written: str
    day_of_year: str | None
    month_written: str
    hour_written: str
    exact_hour: str
    halves: tuple[str, str]
    first_weekday: int
    first_workday: int
    decimal: str
    group: str
    group_sizes: tuple[int, int]

    def day(self, day: date, today: date) -> str:
        """Without the year where it is this one and the month has a name."""
        this_year = self.day_of_year if day.year == today.year else None
        return write_date(this_year or self.day_written, day)

    def day_of_any_year(self, day: date) -> str:
        """Without the year, and the month by its name: a number of two parts reads two ways."""
        return write_date(self.day_of_year or "d MMM", day)

    def day_of_week(self, day: date) -> str:
        """`Friday, 14 March`, for the head of a page that is about today."""
        written = (self.day_of_year or self.day_written).replace("MMM", "MMMM")
        return f"{english_weekday(day)}, {write_date(written, day)}"

    def month(self, day: date) -> str:
        return write_date(self.month_written, day)

    def hour(self, moment: datetime) -> str:
        """Of the clock where `moment` is."""
        return write_date(self.hour_written, moment, self.halves)

    def exact(self, moment: datetime) -> str:
        """The full form: weekday, day, seconds, and the zone with its distance from UTC."""
        hour = write_date(self.exact_hour, moment, self.halves)
        return f"{self.exact_day(moment)}, {hour} ({zone_text(moment)})"

    def exact_day(self, day: date) -> str:
        written = write_date(self.day_written.replace("MMM", "MMMM"), day)
        return f"{english_weekday(day)}, {written}"

    def week_start(self, day: date) -> date:
        """The first day of the week of which `day` is one."""
        return day - timedelta(days=(day.weekday() - self.first_weekday) % 7)

    def number(self, value: Amount, places: int = 0) -> str:
        """With all of its decimal places, and at least so many."""
        pattern = self.numbers.decimal_formats[None].pattern
        if places:
            pattern = pattern.replace("0.#", "0." + "0" * places + "#")
        return _plain(format_decimal(value, pattern, self.numbers, decimal_quantization=False))

    def percent(self, value: Amount) -> str:
        """`value` is in per cent: 12.5 is 12.5 %."""
        share = Decimal(str(value)) / 100
        return _plain(format_percent(share, locale=self.numbers, decimal_quantization=False))

    def money(self, value: Amount, currency: str) -> str:
        """With the decimal places of the currency, or none for a whole amount."""
        decimals = "" if value == int(value) else "." + "0" * max(places_of(currency), _places(value))
        return self._priced(value, currency, decimals)

    def full_money(self, value: Amount, currency: str) -> str:
        """As documents write it: with all decimal places of the currency, for a whole amount too."""
        written: str = format_currency(value, currency, locale=self.numbers)
        return written

    def short_money(self, value: Amount, currency: str) -> str:
        """For sums in a narrow place: 1.2M instead of 1,234,567."""
        if value < LONG_AMOUNT:
            return self.money(round(value), currency)
        size, letter = next(
            (size, letter) for size, letter in LARGE if round(float(value) * 1000 / size, 1) >= 1000
        )
        short = round(Decimal(str(value)) / size, 1)
        decimals = "" if short == int(short) else ".0"
        text = self._priced(short, currency, decimals)
        return re.sub(r"\d(?=\D*$)", rf"\g<0>{letter}", text)

    def _priced(self, value: Amount, currency: str, decimals: str) -> str:
        amount = value if isinstance(value, Decimal) else Decimal(str(value))
        pattern = pricing_of(self.tag, currency, decimals, negative=amount.is_signed())
        return f"{pattern.before}{pattern.digits.apply(abs(amount), self.numbers)}{pattern.after}"


@dataclass(frozen=True, slots=True)
class Pricing:
    """What stands around the digits of an amount, and how these are written."""

    before: str
    digits: NumberPattern
    after: str


@lru_cache(maxsize=1024)
def pricing_of(tag: str, currency: str, decimals: str, *, negative: bool) -> Pricing:
    """The library reads its pattern and finds the signs of the currency anew for each amount."""
    numbers = formats_of(tag).numbers
    pattern = parse_pattern(numbers.currency_formats["standard"].pattern.replace(".00", decimals))
    whole = pattern.pattern.replace(decimals, "")
    text = format_currency(-1 if negative else 1, currency, whole, numbers, currency_digits=False)
    own, english = get_currency_symbol(currency, numbers), get_currency_symbol(currency, "en")
    shown = BESIDE_LETTERS.sub(NO_BREAK, _plain(text if _is_readable(own) else text.replace(own, english)))
    before, _, after = shown.partition("1")
    return Pricing(before, parse_pattern(pattern.number_pattern or ""), after)


@lru_cache(maxsize=256)
def formats_of(tag: str) -> Formats:
    """Of a tag of `crm.locales`; what CLDR does not know is written as the house writes."""
    try:
        numbers = Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        tag, numbers = HOUSE, Locale(HOUSE)
    dates = Locale.parse(HOUSE_DATES) if tag == HOUSE else numbers
    symbols = numbers.number_symbols["latn"]
    return Formats(
        tag=tag,
        numbers=numbers,
        day_written=day_pattern(dates),
        day_of_year=day_of_year_pattern(dates),
        month_written=month_pattern(dates),
        hour_written=hour_pattern(dates),
        exact_hour=hour_pattern(dates, seconds=True),
        halves=halves_of_day(dates),
        first_weekday=dates.first_week_day,
        first_workday=(dates.weekend_end + 1) % 7,
        decimal=symbols["decimal"],
        group=symbols["group"],
        group_sizes=parse_pattern(numbers.decimal_formats[None].pattern).grouping,
    )


def zone_text(moment: datetime) -> str:
    """`Europe/Berlin, UTC+01:00`, or `UTC` alone."""
    name, offset = str(moment.tzinfo), moment.isoformat(timespec="minutes")[-6:]
    return name if name == "UTC" else f"{name}, UTC{offset}"


def _places(value: Amount) -> int:
    """Amounts of before may have more decimal places than their currency."""
    return len(str(value).partition(".")[2])


def _is_readable(symbol: str) -> bool:
    """Whether each of its letters is one of ours."""
    return all(not char.isalpha() or char.isascii() for char in symbol)


def _plain(text: str) -> str:
    return MARKS_OF_DIRECTION.sub("", text)
