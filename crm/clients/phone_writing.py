"""How a phone number is written within a country: in which groups of digits."""

import re

import phonenumbers

DIGITS = re.compile(r"\d+")


def groups_in(text: str) -> list[str]:
    return DIGITS.findall(text)


def groups_within(text: str, country: str, *, valid: bool = True) -> list[str]:
    """The groups in which a number, dialled within the country, is written there; empty for what is none of
    its numbers. Where it need not be `valid`, its length is enough: numbers for films and tests are in use
    nowhere.
    """
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return []
    if valid and not phonenumbers.is_valid_number_for_region(number, country):
        return []
    return groups_in(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL))
