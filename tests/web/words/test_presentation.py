from collections.abc import Iterator

import pytest
from flask import Flask

from crm.web.words import presentation
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


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1500, "1.5 kB"),
        (18211, "18 kB"),
        (5_242_880, "5.2 MB"),
    ],
)
@pytest.mark.usefixtures("page")
def test_a_size_is_told_in_the_unit_people_use(count: int, text: str) -> None:
    assert presentation.file_size(count) == text


@pytest.mark.parametrize(
    ("timestamp", "text"),
    [
        ("2026-11-21T07:39:00.000Z", "just now"), ("2026-11-21T07:29:11.123Z", "10 minutes ago"),
        ("2026-11-20T07:39:11.000Z", "1 day ago"), ("2026-11-01T12:00:00.000Z", "1 Nov"),
        ("2025-02-03T12:00:00.000Z", "3 Feb 2025"), ("2026-11-21T07:40:00.000Z", "just now"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("page")
def test_a_moment_is_told_by_its_distance_and_later_by_its_day(timestamp: str, text: str) -> None:
    told = presentation.ago(timestamp)
    assert f">{text}</time>" in told
    assert f'datetime="{timestamp}"' in told


@pytest.mark.usefixtures("page")
def test_days_have_names_while_they_are_near() -> None:
    days = [presentation.day(f"2026-11-{day}T12:00:00.000Z") for day in (22, 21, 20, 19)]
    assert days == ["Tomorrow", "Today", "Yesterday", "19 November"]
    assert ">today, 12:00" in presentation.moment("2026-11-21T12:00:00.000Z", inside=True)


@pytest.mark.usefixtures("page")
def test_a_day_without_a_time_is_written_like_every_other_date() -> None:
    assert presentation.calendar_day("2026-11-04") == "4 Nov"
    assert presentation.calendar_day("2025-02-03") == "3 Feb 2025"


@pytest.mark.usefixtures("page")
def test_an_icon_that_is_not_in_the_sprite_is_a_mistake_found_at_once() -> None:
    assert "#plus" in presentation.icon("plus")
    with pytest.raises(LookupError, match=r"used\.txt"):
        presentation.icon("no-such-icon")


@pytest.mark.usefixtures("page")
def test_numbers_countries_and_addresses_read_as_people_say_them() -> None:
    assert presentation.phone("+37129123456") == "+371 29 123 456"
    assert presentation.phone("not a number") == "not a number"
    assert presentation.country_name("lv") == "Latvia"
    assert presentation.country_name("ZZ?") == "ZZ?"
    assert ("LV", "Latvia") in presentation.countries()
    assert presentation.bare_link("https://www.example.org/a/") == "example.org/a"
    assert presentation.number(1234567) == "1,234,567"
