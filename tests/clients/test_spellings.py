"""The table of countries' rules against the numbering plans that `phonenumbers` has in its metadata."""

import random
from collections.abc import Iterator

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from crm.clients.number_rules import RULES
from crm.clients.phones import as_e164
from crm.clients.spellings import is_same_number, phone_key, spellings
from tests.support.phone_numbers import is_valid, likely_numbers

KINDS = (
    PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE, PhoneNumberType.VOIP,
    PhoneNumberType.SHARED_COST, PhoneNumberType.UAN,
)  # fmt: skip
ABROAD = ("US", "DE", "RU", "JP", "AU", "BR")
BRAZILS_AREAS = (
    *range(11, 20), 21, 22, 24, 27, 28, *range(31, 36), 37, 38, *range(41, 50), 51, 53, 54, 55,
    *range(61, 70), 71, 73, 74, 75, 77, 79, *range(81, 90), *range(91, 100),
)  # fmt: skip
CARRIERS_OF_BRAZIL = ("12", "14", "15", "21", "31", "41", "43")


def examples() -> Iterator[tuple[str, phonenumbers.PhoneNumber]]:
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in KINDS:
            number = phonenumbers.example_number_for_type(region, kind)
            if number is not None:
                yield region, number


def e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def test_what_each_country_dials_within_and_from_abroad_is_one_number() -> None:
    """With the trunk prefix of the country, such as 0 or 8, and the international one of six others."""
    formats = (PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.RFC3966)
    wrong = []
    count = 0
    for region, number in examples():
        written = [(phonenumbers.format_number(number, each), region) for each in formats]
        written += [
            (phonenumbers.format_out_of_country_calling_number(number, place), place) for place in ABROAD
        ]
        count += len(written)
        wrong += [each for each in written if as_e164(*each) != e164(number)]
    assert wrong == []
    assert count > 4_000


def test_the_number_of_each_country_is_its_own_key_where_no_rule_says_otherwise() -> None:
    ruled = {rule.country for rule in RULES}
    for _, number in examples():
        phone = e164(number)
        if not phone.startswith(tuple(ruled)):
            assert (phone_key(phone), spellings(phone)) == (phone, (phone,))


@pytest.mark.parametrize(
    ("country", "digits"),
    [("+52", 10), ("+54", 10), ("+54", 11), ("+55", 10), ("+55", 11), ("+229", 10), ("+225", 10)],
)
def test_two_valid_numbers_share_a_key_only_where_a_rule_makes_them_one(country: str, digits: int) -> None:
    found = 0
    for phone in likely_numbers(country, digits):
        found += 1
        key = phone_key(phone)
        assert phone in spellings(key)
        assert all(is_same_number(each, key) for each in spellings(phone))
        if key != phone and is_valid(key):  # Argentina's mobiles, and the former trunk radio of Brazil
            assert (country, phone[3]) == ("+54", "9") or (country, key[5]) == ("+55", "7")
    assert found > 5


@pytest.mark.parametrize("area", BRAZILS_AREAS)
def test_the_ninth_digit_of_brazil_is_of_mobiles_alone(area: int) -> None:
    chance = random.Random(area)
    for first in "6789":
        old = f"+55{area}{first}{chance.randrange(10**7):07}"
        new = f"+55{area}9{old[5:]}"
        assert phone_key(new) == phone_key(old) == old
        assert is_valid(new)
        assert first == "7" or not is_valid(old)  # trunk radio, see the table
    for first in "2345":
        landline = f"+55{area}{first}{chance.randrange(10**7):07}"
        assert spellings(landline) == (landline,)
        stranger = f"+55{area}9{landline[5:]}"
        assert phone_key(stranger) == stranger


@pytest.mark.parametrize("carrier", CARRIERS_OF_BRAZIL)
def test_a_carrier_s_code_is_no_part_of_a_number_of_brazil(carrier: str) -> None:
    for area in BRAZILS_AREAS:
        for subscriber in ("987654321", "32345678"):
            assert as_e164(f"0 {carrier} {area} {subscriber}", "BR") == f"+55{area}{subscriber}"
            assert as_e164(f"0{area} {subscriber}", "BR") == f"+55{area}{subscriber}"


@pytest.mark.parametrize("area", ["11", "221", "341", "351", "261", "3547", "2966"])
def test_the_15_within_argentina_is_the_9_from_abroad(area: str) -> None:
    subscriber = "23456789"[: 10 - len(area)]
    mobile = f"+549{area}{subscriber}"
    assert as_e164(f"0{area} 15 {subscriber}", "AR") == mobile
    assert as_e164(f"{area} 15 {subscriber}", "AR") == mobile
    assert phone_key(mobile) == f"+54{area}{subscriber}"


@pytest.mark.parametrize("area", ["33", "55", "56", "81", "222", "664", "998"])
def test_the_1_of_mexico_and_what_was_dialled_until_2019_are_no_part_of_a_number(area: str) -> None:
    subscriber = "23456789"[: 10 - len(area)]
    plain = f"+52{area}{subscriber}"
    assert is_valid(plain)
    assert phone_key(f"+521{area}{subscriber}") == phone_key(plain) == plain
    for prefix in ("01", "044", "045", ""):
        assert phone_key(as_e164(f"{prefix} {area} {subscriber}", "MX")) == plain
