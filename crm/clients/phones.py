"""Phone numbers in their one stored form, E.164."""

import re

import phonenumbers

from crm.clients.spellings import spellings
from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence
from crm.normal_forms import normalize

DIALLED = re.compile(r"(?:tel:)?[+()./\s\dx\u2010-\u2015-]{1,60}", re.IGNORECASE)
# What was dialled within Mexico until August 2019 (IFT, plan of 2017), and still stands on cards.
FORMER_PREFIXES = {"MX": re.compile(r"\s*(?:01|04[45])(?=[\s\d(.-])")}
FEWEST_DIGITS = 5
FEWEST_NATIONAL_DIGITS = 4  # as on Niue; what is shorter is a number within a network


def parse_phone(tx: Transaction, text: str) -> str:
    """The number as E.164; a national one is of the workspace's country. Raises Invalid naming `phone`."""
    region = None if text.startswith("+") else workspace_country(tx)
    return as_e164(text, region)


def as_whatsapp_tells(text: str) -> str | None:
    """E.164 of a whole international number that lacks its `+`, or has `00` in its place; None otherwise."""
    try:
        number = phonenumbers.parse(f"+{text.removeprefix('00')}")
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def workspace_country(tx: Transaction) -> str:
    return str(tx.value("SELECT country FROM workspaces WHERE id = :workspace_id"))


def as_e164(text: str, region: str | None) -> str:
    """As it was given: of two spellings of one number neither is turned into the other."""
    number = _parsed(text, region)
    if number is None:
        raise Invalid.field("phone", "is not a phone number")
    if len(phonenumbers.national_significant_number(number)) < FEWEST_NATIONAL_DIGITS:
        raise Invalid.field("phone", "is too short for a phone number")
    if number.extension:
        raise Invalid.field("phone", "may not hold an extension; put it into the notes")
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not phonenumbers.is_possible_number(number) and not _has_possible_spelling(written):
        place = _place(number, region)
        raise Invalid.field("phone", Sentence("is not a possible phone number of {place}", place=place))
    return written


def digits_meant(tx: Transaction, text: str) -> tuple[str, ...]:
    """The digits, as they are stored, of each number that a search may stand for: `8 912 …` typed in Russia.

    Whatever saving takes is found, and so is the beginning of a number dialled within the country.
    """
    typed = normalize("NFKC", text).strip()
    if not DIALLED.fullmatch(typed) or sum(char.isdigit() for char in typed) < FEWEST_DIGITS:
        return ()
    country = workspace_country(tx)
    number = _parsed(typed, country)
    if number is None:
        return ()
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    whole = [each.removeprefix("+") for each in spellings(written)]
    national = str(phonenumbers.national_significant_number(number))
    return (*whole, national, national.removeprefix(_trunk_prefix(country)))


def _parsed(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    former = FORMER_PREFIXES.get(region or "")
    try:
        return phonenumbers.parse(former.sub("", text, count=1) if former else text, region)
    except phonenumbers.NumberParseException:
        return None


def _trunk_prefix(country: str) -> str:
    """What is dialled before a number within the country, such as 8 in Russia; empty where there is none."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country)
    return str(metadata.national_prefix or "") if metadata is not None else ""


def _has_possible_spelling(written: str) -> bool:
    numbers = (_parsed(each, None) for each in spellings(written))
    return any(number is not None and phonenumbers.is_possible_number(number) for number in numbers)


def _place(number: phonenumbers.PhoneNumber, region: str | None) -> str:
    return region or f"+{number.country_code}"
