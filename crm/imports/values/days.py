"""Read days and moments as people and programs write them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from crm.imports.reading.number_formats import serial_as_text
from crm.imports.values.cells import plain_digits

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(.*))?")
_JAPANESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_PLAIN = re.compile(r"(\d{1,2})([./-])\s*(\d{1,2})\2\s*(\d{4}|\d{2})(?:,?\s+(.*))?")
_COMPACT = re.compile(r"(19\d\d|20\d\d)(\d\d)(\d\d)")
_SERIAL = re.compile(r"\d{1,6}(?:\.\d+)?")
_TIME = re.compile(
    r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*([AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|[+-]\d\d:?\d\d)?"
)
_NO_YEAR = re.compile(r"--(\d\d)-?(\d\d)|(\d{1,2})\.(\d{1,2})\.")
_WORDS = re.compile(
    r"(?:(\d{1,2})(?:\.|º|er)?\s+(?:de\s+)?([^\W\d]{3,})\.?|([^\W\d]{3,})\.?\s+(\d{1,2})),?\s+(?:de\s+)?(\d{4})"
    r"(?:\s*г\.?)?"
)
MONTH_WORDS = """
    jan january januar janvier janv enero ene gennaio gen janeiro stycznia styczeń sty ocak oca янв
    января январь;
    feb february februar février févr febrero febbraio fevereiro fev lutego luty lut şubat şub фев
    февр февраля;
    mar march märz mär mars marzo março marca marzec mart мар марта март;
    apr april avril avr abril abr aprile kwietnia kwiecień kwi nisan nis апр апреля апрель;
    may mai mayo maggio mag maio maja maj mayıs мая май;
    jun june juni juin junio giugno giu junho czerwca czerwiec cze haziran haz июн июня июнь;
    jul july juli juillet juil julio luglio lug julho lipca lipiec lip temmuz tem июл июля июль;
    aug august août agosto ago sierpnia sierpień sie ağustos ağu авг августа август;
    sep sept september septembre septiembre settembre set setembro września wrzesień wrz eylül eyl
    сен сент сентября;
    oct okt october oktober octobre octubre ottobre ott out outubro października październik paź
    ekim eki окт октября;
    nov november novembre noviembre novembro listopada listopad lis kasım kas ноя нояб ноября ноябрь;
    dec dez december dezember décembre déc diciembre dicembre dic dezembro grudnia grudzień gru
    aralık ara дек декабря
"""
MONTHS = {
    word: number for number, line in enumerate(MONTH_WORDS.split(";"), start=1) for word in line.split()
}
LONGEST = 60
YOUNGEST = 30
"""A year of two digits up to this one is in the 2000s, a later one in the 1900s."""


@dataclass(frozen=True, slots=True)
class Moment:
    """`hour` is None for a day; `year` is 0 where only the day of the year is known."""

    year: int
    month: int
    day: int
    hour: time | None = None

    @property
    def text(self) -> str:
        if not self.year:
            return f"--{self.month:02d}-{self.day:02d}"
        day = f"{self.year:04d}-{self.month:02d}-{self.day:02d}"
        return f"{day} {self.hour.isoformat('minutes')}" if self.hour is not None else day


def detect_order(cells: Iterable[str]) -> str | None:
    """Decided by dates that only one order allows; None if undecided."""
    day_first = month_first = 0
    for cell in cells:
        found = _PLAIN.fullmatch(plain_digits(cell.strip()[:LONGEST]))
        if found is None:
            continue
        first, second = int(found[1]), int(found[3])
        day_first += first > 12 >= second or found[2] == "."
        month_first += second > 12 >= first
    if day_first == month_first:
        return None
    return DAY_FIRST if day_first > month_first else MONTH_FIRST


def read_moment(text: str, order: str | None, *, from_1904: bool = False) -> Moment | None:
    """None for an invalid or ambiguous date."""
    text = plain_digits(text).strip()
    if not text or len(text) > LONGEST:
        return None
    if _SERIAL.fullmatch(text) and not _COMPACT.fullmatch(text):
        return _of_serial(text, from_1904=from_1904)
    return _of_text(text, order)


def _of_serial(text: str, *, from_1904: bool) -> Moment | None:
    number = float(text)
    shown = serial_as_text(number, "day" if number.is_integer() else "moment", from_1904=from_1904)
    if shown is None:
        return None
    moment = datetime.fromisoformat(shown)
    return Moment(moment.year, moment.month, moment.day, None if number.is_integer() else moment.time())


def _of_text(text: str, order: str | None) -> Moment | None:
    for pattern in (_ISO, _JAPANESE, _COMPACT):
        if (found := pattern.fullmatch(text)) is not None:
            return _checked(found[1], found[2], found[3], found[4] if pattern is _ISO else None)
    if (found := _NO_YEAR.fullmatch(text)) is not None:
        month, day = (found[1], found[2]) if found[1] else (found[4], found[3])
        leap = _checked("2000", month, day, None)
        return Moment(0, leap.month, leap.day) if leap else None
    if (found := _WORDS.fullmatch(text)) is not None:
        month_number = MONTHS.get((found[2] or found[3]).casefold())
        return _checked(found[5], str(month_number), found[1] or found[4], None) if month_number else None
    return _of_plain(text, order)


def _of_plain(text: str, order: str | None) -> Moment | None:
    found = _PLAIN.fullmatch(text)
    if found is None:
        return None
    first, second = int(found[1]), int(found[3])
    if order is None and found[2] != "." and first <= 12 and second <= 12 and first != second:
        return None
    if first > 12:
        month_first = False
    elif second > 12:
        month_first = True
    else:
        month_first = order == MONTH_FIRST and found[2] != "."
    day, month = (found[3], found[1]) if month_first else (found[1], found[3])
    return _checked(_whole_year(found[4]), month, day, found[5])


def _whole_year(text: str) -> str:
    if len(text) == 4:
        return text
    return f"20{text}" if int(text) <= YOUNGEST else f"19{text}"


def _checked(year: str, month: str, day: str, hour: str | None) -> Moment | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    if not hour:
        return Moment(found.year, found.month, found.day)
    clock_time = _time_of(hour.strip())
    return None if clock_time is None else Moment(found.year, found.month, found.day, clock_time)


def _time_of(text: str) -> time | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour = int(found[1])
    if found[4]:
        hour = hour % 12 + (12 if found[4][0] in "pP" else 0)
    try:
        return time(hour, int(found[2]))
    except ValueError:
        return None
