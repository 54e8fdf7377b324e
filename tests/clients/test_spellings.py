"""The table of countries' rules against the numbering plans that `phonenumbers` has in its metadata."""

import random
import re
from collections.abc import Iterator

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from crm.clients.number_rules import RENUMBERED, RULES, Rule
from crm.clients.phones import as_e164
from crm.clients.spellings import is_same_number, keys, phone_key, spellings

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
MANY = 2_000


def is_valid(phone: str) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.parse(phone))


def examples() -> Iterator[tuple[str, phonenumbers.PhoneNumber]]:
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in KINDS:
            number = phonenumbers.example_number_for_type(region, kind)
            if number is not None:
                yield region, number


def e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def likely(country: str, digits: int) -> Iterator[str]:
    """Valid numbers of the country, chosen at random with one seed."""
    chance = random.Random(f"{country}{digits}")
    for _ in range(MANY):
        phone = country + "".join(chance.choices("0123456789", k=digits))
        try:
            if is_valid(phone):
                yield phone
        except phonenumbers.NumberParseException:
            continue


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
    for phone in likely(country, digits):
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


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("+22507123456", "+2250707123456"),
        ("+22547123456", "+2250747123456"),
        ("+22505123456", "+2250505123456"),
        ("+22544123456", "+2250544123456"),
        ("+22501123456", "+2250101123456"),
        ("+22542123456", "+2250142123456"),
        ("+22997123456", "+2290197123456"),
        ("+22920211234", "+2290120211234"),
    ],
)
def test_numbers_that_grew_by_two_digits_are_one_with_those_of_before(old: str, new: str) -> None:
    assert phone_key(new) == phone_key(old) == old
    assert new in spellings(old)
    assert is_valid(new)
    assert not is_valid(old)


def of_rule(rule: Rule) -> Iterator[tuple[str, str]]:
    """Numbers as they were before and as they are now, chosen at random with one seed."""
    chance = random.Random(f"{rule}")
    areas = [area for area in ("", *map(str, range(100))) if re.fullmatch(rule.area, area)]
    for _ in range(20_000):
        tail = "".join(chance.choices("0123456789", k=chance.randint(5, 9)))
        if re.fullmatch(rule.tail, tail):
            head = f"{rule.country}{chance.choice(areas)}"
            yield f"{head}{rule.first}{tail}", f"{head}{rule.second}{tail}"


# Gabon's old numbers went on until April 2024, and the metadata still has them.
STILL_IN_METADATA = "+241"


@pytest.mark.parametrize(
    "rule", RENUMBERED, ids=lambda rule: f"{rule.country}{rule.area}{rule.first}-{rule.second}"
)
def test_a_number_of_before_is_nobody_s_today_and_the_one_of_now_is_in_the_plan(rule: Rule) -> None:
    pairs = list(of_rule(rule))[:200]
    assert len(pairs) > 20
    assert any(is_valid(now) for _, now in pairs)
    if rule.country != STILL_IN_METADATA:
        assert [before for before, _ in pairs if is_valid(before)] == []
    for before, now in pairs:
        assert is_same_number(before, now)
        assert is_same_number(now, before)
        assert phone_key(before) in keys(now)
        assert phone_key(now) in keys(before)


@pytest.mark.parametrize("country", sorted({rule.country for rule in RENUMBERED} - {STILL_IN_METADATA}))
def test_no_number_of_today_is_another_of_today(country: str) -> None:
    count = 0
    for digits in range(6, 12):
        for phone in likely(country, digits):
            count += 1
            assert [each for each in spellings(phone) if each != phone and is_valid(each)] == []
    assert count > 50


@pytest.mark.parametrize(
    ("country", "typed", "number"),
    [
        ("CL", "09 8765 4321", "+56987654321"),
        ("CL", "(09) 8765-4321", "+56987654321"),
        ("CL", "02 234 5678", "+56222345678"),
        ("CL", "188 2 234 5678", "+56222345678"),
        ("CL", "045 212345", "+56452212345"),
        ("UA", "8 044 234 56 78", "+380442345678"),
        ("UA", "8 (067) 123-45-67", "+380671234567"),
        ("UA", "8-10-49-30-901820", "+4930901820"),
        ("CI", "07 12 34 56", "+2250707123456"),
        ("CI", "20 22 34 56", "+2252720223456"),
        ("CI", "+225 05 12 34 56", "+2250505123456"),
        ("GE", "8 99 123456", "+995599123456"),
        ("GE", "8 32 234567", "+995322234567"),
        ("MD", "8 22 123456", "+37322123456"),
        ("AM", "8 10 123456", "+37410123456"),
        ("AZ", "8 12 498 12 34", "+994124981234"),
        ("LV", "8 2912 3456", "+37129123456"),
        ("RU", "8 (095) 712-34-56", "+74957123456"),
        ("IT", "0347 1234567", "+393471234567"),
        ("PL", "0 22 123 45 67", "+48221234567"),
        ("CZ", "0602 123 456", "+420602123456"),
        ("PT", "01 234 5678", "+351212345678"),
        ("GR", "0932 123456", "+306932123456"),
        ("CO", "1 234 5678", "+576012345678"),
        ("CO", "09 1 234 5678", "+576012345678"),
        ("GA", "06 11 11 11", "+24166111111"),
        ("GA", "+241 7 28 01 50", "+24177280150"),
        ("VN", "0162 123 4567", "+84321234567"),
        ("VN", "04 3825 1234", "+842438251234"),
        ("EG", "010 123 4567", "+201001234567"),
        ("QA", "551 2345", "+97455512345"),
        ("MA", "061 23 45 67", "+212661234567"),
        ("DZ", "061 23 45 67", "+213661234567"),
        ("MU", "789 1234", "+23057891234"),
        ("SA", "01 234 5678", "+966112345678"),
        ("CM", "77 12 34 56", "+237677123456"),
        ("CM", "22 22 34 56", "+237222223456"),
        ("EC", "09 123 4567", "+593991234567"),
        ("CR", "234 5678", "+50622345678"),
        ("PF", "72 34 56", "+68987723456"),
        ("CH", "01 234 56 78", "+41442345678"),
        ("BJ", "97 12 34 56", "+2290197123456"),
        ("MX", "045 33 1234 5678", "+523312345678"),
    ],
)
def test_what_was_dialled_before_is_the_number_of_now(country: str, typed: str, number: str) -> None:
    assert is_valid(number)
    assert is_same_number(as_e164(typed, country), number)
