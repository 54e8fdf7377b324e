"""Countries that have changed their numbers: the former number and that of today are one."""

import random
import re
from collections.abc import Iterator

import pytest

from crm.clients.number_rules import RENUMBERED, Rule
from crm.clients.phones import as_e164
from crm.clients.spellings import is_same_number, keys, phone_key, spellings
from tests.support.phone_numbers import is_valid, likely_numbers


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
        for phone in likely_numbers(country, digits):
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
