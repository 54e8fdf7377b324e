"""Workbooks and texts of spreadsheets give exactly what a person would read in them."""

from decimal import Decimal

from tests.imports.conftest import Read
from tests.support.read_samples import emails, notices, numbers


def test_excel_in_german(read: Read) -> None:
    facts, (first, second, third, last) = read("excel_de_semicolon_cp1252.csv", region="DE")
    assert (facts.encoding, facts.delimiter, facts.decimal, facts.date_order) == ("cp1252", ";", ",", "dmy")
    assert facts.skipped == [(2, "preamble"), (9, "header again"), (11, "total")]
    assert [each.external_id for each in (first, second, third, last)] == ["417", "00418", "419", "420"]
    assert notices(first) == [("Mobil", "4,91512E+11"), ("PLZ", "1067")]
    assert first.addresses[0].postal_code == "1067"
    assert first.further == [("Umsatz", "1234.56 EUR"), ("Rabatt", "5 %")]
    assert (first.company, first.name, first.since) == ("Prüf GmbH", "Frau Öz", "2025-04-03")
    assert (second.company, notices(second)) == ("Muster; Söhne", [("Seit", "31.02.2025")])
    assert numbers(second) == ["+49301234502", "+4915123456702"]
    assert second.further == [("Umsatz", "980 EUR"), ("Rabatt", "12.5 %")]
    assert (third.name, third.is_company, third.since) == ("Leerlauf KG", True, "2025-04-03")
    assert third.further == [("Umsatz", "-45.10 EUR")]
    assert (last.since, notices(last)) == ("2025-05-01", [("Umsatz", "#WERT!")])


def test_excel_unicode_text(read: Read) -> None:
    facts, (sofia, company, celik) = read("excel_unicode_utf16le_tab.txt", region="TR")
    assert (facts.encoding, facts.delimiter) == ("utf-16", "\t")
    assert (sofia.name, sofia.notes) == ("София Проба", ["two\nlines"])
    assert (company.name, company.addresses[0].city) == ("株式会社テスト", "東京")
    assert (celik.addresses[0].city, celik.notes) == ("İstanbul", ["tab\there"])
    assert numbers(celik) == ["+905320000001"]


def test_a_workbook_of_true_dates_serials_and_formulas(read: Read) -> None:
    facts, (ada, bo, cleo) = read("clients_serial_dates.xlsx", region="DE")
    assert (facts.sheet, facts.sheets, facts.hidden_sheets) == (
        "Kunden 2026",
        ["Kunden 2026", "intern", "Leads"],
        ["intern"],
    )
    assert (facts.header_row, facts.hidden_rows, facts.skipped) == (3, 1, [(1, "preamble"), (8, "total")])
    assert (ada.external_id, numbers(ada), ada.birthday) == ("00417", ["+491512345678"], "1980-05-17")
    assert ada.since == "2025-04-03"
    assert ada.further == [
        ("Termin", "2026-11-05 14:30"),
        ("Aktiv", "true"),
        ("Umsatz", "1234.56"),
        ("Rabatt", "5 %"),
    ]
    assert (notices(bo), bo.notes, bo.since) == ([("Umsatz", "")], ["'0123"], "2025-04-03")
    assert bo.further == [("Termin", "12:00"), ("Aktiv", "false"), ("Rabatt", "12.5 %")]
    assert (cleo.hidden, cleo.since, cleo.birthday) == (True, None, None)
    assert notices(cleo) == [(None, ""), ("Telefon", "#N/A"), ("Notiz", "")]


def test_another_sheet_of_the_workbook(read: Read) -> None:
    _, (lead,) = read("clients_serial_dates.xlsx", kind="leads", sheet="Leads")
    assert lead.lead and (lead.lead.title, lead.lead.value) == ("From sheet two", Decimal(10))


def test_awkward_rows(read: Read) -> None:
    facts, records = read("awkward_rows.csv")
    assert len(records) == 9 and facts.headers == ["Name", "Email", "Email", "Phone", "Phone", "", "Name"]
    ada, link, formula, quoted, short, wide, blanks, unseen, nothing = records
    assert (emails(ada), numbers(ada)) == (
        ["ada@example.com", "ada2@example.com"],
        ["+447700900801", "+447700900802"],
    )
    assert (link.name, emails(link)) == ('=HYPERLINK("http://example.com","click")', ["bo@example.com"])
    assert numbers(link) == ["+447700900803"] and len(link.problems) == 1
    assert (formula.name, notices(formula)) == ("=1+1", [("Email", "@SUM(A1)")])
    assert (emails(quoted), quoted.name) == (["a@example.com", "b@example.com"], 'Quote "in" name')
    assert [(each.number, each.extension) for each in quoted.phones] == [
        ("+447700900805", ""),
        ("+447700900806", "12"),
    ]
    assert (emails(short), short.problems) == (["c@example.com"], [])
    assert (emails(wide), notices(wide), wide.left_out) == (
        ["d@example.com"],
        [(None, "extra | more")],
        False,
    )
    assert (blanks.name, emails(blanks), numbers(blanks), blanks.problems) == (
        "Spaces",
        ["e@example.com"],
        [],
        [],
    )
    assert (unseen.name, emails(unseen), numbers(unseen)) == (
        "ZeroWidth Name",
        ["f@example.com"],
        ["+447700900807"],
    )
    assert nothing.left_out and not nothing.name
