"""Phone numbers in their one stored form, E.164."""

import re
from collections.abc import Callable
from functools import cache, lru_cache

import phonenumbers

from crm.clients.number_rules import FORMER_PREFIXES
from crm.clients.phone_writing import is_usual
from crm.clients.spellings import spellings
from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence
from crm.normal_forms import normalize

# Russian cards write a tone to wait for as a tilde: 8~10.
DIALLED = re.compile(
    r"(?:tel:)?[+()./~\s\dx\u2010-\u2015-]{1,60}(?:;phone-context=[+\d.-]{1,20})?", re.IGNORECASE
)
# What is dialled within a country alone, as cards write it: +48 (0) 512 345 678.
AT_HOME = re.compile(r"\(\s*0\s*\)")
# Dialled to go abroad from most countries, and written so in the others, too.
ABROAD = re.compile(r"\s*(?:tel:)?[\s(]*00\)?(?=[1-9\W])", re.IGNORECASE)
PLAINLY_WHOLE = re.compile(r"\+[1-9][0-9 ()./-]{5,30}", re.ASCII)
BETWEEN_DIGITS = str.maketrans("", "", "+ ()./-")
CALLING_CODES = frozenset(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
MOST_NATIONAL_DIGITS = 14
FEWEST_DIGITS = 5
FEWEST_NATIONAL_DIGITS = 4  # as on Niue; what is shorter is a number within a network


def parse_phone(tx: Transaction, text: str) -> str:
    """The number as E.164, read in the workspace's country. Raises Invalid naming `phone`."""
    region = None if text.startswith("+") else workspace_country(tx)
    return as_e164(text, region)


def as_e164_without_plus(text: str) -> str | None:
    """E.164 of a whole international number that lacks its `+`, or has `00` in its place; None otherwise."""
    try:
        number = phonenumbers.parse(f"+{text.removeprefix('00')}")
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_valid(phone: str) -> bool:
    """Whether an E.164 number can exist, in one of its spellings."""
    return any(phonenumbers.is_valid_number(phonenumbers.parse(each, None)) for each in spellings(phone))


def calling_code(region: str) -> str:
    """`49` for Germany."""
    return str(phonenumbers.country_code_for_region(region))


def code_of(phone: str) -> str:
    """The code of the country of an E.164 number, such as 49."""
    return str(phonenumbers.parse(phone).country_code)


def workspace_country(tx: Transaction) -> str:
    return str(tx.value("SELECT country FROM workspaces WHERE id = :workspace_id"))


@lru_cache(maxsize=8_192)
def as_e164(text: str, region: str | None) -> str:
    """As it was given: no spelling of a number is converted into another."""
    whole = _plainly_whole(text)
    if whole is not None:
        return whole
    number = _parsed(text, region)
    if number is None:
        raise Invalid.field("phone", "is not a phone number")
    if len(phonenumbers.national_significant_number(number)) < FEWEST_NATIONAL_DIGITS:
        raise Invalid.field("phone", "is too short for a phone number")
    if number.extension:
        raise Invalid.field("phone", "cannot include an extension; put it in the notes")
    if not _has_spelling(number, phonenumbers.is_possible_number):
        place = _place(number, region)
        raise Invalid.field("phone", Sentence("is not a valid phone number in {place}", place=place))
    return _written(number)


def _plainly_whole(text: str) -> str | None:
    """A valid number with its country's code, written with nothing but digits, blanks and the usual signs;
    None for all others. The library's own reading takes three times as long, and comes to the same.
    """
    if not PLAINLY_WHOLE.fullmatch(text):
        return None
    digits = text.translate(BETWEEN_DIGITS)
    code = next((each for size in (1, 2, 3) if (each := int(digits[:size])) in CALLING_CODES), None)
    if code is None:
        return None
    national = digits.removeprefix(str(code))
    if not national or national[0] == "0" or len(national) > MOST_NATIONAL_DIGITS:
        return None
    within = _prefix_within(code)
    if within is not None and within.match(national):
        return None
    if is_usual(code, national):
        return f"+{digits}"
    number = phonenumbers.PhoneNumber(country_code=code, national_number=int(national))
    return f"+{digits}" if phonenumbers.is_valid_number(number) else None


@cache
def _prefix_within(code: int) -> "re.Pattern[str] | None":
    """What is dialled before a number within the country, or stands for another beginning."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(
        code, phonenumbers.region_code_for_country_code(code)
    )
    prefix = None if metadata is None else metadata.national_prefix_for_parsing
    return re.compile(prefix) if prefix else None


def digits_meant(tx: Transaction, text: str) -> tuple[str, ...]:
    """The stored digits of each number that a search may mean: `8 912 …` typed in Russia.

    Every number that can be saved is found, and also the beginning of a national number.
    """
    typed = normalize("NFKC", text).strip()
    if not DIALLED.fullmatch(typed) or sum(char.isdigit() for char in typed) < FEWEST_DIGITS:
        return ()
    country = workspace_country(tx)
    trunk = trunk_prefix(country)
    meant: list[str] = []
    for number in _readings(typed, country):
        national = str(phonenumbers.national_significant_number(number))
        meant += [each.removeprefix("+") for each in spellings(_written(number))]
        meant += [national, national.removeprefix(trunk)]
    return tuple(dict.fromkeys(each for each in meant if len(each) >= FEWEST_NATIONAL_DIGITS))


def _parsed(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    """As dialled today, unless only another reading is a possible number."""
    usual = _as_number(text, region)
    if usual is not None and phonenumbers.is_valid_number(usual):
        return usual
    readings = _readings(text, region)
    first = readings[0] if readings else None
    if first is None or phonenumbers.is_valid_number(first):
        return first
    abroad = _as_number(ABROAD.sub("+", normalize("NFKC", text), count=1), None)
    if abroad is not None and phonenumbers.is_valid_number(abroad):
        return abroad
    return next((each for each in readings if _has_spelling(each, phonenumbers.is_valid_number)), first)


def _readings(text: str, region: str | None) -> list[phonenumbers.PhoneNumber]:
    """What a text may mean, as dialled now and as dialled before; the most likely first."""
    dialled = [text, *_formerly_dialled(text, region or ""), *_written_abroad(text)]
    found = [number for each in dialled if (number := _as_number(each, region)) is not None]
    trunk = trunk_prefix(region) if region is not None else ""
    for number in list(found):
        national = phonenumbers.national_significant_number(number)
        if trunk and national.startswith(trunk):
            short = _as_number(f"+{number.country_code}{national.removeprefix(trunk)}", None)
            found += [short] if short is not None else []
    return found


def _formerly_dialled(text: str, region: str) -> list[str]:
    """Without former prefixes that are still printed on cards."""
    typed = text.strip().removeprefix("(")
    rules = [(re.compile(f"(?:{prefix})"), now) for prefix, now in FORMER_PREFIXES.get(region, ())]
    return [now + typed[hit.end() :] for rule, now in rules if (hit := rule.match(typed)) is not None]


def _written_abroad(text: str) -> list[str]:
    """A whole number with 00 in place of the plus, or with a 0 that is dialled only within the country."""
    whole = ABROAD.sub("+", normalize("NFKC", text), count=1)
    short = AT_HOME.sub(" ", whole)
    return [each for each in dict.fromkeys((whole, short)) if each != text and "+" in each]


def _as_number(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _written(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def trunk_prefix(country: str) -> str:
    """The prefix dialled within the country, such as 8 in Russia; empty if there is none."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country)
    return str(metadata.national_prefix or "") if metadata is not None else ""


def _has_spelling(number: phonenumbers.PhoneNumber, fits: Callable[[phonenumbers.PhoneNumber], bool]) -> bool:
    """Whether one of the number's spellings fits."""
    if fits(number):
        return True
    read = (_as_number(each, None) for each in spellings(_written(number)))
    return any(each is not None and fits(each) for each in read)


def _place(number: phonenumbers.PhoneNumber, region: str | None) -> str:
    return region or f"+{number.country_code}"
