"""How a phone number is written within a country: in which groups of digits."""

import re
from functools import cache

import phonenumbers

Sort = tuple[frozenset[int], "re.Pattern[str]"]
"""The lengths of the numbers of a sort, and how they are made."""
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


def is_usual(code: int, national: str) -> bool:
    """Whether the digits behind the code of a country are one of its numbers of homes or mobiles, by the
    library's own patterns. It asks for ten other sorts first; False says nothing about a number.
    """
    sorts = _sorts(code)
    return bool(sorts) and _is_of(sorts[0], national) and any(_is_of(each, national) for each in sorts[1:])


def _is_of(sort: Sort, national: str) -> bool:
    lengths, pattern = sort
    return len(national) in lengths and pattern.fullmatch(national) is not None


@cache
def _sorts(code: int) -> tuple[Sort, ...]:
    """Of all numbers, of homes and of mobiles; none for a code that several countries share."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code, ())
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(regions[0]) if len(regions) == 1 else None
    if metadata is None or metadata.general_desc is None:
        return ()
    usual = metadata.general_desc.possible_length
    return tuple(
        (frozenset(each.possible_length or usual), re.compile(each.national_number_pattern))
        for each in (metadata.general_desc, metadata.fixed_line, metadata.mobile)
        if each is not None and each.national_number_pattern
    )
