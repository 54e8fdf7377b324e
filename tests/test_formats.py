"""How dates, hours and numbers are written over the locales of the world, in words that stay English."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel.numbers import format_currency

from crm.date_patterns import MARKS_OF_DIRECTION
from crm.formats import formats_of
from crm.locales import HOUSE, canonical_tag, locale_tags, offered_locales

DAY = date(2027, 3, 14)
AFTERNOON = datetime(2027, 3, 14, 16, 5, 9, tzinfo=ZoneInfo("Europe/Berlin"))
MORNING = datetime(2027, 3, 14, 4, 49, tzinfo=UTC)


def plain(text: str) -> str:
    """With usual spaces: CLDR writes such as do not break a line."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("tag", "days", "hours", "first_weekday"),
    [
        ("en", ["14 Mar", "14 Mar 2027", "Mar 2027"], ["04:49", "16:05"], 0),
        ("en-GB", ["14 Mar", "14 Mar 2027", "Mar 2027"], ["04:49", "16:05"], 0),
        ("en-US", ["Mar 14", "Mar 14, 2027", "Mar 2027"], ["4:49 AM", "4:05 PM"], 6),
        ("en-AU", ["14 Mar", "14 Mar 2027", "Mar 2027"], ["4:49 am", "4:05 pm"], 0),
        ("de-DE", ["14.03.2027", "14.03.2027", "3/2027"], ["04:49", "16:05"], 0),
        ("fr-FR", ["14/03/2027", "14/03/2027", "03/2027"], ["04:49", "16:05"], 0),
        ("fr-CA", ["2027-03-14", "2027-03-14", "2027-03"], ["04 h 49", "16 h 05"], 6),
        ("ar", ["14/03/2027", "14/03/2027", "3/2027"], ["4:49 AM", "4:05 PM"], 0),
        ("ar-EG", ["14/03/2027", "14/03/2027", "3/2027"], ["4:49 AM", "4:05 PM"], 5),
        ("hi-IN", ["14/3/2027", "14/3/2027", "3/2027"], ["4:49 am", "4:05 pm"], 6),
        ("ja-JP", ["2027/03/14", "2027/03/14", "2027/3"], ["4:49", "16:05"], 6),
        ("sv-SE", ["2027-03-14", "2027-03-14", "2027-03"], ["04:49", "16:05"], 0),
        ("pt-BR", ["14/03/2027", "14/03/2027", "03/2027"], ["04:49", "16:05"], 6),
        ("da-DK", ["14.03.2027", "14.03.2027", "3.2027"], ["04.49", "16.05"], 0),
        ("bg-BG", ["14.03.2027", "14.03.2027", "03.2027"], ["4:49", "16:05"], 0),
        ("zh-Hant-TW", ["2027/3/14", "2027/3/14", "2027/3"], ["4:49 AM", "4:05 PM"], 6),
    ],
)
def test_days_and_hours_are_written_as_the_locale_does(
    tag: str, days: list[str], hours: list[str], first_weekday: int
) -> None:
    formats = formats_of(tag)
    written = [formats.day(DAY, date(2027, 12, 31)), formats.day(DAY, date(2028, 1, 1)), formats.month(DAY)]
    assert [plain(each) for each in written] == days
    assert [plain(formats.hour(MORNING)), plain(formats.hour(AFTERNOON))] == hours
    assert formats.first_weekday == first_weekday


@pytest.mark.parametrize(
    ("tag", "written"),
    [("en", "29 Feb"), ("en-GB", "29 Feb"), ("en-US", "Feb 29"), ("de-DE", "29 Feb"), ("ja-JP", "29 Feb")],
)
def test_a_day_of_no_year_names_its_month(tag: str, written: str) -> None:
    assert formats_of(tag).day_of_any_year(date(2000, 2, 29)) == written


@pytest.mark.parametrize(
    ("tag", "first_workday"),
    [("en", 0), ("en-US", 0), ("pt-BR", 0), ("ar-EG", 6), ("he-IL", 6), ("fa-IR", 5)],
)
def test_work_begins_again_on_the_day_after_the_weekend(tag: str, first_workday: int) -> None:
    assert formats_of(tag).first_workday == first_workday


@pytest.mark.parametrize(
    ("tag", "number", "money", "percent"),
    [
        ("en", "1,234,567.5", ["€12,500", "€12,500.50", "€1.2M"], "12.5%"),
        ("en-GB", "1,234,567.5", ["€12,500", "€12,500.50", "€1.2M"], "12.5%"),
        ("en-US", "1,234,567.5", ["€12,500", "€12,500.50", "€1.2M"], "12.5%"),
        ("de-DE", "1.234.567,5", ["12.500 €", "12.500,50 €", "1,2M €"], "12,5 %"),
        ("fr-FR", "1 234 567,5", ["12 500 €", "12 500,50 €", "1,2M €"], "12,5 %"),
        ("ar", "1,234,567.5", ["12,500 €", "12,500.50 €", "1.2M €"], "12.5%"),
        ("hi-IN", "12,34,567.5", ["€12,500", "€12,500.50", "€1.2M"], "12.5%"),
        ("ja-JP", "1,234,567.5", ["€12,500", "€12,500.50", "€1.2M"], "12.5%"),
        ("sv-SE", "1 234 567,5", ["12 500 €", "12 500,50 €", "1,2M €"], "12,5 %"),
        ("pt-BR", "1.234.567,5", ["€ 12.500", "€ 12.500,50", "€ 1,2M"], "12,5%"),
        ("de-CH", "1’234’567.5", ["EUR 12’500", "EUR 12’500.50", "EUR 1.2M"], "12.5%"),
    ],
)
def test_numbers_and_money_are_written_as_the_locale_does(
    tag: str, number: str, money: list[str], percent: str
) -> None:
    formats = formats_of(tag)
    assert plain(formats.number(1234567.5)) == number
    written = [formats.money(12_500, "EUR"), formats.money(Decimal("12500.50"), "EUR")]
    assert [plain(each) for each in (*written, formats.short_money(1_234_567, "EUR"))] == money
    assert plain(formats.percent(12.5)) == percent


@pytest.mark.parametrize(
    ("value", "short"),
    [
        (99_999, "€99,999"),
        (100_000, "€100K"),
        (999_949, "€999.9K"),
        (999_999, "€1M"),
        (2_500_000_000, "€2.5B"),
        (9_999_999_999_999, "€10T"),
    ],
)
def test_a_large_sum_keeps_to_a_narrow_place(value: int, short: str) -> None:
    assert formats_of(HOUSE).short_money(value, "EUR") == short


@pytest.mark.parametrize(
    ("currency", "value", "text"),
    [("JPY", 1500, "¥1,500"), ("KWD", 1.5, "KWD 1.500"), ("USD", 1.5, "$1.50"), ("EUR", 1.2345, "€1.2345")],
)
def test_money_has_the_places_of_its_currency(currency: str, value: float, text: str) -> None:
    assert plain(formats_of(HOUSE).money(value, currency)) == text


@pytest.mark.parametrize("value", [0, 7, 1_234_567, -1234, 0.5, Decimal("-98765.43")])
def test_an_amount_has_the_signs_and_digits_of_the_library_in_each_locale(value: float | Decimal) -> None:
    for tag in locale_tags():
        formats = formats_of(tag)
        pattern = formats.numbers.currency_formats["standard"].pattern
        whole = pattern if value % 1 else pattern.replace(".00", "")
        for currency in ("EUR", "USD", "INR"):
            expected = format_currency(value, currency, whole, formats.numbers, currency_digits=False)
            expected = "".join(MARKS_OF_DIRECTION.sub("", expected).split())
            if expected.isascii() or not any(map(str.isalpha, expected)):
                assert "".join(formats.money(value, currency).split()) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [("30.5", "30,50"), ("71", "71,00"), ("1234.125", "1.234,125"), ("0.1234567", "0,1234567")],
)
def test_a_number_has_the_places_that_are_asked_for_at_least(value: str, text: str) -> None:
    assert formats_of("de-DE").number(Decimal(value), places=2) == text


def test_the_exact_moment_names_its_zone() -> None:
    assert formats_of("en").exact(AFTERNOON) == ("Sunday, 14 March 2027, 16:05:09 (Europe/Berlin, UTC+01:00)")
    assert formats_of("de-DE").exact(MORNING) == "Sunday, 14.03.2027, 04:49:00 (UTC)"
    assert formats_of("en-US").day_of_week(DAY) == "Sunday, March 14"


@pytest.mark.parametrize(
    ("tag", "start"), [("en", 8), ("de-DE", 8), ("en-US", 14), ("pt-BR", 14), ("ar-EG", 13), ("fa-IR", 13)]
)
def test_a_week_begins_on_the_locale_s_first_day(tag: str, start: int) -> None:
    assert formats_of(tag).week_start(DAY) == date(2027, 3, start)


def test_no_language_of_the_world_brings_letters_or_digits_of_another_script() -> None:
    """English words stand around: one rule for all, and no locale that cannot be written."""
    for tag in (tag for tag in locale_tags() if "-" not in tag):
        formats = formats_of(tag)
        written = [formats.exact(AFTERNOON), formats.day(DAY, DAY), formats.hour(MORNING), formats.month(DAY)]
        written += [formats.number(-1234.5), formats.percent(3), formats.money(12_500.5, "USD")]
        assert all(sign.isascii() or not sign.isalnum() for sign in "".join(written)), (tag, written)
        assert "2027" in written[1] or formats.day_of_year, (tag, written)


@pytest.mark.parametrize(
    ("given", "tag"),
    [
        ("de-DE", "de-DE"), ("de_de", "de-DE"), (" EN ", "en"), ("zh-TW", "zh-Hant-TW"), ("pt-br", "pt-BR"),
        ("ar-001", "ar-001"), ("de-ZZ", None), ("en-XX", None), ("xx", None), ("", None), ("../de", None),
        ("de-DE; rm", None), ("d" * 5000, None),
    ],
)  # fmt: skip
def test_a_tag_is_known_in_any_spelling_and_nothing_else_is_taken(given: str, tag: str | None) -> None:
    assert canonical_tag(given) == tag


def test_the_offered_locales_are_all_of_a_country_and_begin_with_the_house_s() -> None:
    offered = offered_locales()
    assert offered[0][0] == HOUSE
    names = [name for _, name in offered[1:]]
    assert names == sorted(names) and len(names) > 600
    assert dict(offered)["de-DE"] == "German (Germany)"
    assert all(canonical_tag(tag) == tag for tag, _ in offered)
