"""Files as people bring them: each gives exactly what a person would read in it."""

from decimal import Decimal

from crm.imports.record import Record
from tests.imports.conftest import Read


def numbers(record: Record) -> list[str]:
    return [phone.number for phone in record.phones]


def emails(record: Record) -> list[str]:
    return [email.address for email in record.emails]


def notices(record: Record) -> list[tuple[str | None, str]]:
    return [(problem.header, problem.value) for problem in record.problems]


def test_google_contacts(read: Read) -> None:
    _, (ada, company, bo, mail) = read("google_contacts_new.csv")
    assert (ada.name, ada.company, ada.job_title, ada.birthday) == (
        "Ada Probe",
        "Probe & Söhne GmbH",
        "Owner",
        "1980-05-17",
    )
    assert numbers(ada) == ["+447700900201", "+447700900202"]
    assert emails(ada) == ["ada@example.com", "ada.home@example.org"]
    assert [email.label for email in ada.emails] == ["work", "home"]
    assert ada.tags == ["Customers"]
    assert ada.notes == ["Likes blue.\nCall after 17:00"]
    assert ada.addresses[0].whole == "1 Example Road, AB1 2CD Testville, GB"
    assert (company.name, company.is_company, numbers(company)) == (
        "Nameless Parts Ltd",
        True,
        ["+442079460201"],
    )
    assert (bo.name, bo.birthday, bo.tags) == ("Bo, Jr.", "--05-17", [])
    assert bo.further == [("Customer no.", "00417")]
    assert (mail.name, emails(mail), mail.left_out) == (
        "only.mail@example.net",
        ["only.mail@example.net"],
        False,
    )


def test_outlook(read: Read) -> None:
    facts, (eve, company, fay) = read("outlook_en_cp1252.csv")
    assert (facts.encoding, facts.date_order) == ("cp1252", "mdy")
    assert (eve.name, eve.company, eve.job_title, eve.birthday) == (
        "Eve O’Probe",
        "Café Probe",
        "Chef",
        "1980-05-17",
    )
    assert (eve.tags, eve.notes) == (["Customers", "VIP"], ["First line\nSecond line"])
    assert eve.addresses[0].lines == "1 Example Road\nUnit 2"
    assert numbers(eve) == ["+442079460301", "+447700900301"]
    assert (company.name, company.is_company) == ("Only Company Ltd", True)
    assert (fay.name, emails(fay), len(notices(fay))) == ("Fay Exchange", [], 1)
    assert not eve.problems and not company.problems


def test_outlook_in_german(read: Read) -> None:
    facts, (joerg, zoe) = read("outlook_de_cp1252.csv", region="DE")
    assert facts.encoding == "cp1252"
    assert (joerg.name, joerg.birthday, joerg.tags) == ("Jörg Prüfer", "1980-05-17", ["Kunde", "Werkstatt"])
    assert (joerg.addresses[0].postal_code, joerg.addresses[0].city) == ("01067", "Köln")
    assert numbers(joerg) == ["+49221123450", "+4915123456700"]
    assert joerg.further == [("Anrede", "Herr")]
    assert (zoe.name, zoe.birthday, zoe.notes, numbers(zoe)) == (
        "Zoë Muster",
        None,
        ["Preis: 49,– €"],
        ["+49301234501"],
    )
    assert not joerg.problems and not zoe.problems


def test_mailchimp(read: Read) -> None:
    _, (ada, bo, again) = read("mailchimp_audience.csv", region="US")
    assert (ada.tags, bo.notes) == (["VIP", "Blog, weekly"], ['note with "quotes" and, comma'])
    assert (emails(bo), numbers(bo)) == (["bo@example.com"], ["+15550100102"])
    assert emails(again) == emails(ada) == ["ada@example.com"]


def test_hubspot(read: Read) -> None:
    _, (ada, nameless, bo, again) = read("hubspot_contacts.csv")
    assert (ada.external_id, ada.since, ada.company, ada.owner) == (
        "39779198735",
        "2024-03-12 09:14",
        "Probe GmbH",
        "Sam Sales",
    )
    assert ada.addresses[0].country == "DE"
    assert (nameless.name, nameless.since) == ("noname@example.com", "2024-03-15 14:30")
    assert (bo.name, emails(again)) == ("Bo", emails(ada))


def test_pipedrive(read: Read) -> None:
    _, (fleet, tyres, lost) = read("pipedrive_deals.csv", kind="leads")
    assert fleet.lead and tyres.lead and lost.lead
    assert (fleet.lead.title, fleet.lead.value, fleet.lead.currency) == (
        "Fleet of 3 vans",
        Decimal(45000),
        "EUR",
    )
    assert (fleet.lead.pipeline, fleet.lead.stage, fleet.lead.expected_close) == (
        "Sales",
        "Proposal Made",
        "2026-12-31",
    )
    assert fleet.lead.tags == ["Hot", "Fleet"]
    assert emails(fleet) == ["ada@example.com", "ada2@example.com"]
    assert numbers(fleet) == ["+4915123456701", "+49301234501"]
    assert (fleet.name, fleet.company) == ("Ada Probe", "Probe GmbH")
    assert (tyres.lead.value, tyres.lead.outcome) == (Decimal("1249.5"), "won")
    assert (lost.lead.outcome, lost.lead.lost_reason) == ("lost", "Price too high; bought elsewhere")
    assert (lost.name, lost.is_company) == ("Probe GmbH", True)


def test_twenty(read: Read) -> None:
    _, (ada, bo) = read("twenty_people.csv")
    assert numbers(ada) == ["+447700900601", "+447700900602"]
    assert emails(ada) == ["ada@example.com", "ada2@example.com"]
    assert (ada.since, ada.profile) == ("2026-02-10 14:03", "https://www.linkedin.com/in/ada-probe-0")
    assert (bo.name, bo.problems) == ("Bo", [])


def test_espocrm(read: Read) -> None:
    _, (ada, bo) = read("espocrm_leads.csv", kind="leads")
    assert ada.lead and bo.lead
    assert (numbers(ada), emails(ada), ada.do_not_call) == (["+447700900701"], ["ada@example.com"], True)
    assert ada.lead.details == ["=not a formula, was text"]
    assert (ada.lead.value, ada.lead.owner, ada.company) == (Decimal(45000), "Sam Sales", "Probe Ltd")
    assert (bo.lead.value, bo.lead.details) == (Decimal(-1200), ["-- none --"])


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
    assert notices(cleo) == [(None, ""), ("Telefon", "#N/A"), ("Seit", "0"), ("Notiz", "")]


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


def test_cards_of_a_telephone(read: Read) -> None:
    _, (proba, mail, accented) = read("android_21_qp.vcf", region="RU")
    assert (proba.name, proba.first_name, proba.last_name) == ("Тест Проба", "Тест", "Проба")
    assert [(each.number, each.label) for each in proba.phones] == [
        ("+79990000021", "cell"), ("+74950000022", "work"), ("+79990000024", "дача"),
        ("+74950000023", "fax work"),
    ]  # fmt: skip
    assert proba.notes == ["Длинная заметка для проверки переноса строк в телефоне"]
    assert emails(mail) == ["only.mail@example.com"]
    assert (accented.name, numbers(accented), notices(accented)) == (
        "Ñandú",
        ["+34600000001"],
        [("Phone 1 - Value", "*100#")],
    )


def test_cards_of_apple(read: Read) -> None:
    _, (ada, company) = read("apple_30_folded.vcf")
    assert (ada.last_name, ada.birthday) == ("Probe, Jr.", "--05-17")
    assert len(ada.phones) == 4 and [each.label for each in ada.phones][2:] == ["assistant", "fax work"]
    (note,) = ada.notes
    assert note.startswith(
        "Line one\nLine two; with semicolon, comma and a long tail so that this line must be"
    )
    assert note.endswith("be folded by the writer")
    assert ada.addresses[0].whole == "1 Example Road, Unit 2, AB1 2CD Testville, GB"
    assert ada.websites == ["https://www.example.com"]
    assert (company.name, company.is_company) == ("Probe & Co", True)


def test_cards_of_version_4(read: Read) -> None:
    _, (ada, company) = read("v40_uris_groups.vcf")
    assert (ada.name, ada.tags, ada.birthday) == ("Ada Probe", ["VIP", "Fleet, large"], "--05-17")
    assert [(each.number, each.extension) for each in ada.phones] == [
        ("+447700900911", ""), ("+442079460912", "12"), ("+442079460913", ""),
    ]  # fmt: skip
    assert (company.name, company.is_company, numbers(company)) == ("Probe & Co", True, ["+442079460914"])
