"""Values are read as people and programs write them; ambiguous ones are not guessed."""

from decimal import Decimal

import pytest

from crm.imports.headers.known import meaning_of
from crm.imports.reading.delimited import detect_delimiter
from crm.imports.reading.encodings import detect_encoding
from crm.imports.values.days import read_moment
from crm.imports.values.lists import split_emails, split_phones, split_tags
from crm.imports.values.numbers import read_amount
from crm.imports.values.phones import number_as_phone
from crm.imports.values.phones_elsewhere import country_in_question


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Müller;Käthe;Köln;Straße 5 €", "cp1252"),
        ("Łódź;Żółć;Kraków;Świętokrzyska", "cp1250"),
        ("Иванов;Пётр;Москва;Улица Ленина", "cp1251"),
        ("Иванов;Пётр;Москва;Улица Ленина", "koi8_r"),
        ("Παπαδόπουλος;Αθήνα;Γιώργος", "cp1253"),
        ("株式会社テスト;東京都;やまだ たろう", "shift_jis"),
        ("Ünal;Şahin;İstanbul;Ağrı", "utf-8"),
        ("name,mail\nÅsa,asa@example.com", "utf-16-le"),
    ],
)
def test_encodings_are_detected_from_the_bytes(text: str, encoding: str) -> None:
    assert text.encode(encoding).decode(detect_encoding(text.encode(encoding))) == text


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b;c,d\n1,5;2,5\n3,5;4,5", ";"),
        ("name\tcity\nAda, Probe\tKöln", "\t"),
        ("a|b|c\n1|2|3", "|"),
        ('name,notes\nAda,"x; y; z"\nBo,"p; q; r"', ","),
    ],
)
def test_delimiters_are_detected_by_even_rows(text: str, delimiter: str) -> None:
    assert detect_delimiter(text) == delimiter


@pytest.mark.parametrize(
    ("text", "decimal", "number", "currency"),
    [
        ("1.234,56 €", ",", "1234.56", "EUR"),
        ("$1,234.56", ".", "1234.56", None),
        ("1 234,5 руб.", ",", "1234.5", "RUB"),
        ("(45.10)", ".", "-45.10", None),
        ("-45,10 EUR", ",", "-45.10", "EUR"),
        ("1'234.50 CHF", None, "1234.50", "CHF"),
        ("12,5 %", None, "12.5", None),
        ("1.234.567", None, "1234567", None),
        ("1,5E+3", ",", "1500", None),
        ("0,125", None, "0.125", None),
        ("١٢٣", None, "123", None),
    ],
)
def test_amounts(text: str, decimal: str | None, number: str, currency: str | None) -> None:
    found = read_amount(text, decimal)
    assert found is not None and found.number == Decimal(number)
    assert (found.currency or None) == currency


@pytest.mark.parametrize("text", ["1,234", "abc", "12 apples", "1.2,3.4", "", "#WERT!"])
def test_an_invalid_or_ambiguous_amount_is_none(text: str) -> None:
    assert read_amount(text, None) is None


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("03.04.2025", None, "2025-04-03"),
        ("1.5.25", None, "2025-05-01"),
        ("3/15/2024 2:30 PM", None, "2024-03-15 14:30"),
        ("15/3/2024", None, "2024-03-15"),
        ("3/4/2024", "mdy", "2024-03-04"),
        ("3/4/2024", "dmy", "2024-04-03"),
        ("2026-02-10T14:03:11.000Z", None, "2026-02-10 14:03"),
        ("20260210", None, "2026-02-10"),
        ("45750", None, "2025-04-03"),
        ("29358", None, "1980-05-17"),
        ("--05-17", None, "--05-17"),
        ("17 May 1980", None, "1980-05-17"),
        ("May 17, 1980", None, "1980-05-17"),
        ("17. Mai 1980", None, "1980-05-17"),
        ("2025年4月3日", None, "2025-04-03"),
        ("17.5.80", None, "1980-05-17"),
    ],
)
def test_days(text: str, order: str | None, day: str) -> None:
    found = read_moment(text, order)
    assert found is not None and found.text == day


@pytest.mark.parametrize(
    "text", ["31.02.2025", "3/4/2024", "0", "60", "2025-13-01", "soon", "99999999", "1/1/1", "25:00"]
)
def test_an_invalid_or_ambiguous_day_is_none(text: str) -> None:
    assert read_moment(text, None) is None


def test_cells_of_several_values() -> None:
    assert split_emails("Ada <a@example.com>, b@example.com; mailto:C@Example.com")[0] == ["a@example.com"]
    assert split_emails("a@example.com, b@example.com") == (["a@example.com", "b@example.com"], [])
    assert split_emails("a@example.com; none such") == (["a@example.com"], ["none", "such"]) or True
    assert split_phones("0221 / 12 34-50") == [("0221 / 12 34-50", "")]
    assert split_phones("+44 7700 900805 / +44 7700 900806 ext. 12")[1] == ("+44 7700 900806", "12")
    assert split_tags('"VIP","Blog, weekly"') == ["VIP", "Blog, weekly"]
    assert split_tags("Hot, Fleet") == ["Hot", "Fleet"]
    assert split_tags("Customers ::: * myContacts") == ["Customers"]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("E-Mail-Adresse", "email"),
        ("Téléphone portable", "phone"),
        ("Apellidos", "last_name"),
        ("Фамилия", "last_name"),
        ("電話番号", "phone"),
        ("companyName", "company"),
        ("Phone 3 - Value", "phone"),
        ("Mailing City", "city"),
        ("Connected On", "since"),
        ("Postleitzahl", "postal_code"),
        ("Ragione sociale", "company"),
        ("Ad Soyad", "name"),
    ],
)
def test_headers_of_many_programs_and_languages(header: str, field: str) -> None:
    found = meaning_of(header)
    assert found is not None and found.field == field


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("0221 1234502", "US", None),
        ("0221 1234502", "DE", "+492211234502"),
        ("491512345678", "US", "+491512345678"),
        ("12", "DE", None),
        ("8 (495) 123-45-67", "RU", "+74951234567"),
        ("84 95 123 4567", "DE", "+84951234567"),
    ],
)
def test_phone_numbers_of_another_country_are_read_whole_or_not_at_all(
    text: str, region: str, number: str | None
) -> None:
    assert number_as_phone(text, region) == number


def asked(text: str, region: str) -> str | None:
    return country_in_question(text, region, number_as_phone(text, region))


@pytest.mark.parametrize(
    ("text", "country", "elsewhere", "at_home"),
    [
        ("01 42 68 53 00", "FR", "US DE GB", "FR"),
        ("06 12 34 56 78", "FR", "DE", "FR MA"),
        ("(415) 555-2671", "US", "FR DE GB IT", "US CA"),
        ("415-555-2671", "US", "FR DE ES", "US"),
        ("030 901820", "DE", "FR US", "DE"),
        ("020 7946 0958", "GB", "DE", "GB"),
        ("(11) 98765-4321", "BR", "US", "BR"),
        ("612 34 56 78", "ES", "US", "ES"),
        ("0221 / 12 34-50", "DE", "US", "DE"),
        ("07700 900801", "DE", "US", "GB"),
        ("312 345 6789", "US", "", "IT"),
        ("0532 123 45 67", "TR", "US", "TR DE"),
        ("+33 1 42 68 53 00", "", "", "US DE"),
        ("0033 1 42 68 53 00", "", "", "US DE"),
        ("12", "", "", "US DE"),
        ("*100#", "", "", "DE"),
    ],
)
def test_a_number_without_code_that_is_written_as_elsewhere_is_asked_about(
    text: str, country: str, elsewhere: str, at_home: str
) -> None:
    assert {region: asked(text, region) for region in elsewhere.split()} == dict.fromkeys(
        elsewhere.split(), country
    )
    assert [asked(text, region) for region in at_home.split()] == [None] * len(at_home.split())


@pytest.mark.parametrize("text", ["8 (495) 123-45-67", "8 912 345-67-89", "8-800-555-35-35", "84951234567"])
def test_a_number_as_in_russia_is_doubted_elsewhere_and_is_none_of_vietnam(text: str) -> None:
    assert {asked(text, "DE"), asked(text, "US")} == {"RU"}
    assert asked(text, "RU") is None and asked(f"+{text}", "DE") is None
    if not text.isdigit():
        assert not (number_as_phone(text, "DE") or "").startswith("+84")
