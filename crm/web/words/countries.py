"""The names of countries in the reader's language."""

from functools import lru_cache

import flask_babel
from babel import Locale

from crm.clients.fields import country_codes

ENGLISH = Locale("en")


def country_name(code: str) -> str:
    return _country_names(flask_babel.get_locale() or ENGLISH).get(code.upper(), code)


def countries() -> list[tuple[str, str]]:
    """Code and name of each country, by name in the reader's language."""
    return _countries(flask_babel.get_locale() or ENGLISH)


@lru_cache(8)
def _countries(locale: Locale) -> list[tuple[str, str]]:
    names = _country_names(locale)
    return sorted(((code, names.get(code, code)) for code in country_codes()), key=lambda pair: pair[1])


@lru_cache(8)
def _country_names(locale: Locale) -> dict[str, str]:
    return dict(locale.territories)
