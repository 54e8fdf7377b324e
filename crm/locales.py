"""The locales of CLDR, in which dates and numbers can be written."""

import re
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.localedata import locale_identifiers

TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}", re.ASCII)
HOUSE = "en"
"""What is written where nobody chose: English of no country, `14 Mar 2027`, `14:30` and `12,500.5`."""


@cache
def locale_tags() -> frozenset[str]:
    """Tags such as `de`, `pt-BR` and `zh-Hant-TW`."""
    return frozenset(tag.replace("_", "-") for tag in locale_identifiers())


def canonical_tag(text: str) -> str | None:
    """`de_de` is `de-DE`, and `zh-TW` is `zh-Hant-TW`; None for what CLDR does not know."""
    given = text.strip().replace("_", "-")
    if not TAG.fullmatch(given):
        return None
    try:
        tag = str(Locale.parse(given, sep="-")).replace("_", "-")
    except (ValueError, UnknownLocaleError):
        return None
    _, *asked = given.lower().split("-")
    return tag if tag in locale_tags() and set(asked) <= set(tag.lower().split("-")) else None


@cache
def offered_locales() -> tuple[tuple[str, str], ...]:
    """Tag and English name of what people choose from: each language as a country writes it, by name."""
    of_countries = [tag for tag in locale_tags() if Locale.parse(tag, sep="-").territory]
    named = ((tag, Locale.parse(tag, sep="-").get_display_name("en") or tag) for tag in of_countries)
    return ((HOUSE, "English (international)"), *sorted(named, key=lambda pair: (pair[1], pair[0])))
