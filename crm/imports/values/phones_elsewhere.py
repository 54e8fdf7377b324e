"""Phone numbers without a country code that are written as in another country than theirs."""

import re

from babel import Locale

from crm.clients.phone_writing import groups_in, groups_within
from crm.clients.phones import calling_code, trunk_prefix
from crm.errors import Sentence

EIGHT, LENGTH_FROM_EIGHT = "8", 11
"""What is dialled before a number within Russia, and the digits of both."""
AMERICAN = re.compile(r"\s*\(?[2-9]\d\d(?:\)\s?|[-.])[2-9]\d\d[-.]\d{4}\s*")
FRENCH = re.compile(r"\s*0[1-9](?:[ .-]\d\d){4}\s*")
IN_PAIRS = frozenset({"MA", "DZ", "GP", "MQ", "GF", "RE", "YT"})
"""Where numbers are written in pairs as in France."""
ASKED = ("GB", "DE", "FR", "US", "IT", "ES", "NL", "PL", "TR", "BR", "IN", "CN", "JP", "AU", "CH", "AT", "RU")
WHOLE = ("+", "00")


def country_in_question(text: str, region: str, read: str | None) -> str | None:
    """Of which country a number may be that was `read` as one of `region`, or could not be read there."""
    text = text.lstrip("-' ")
    if text.startswith(WHOLE):
        return None
    groups, code = groups_in(text), calling_code(region)
    if _as_in_russia(text, region, groups):
        return "RU"
    if read is not None and (
        not read.startswith(f"+{code}") or groups_within(text, region, valid=False) == groups
    ):
        return None
    if read is not None and groups_within(text, region):
        return _plainly_of(text, region)
    return _valid_in(text, groups, code)


def _plainly_of(text: str, region: str) -> str | None:
    """By signs that are not used otherwise, though the digits would be a number of the region, too."""
    code = calling_code(region)
    if AMERICAN.fullmatch(text) and code != "1" and groups_within(text, "US"):
        return "US"
    if FRENCH.fullmatch(text) and code != "33" and region not in IN_PAIRS and groups_within(text, "FR"):
        return "FR"
    return None


def _valid_in(text: str, groups: list[str], code: str) -> str | None:
    """The country that writes a number so, else the first that has such a number."""
    zero = bool(groups) and groups[0].startswith("0")
    others = (each for each in ASKED if calling_code(each) != code)
    found = {each: written for each in others if (written := groups_within(text, each))}
    alike = (each for each, written in found.items() if written == groups)
    dialled = (each for each in found if (trunk_prefix(each) == "0") is zero)
    return next(alike, None) or next(dialled, None)


def _as_in_russia(text: str, region: str, groups: list[str]) -> bool:
    digits = "".join(groups)
    eight = text.lstrip("-' (").startswith(EIGHT) and len(digits) == LENGTH_FROM_EIGHT
    return eight and not digits.startswith(calling_code(region)) and trunk_prefix(region) != EIGHT


def of_elsewhere(country: str, read: str | None) -> Sentence:
    name = Locale("en").territories.get(country, country)
    if read is None:
        return Sentence(
            "This is not a phone number here. It may be one of {country}: add the country code.", country=name
        )
    return Sentence(
        "This number has no country code and may be of {country}. It was read as {number}.",
        country=name,
        number=read,
    )
