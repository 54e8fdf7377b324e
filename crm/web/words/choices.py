"""Choices of selects: users, currencies, time zones, languages."""

from functools import cache

import flask_babel
from babel import Locale
from flask_babel import gettext as _

from crm.accounts.fields import timezones
from crm.accounts.users import User, list_users
from crm.db.transaction import Transaction
from crm.leads.filters import NOBODY
from crm.money import currency_places
from crm.web.i18n import LANGUAGES

Choices = list[tuple[str, str]]
People = list[tuple[int, str]]
REGIONS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


def user_choices(tx: Transaction, held: int | None = None) -> People:
    """All users who can log in, and deactivated users that the record refers to already."""
    users = list_users(tx)
    return [(user.id, person_label(user)) for user in users if user.disabled_at is None or user.id == held]


def person_label(user: User) -> str:
    return user.name if user.disabled_at is None else _("%(name)s (deactivated)", name=user.name)


def owner_choices(tx: Transaction, held: int | None = None) -> People:
    """For a filter: no user, and `user_choices`."""
    return [(NOBODY, _("Unassigned")), *user_choices(tx, held)]


def currency_codes(*held: str) -> list[str]:
    """The currencies of today, and those that a record has held since before they ended."""
    return sorted(currency_places().keys() | {code for code in held if code})


def currency_choices(*held: str) -> Choices:
    """By code, with the name."""
    names = _locale().currencies
    return [(code, f"{code} – {names.get(code, code)}") for code in currency_codes(*held)]


@cache
def timezone_choices() -> tuple[tuple[str, str], ...]:
    """UTC, then the places by region; the old names that mean the same stay out."""
    places = sorted(name for name in timezones() if name.startswith(REGIONS))
    return (("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places))


def language_choices() -> Choices:
    """The languages that the pages speak, each by its own name."""
    return [(tag, Locale.parse(tag, sep="-").get_display_name() or tag) for tag in LANGUAGES]


def _locale() -> Locale:
    return flask_babel.get_locale() or Locale("en")
