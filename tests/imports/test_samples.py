"""Files as programs export them: each is read exactly as a person would read it."""

from decimal import Decimal

from tests.imports.conftest import Read
from tests.support.read_samples import emails, notices, numbers


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
