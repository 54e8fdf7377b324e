"""How a workbook shows the number of a cell: as a day, with leading zeros, or plain."""

import re
from datetime import datetime, timedelta

BUILT_IN_DAYS = {14, 15, 16, 17, *range(27, 37), *range(50, 59)}
BUILT_IN_TIMES = {18, 19, 20, 21, 45, 46, 47}
BUILT_IN_MOMENTS = {22}
BUILT_IN_PERCENT = {9, 10}
_LITERAL = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*.', re.IGNORECASE)
_ZEROS = re.compile(r"0{2,}")
FIRST_MOMENT = datetime(1899, 12, 30)  # noqa: DTZ001 - a day of a calendar, of no zone
FIRST_MOMENT_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
LEAP_DAY_THAT_NEVER_WAS = 60
LAST_SERIAL = 2_958_466


class NumberFormat:
    """`kind` is "day", "time", "moment", "percent", "padded" or "plain"."""

    def __init__(self, number: int, code: str = "") -> None:
        plain = _LITERAL.sub("", code).split(";")[0].lower()
        self.width = len(plain) if _ZEROS.fullmatch(plain) else 0
        self.kind = _kind_of(number, plain) if not self.width else "padded"

    def shown(self, text: str, *, from_1904: bool = False) -> str | None:
        """None for an invalid day."""
        try:
            number = float(text)
        except ValueError:
            return text
        if self.kind in {"day", "time", "moment"}:
            return serial_as_text(number, self.kind, from_1904=from_1904)
        if self.kind == "padded" and number.is_integer():
            return f"{int(number):0{self.width}d}"
        if self.kind == "percent":
            return f"{plain_number(round(number * 100, 10))}%"
        return plain_number(number)


def _kind_of(number: int, plain: str) -> str:
    if number in BUILT_IN_PERCENT or plain.rstrip().endswith("%"):
        return "percent"
    day = number in BUILT_IN_DAYS | BUILT_IN_MOMENTS or "y" in plain or "d" in plain
    time = number in BUILT_IN_TIMES | BUILT_IN_MOMENTS or "h" in plain or "ss" in plain
    if day:
        return "moment" if time else "day"
    return "time" if time else "plain"


def plain_number(number: float) -> str:
    """Without an exponent or trailing point, with the 15 digits that a workbook keeps."""
    if number.is_integer() and abs(number) < 10**15:
        return str(int(number))
    return (
        format(float(f"{number:.15g}"), "f").rstrip("0").rstrip(".") if abs(number) < 1e15 else repr(number)
    )


def serial_as_text(serial: float, kind: str, *, from_1904: bool = False) -> str | None:
    """Days count from 1900, including 29 February 1900, which never was; 0 is not a day."""
    if kind == "time" and 0 <= serial < 1:
        return (FIRST_MOMENT + timedelta(seconds=round(serial * 86_400))).time().isoformat("minutes")
    first = FIRST_MOMENT_1904 if from_1904 else FIRST_MOMENT
    whole = int(serial)
    if (not from_1904 and (whole == LEAP_DAY_THAT_NEVER_WAS or whole <= 0)) or not 0 <= serial < LAST_SERIAL:
        return None
    if not from_1904 and whole < LEAP_DAY_THAT_NEVER_WAS:
        serial += 1
    moment = first + timedelta(milliseconds=round(serial * 86_400_000))
    return moment.date().isoformat() if kind == "day" else moment.isoformat(" ", _exactness(moment))


def _exactness(moment: datetime) -> str:
    """Up to what is not zero: nothing of a moment is cut."""
    if moment.microsecond:
        return "milliseconds"
    return "seconds" if moment.second else "minutes"
