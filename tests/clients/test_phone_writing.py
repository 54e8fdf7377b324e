"""The short way to know a valid number says what the library says; digits are grouped as in their country."""

import random

import phonenumbers

from crm.clients.phone_writing import groups_within, is_usual


def test_a_number_that_is_usual_is_valid_and_examples_of_homes_and_mobiles_are_usual() -> None:
    chance = random.Random(7)
    alone = [code for code, found in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items() if len(found) == 1]
    known = 0
    for code in alone:
        for _ in range(60):
            national = f"{chance.randint(1, 9)}{chance.randrange(10 ** chance.randint(5, 11))}"
            if is_usual(code, national):
                known += 1
                number = phonenumbers.PhoneNumber(country_code=code, national_number=int(national))
                assert phonenumbers.is_valid_number(number), (code, national)
    assert known > len(alone)
    assert is_usual(49, "30901820") and is_usual(33, "612345678")
    assert not is_usual(49, "12") and not is_usual(1, "4155552671"), "several countries share the code 1"


def test_digits_are_grouped_as_in_the_country() -> None:
    assert groups_within("0142685300", "FR") == ["01", "42", "68", "53", "00"]
    assert groups_within("0142685300", "US") == [] == groups_within("not a number", "FR")
