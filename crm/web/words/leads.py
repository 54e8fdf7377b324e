"""How leads look on a page: money, days, and the words for types and statuses; Jinja knows each."""

from typing import Any

import flask_babel
from babel.numbers import format_compact_currency
from flask import Flask
from flask_babel import LazyString, lazy_gettext

from crm import clock
from crm.money import places_of
from crm.web.requests.reading import read
from crm.web.words.choices import People, user_choices

STATUSES: dict[str, LazyString] = {
    "new": lazy_gettext("New"),
    "in_progress": lazy_gettext("In progress"),
    "waiting": lazy_gettext("Waiting"),
    "won": lazy_gettext("Won"),
    "lost": lazy_gettext("Lost"),
}
STATUS_TONES = {"new": "news", "in_progress": "accent", "waiting": "warn", "won": "good", "lost": "bad"}
TYPES: dict[str, LazyString] = {
    "order": lazy_gettext("Order"),
    "inquiry": lazy_gettext("Inquiry"),
    "support": lazy_gettext("Support"),
    "other": lazy_gettext("Other"),
}
PATTERN = "¤#,##0.00"


def install_lead_words(app: Flask) -> None:
    app.jinja_env.filters.update(
        money=money,
        short_money=short_money,
        days_since=days_since,
        type_word=type_word,
    )
    app.jinja_env.globals.update(lead_statuses=STATUSES, lead_status_tones=STATUS_TONES)
    app.jinja_env.globals.update(now_text=clock.timestamp, today_key=today_key, people=people)


def money(value: float, currency: str) -> str:
    """With the decimal places of the currency, or none for a whole amount."""
    locale = flask_babel.get_locale()
    pattern = locale.currency_formats["standard"].pattern if locale else PATTERN
    decimals = "" if value == int(value) else "." + "0" * max(places_of(currency), _places(value))
    pattern = pattern.replace(".00", decimals)
    return str(flask_babel.format_currency(value, currency, format=pattern, currency_digits=False))


def _places(value: float) -> int:
    """Amounts of before may have more decimal places than their currency."""
    return len(str(value).partition(".")[2])


def short_money(value: float, currency: str) -> str:
    """For sums in a narrow place: 1.2M instead of 1,234,567."""
    if value < 100_000:
        return money(round(value), currency)
    return str(format_compact_currency(value, currency, locale=flask_babel.get_locale(), fraction_digits=1))


def days_since(timestamp: str) -> int:
    return (clock.now() - clock.from_text(timestamp)).days


def exact_time(timestamp: str) -> str:
    """A moment as plain text, where the reader is."""
    return str(flask_babel.format_datetime(clock.from_text(timestamp), "medium"))


def today_key() -> str:
    """The reader's day, as a form's date holds it."""
    return str(flask_babel.to_user_timezone(clock.now()).date().isoformat())


def people() -> People:
    """To whom a task can be given."""
    return read(user_choices)


def type_word(name: str) -> Any:
    """A type in the reader's language where it is one of the usual ones, else as the workspace calls it."""
    return TYPES.get(name, name[:1].upper() + name[1:])
