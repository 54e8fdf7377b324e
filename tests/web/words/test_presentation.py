from collections.abc import Iterator

import pytest
from flask import Flask

from crm.web.words import countries, phones, presentation
from tests.support.frozen_clock import FrozenClock


@pytest.fixture
def page(app: Flask, frozen_clock: FrozenClock) -> Iterator[None]:
    """A page of a reader in UTC, on 2026-11-21 at 07:39."""
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna Nowak", "AN"), ("zoë", "Z"), ("Anna Maria von Nowak", "AN"),
        ("Ольга Петрова", "ОП"), ("田中 美咲", "田"),
        ("محمد الأحمد", "م"), ("3 Brothers Ltd", "BL"), ("42", "4"), ("...", "."), ("", "?"), ("ß", "SS"),
    ],
)  # fmt: skip
def test_initials_are_of_the_first_and_last_word_in_any_script(name: str, letters: str) -> None:
    assert presentation.initials(name) == letters


def test_a_name_keeps_its_tint_in_any_case() -> None:
    assert presentation.tint("Anna") == presentation.tint("ANNA")
    assert {presentation.tint(str(number)) for number in range(500)} == set(range(12))


@pytest.mark.usefixtures("page")
def test_an_icon_that_is_not_in_the_sprite_is_a_mistake_found_at_once() -> None:
    assert "#plus" in presentation.icon("plus")
    with pytest.raises(LookupError, match=r"used\.txt"):
        presentation.icon("no-such-icon")


@pytest.mark.usefixtures("page")
def test_phones_countries_and_addresses_read_as_people_say_them() -> None:
    assert phones.phone("+37129123456") == "+371 29 123 456"
    assert phones.phone("not a number") == "not a number"
    assert countries.country_name("lv") == "Latvia"
    assert countries.country_name("ZZ?") == "ZZ?"
    assert ("LV", "Latvia") in countries.countries()
    assert presentation.bare_link("https://www.example.org/a/") == "example.org/a"
