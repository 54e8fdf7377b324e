"""Numbers as the numbering plans have them."""

import random
from collections.abc import Iterator

import phonenumbers

MANY = 2_000


def is_valid(phone: str) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.parse(phone))


def likely_numbers(country: str, digits: int) -> Iterator[str]:
    """Valid numbers of the country, chosen at random with one seed."""
    chance = random.Random(f"{country}{digits}")
    for _ in range(MANY):
        phone = country + "".join(chance.choices("0123456789", k=digits))
        try:
            if is_valid(phone):
                yield phone
        except phonenumbers.NumberParseException:
            continue
