"""Numbers, money and sizes as the reader's locale writes them; Jinja knows each. Times are in `times.py`."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

import flask_babel
from flask import Flask, g, has_request_context

from crm.date_patterns import english_months
from crm.formats import Formats, formats_of
from crm.locales import HOUSE
from crm.web.sessions.identity import current_identity

SAMPLE = datetime(2027, 3, 14, 16, 5, tzinfo=UTC)


def install_formats(app: Flask) -> None:
    app.jinja_env.filters.update(
        number=number,
        percent=percent,
        money=money,
        short_money=short_money,
        file_size=file_size,
        price=price,
        duration=duration,
    )
    app.jinja_env.globals.update(formats_for_scripts=formats_for_scripts)


def reader_formats() -> Formats:
    """Those of the document that a page shows to a customer; the user's own, else the workspace's, else the
    default.
    """
    if has_request_context() and "document_language" in g:
        return formats_of(g.document_language)
    known = current_identity() if has_request_context() else None
    return formats_of(known.locale if known is not None else HOUSE)


def reader_zone() -> ZoneInfo:
    known = current_identity() if has_request_context() else None
    return ZoneInfo(known.timezone if known is not None else "UTC")


def number(value: float | Decimal) -> str:
    """With all of its decimal places."""
    return reader_formats().number(value)


def percent(value: float | Decimal) -> str:
    """12.5 is 12.5 %."""
    return reader_formats().percent(value)


def money(value: float | Decimal, currency: str) -> str:
    return reader_formats().money(value, currency)


def price(given: object) -> str:
    """Of an order, beside its own code: two places at least, and as it came where it is no number."""
    try:
        amount = Decimal(str(given))
    except InvalidOperation:
        return str(given)
    return reader_formats().number(amount, places=2) if amount.is_finite() else str(given)


def short_money(value: float | Decimal, currency: str) -> str:
    """For sums in a narrow place: 1.2M instead of 1,234,567."""
    return reader_formats().short_money(value, currency)


def counted(one: str, many: str, count: int, **values: str) -> str:
    """As `ngettext`, with the number in `%(num)s` as the reader writes it."""
    text = flask_babel.get_translations().ungettext(one, many, count)
    return str(text % {"num": number(count), **values})


@dataclass(frozen=True, slots=True)
class Plural:
    """A text for a number of records, in the reader's language once it is called."""

    one: str
    many: str

    def __call__(self, count: int, **values: str) -> str:
        return counted(self.one, self.many, count, **values)


def duration(seconds: int) -> str:
    """Minutes and seconds, `1:05`."""
    return f"{number(seconds // 60)}:{seconds % 60:02}"


def file_size(count: int) -> str:
    if count < 1000:
        return counted("%(num)s byte", "%(num)s bytes", count)
    size = count / 1000
    unit = "kB"
    for larger in ("MB", "GB", "TB"):
        if size >= 1000:
            size, unit = size / 1000, larger
    return f"{number(round(size) if size >= 10 else round(size, 1))} {unit}"


def locale_sample(tag: str | None) -> str:
    """A day, an hour and a number as a locale writes them, to choose by."""
    formats = formats_of(tag or HOUSE)
    return " · ".join((formats.day(SAMPLE, date.min), formats.hour(SAMPLE), formats.number(12500.5)))


def formats_for_scripts() -> dict[str, object]:
    """What `formats.js` needs to write numbers and moments as the pages do."""
    formats = reader_formats()
    return {
        "decimal": formats.decimal,
        "group": formats.group,
        "sizes": formats.group_sizes,
        "day": formats.day_written,
        "dayOfYear": formats.day_of_year or formats.day_written,
        "hour": formats.hour_written,
        "halves": formats.halves,
        "months": list(english_months("abbreviated").values()),
        "zone": reader_zone().key,
    }
