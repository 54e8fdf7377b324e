"""Several e-mail addresses, numbers and addresses of one row become those of the client."""

from flask.testing import FlaskClient

from tests.imports.test_imports import app, bring, clients, confirm, owner

__all__ = ["app", "owner"]
HEADERS = (
    "First Name,Last Name,Organization Title,Birthday,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,"
    "E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Label,"
    "Address 1 - Street,Address 1 - City,Address 1 - Postal Code,Address 1 - Country,Address 2 - Label,"
    "Address 2 - Street,Address 2 - City"
)
ROW = (
    "Ada,Probe,Chef,--02-29,* Work,ada@work.example,Home,ada@home.example,Mobile,+447700900201,Work,"
    "+447700900202,Home,1 Example Road,Testville,AB1 2CD,GB,Site,Yard 7,Kraków"
)


def table(*rows: str) -> bytes:
    return "\n".join((HEADERS, *rows)).encode()


def values(entries: list[dict[str, object]], *names: str) -> list[tuple[object, ...]]:
    return [tuple(entry[name] for name in names) for entry in entries]


def test_each_is_a_field_and_nothing_of_it_is_in_the_notes(owner: FlaskClient) -> None:
    confirm(owner, bring(owner, table(ROW)))
    ada = clients(owner)["Ada Probe"]
    assert values(ada["emails"], "email", "label", "main") == [
        ("ada@work.example", "work", True),
        ("ada@home.example", "home", False),
    ]
    assert values(ada["phones"], "phone", "label") == [("+447700900201", "mobile"), ("+447700900202", "work")]
    assert values(ada["addresses"], "label", "street", "postal_code", "city", "country") == [
        ("home", "1 Example Road", "AB1 2CD", "Testville", "GB"),
        ("site", "Yard 7", None, "Kraków", None),
    ]
    assert (ada["job_title"], ada["birthday"], ada["notes"]) == ("Chef", "--02-29", None)


def test_the_same_file_again_changes_nothing_and_more_of_them_are_added(owner: FlaskClient) -> None:
    confirm(owner, bring(owner, table(ROW)))
    before = clients(owner)["Ada Probe"]
    confirm(owner, bring(owner, table(ROW), duplicates="update"))
    assert clients(owner)["Ada Probe"] == before
    more = ROW.replace("ada@work.example", "new@work.example").replace("Yard 7", "Yard 8")
    confirm(owner, bring(owner, table(more), duplicates="update"))
    after = clients(owner)["Ada Probe"]
    assert values(after["emails"], "email") == [
        ("ada@work.example",), ("ada@home.example",), ("new@work.example",),
    ]  # fmt: skip
    assert values(after["addresses"], "street") == [("1 Example Road",), ("Yard 7",), ("Yard 8",)]


def test_what_one_finds_by_a_further_address_is_the_same_client(owner: FlaskClient) -> None:
    confirm(owner, bring(owner, table(ROW)))
    done = confirm(owner, bring(owner, b"Name,Email\nA. Probe,ada@home.example\n"))
    assert (done["created"], done["skipped"]) == (0, 1)


def test_a_card_s_title_birthday_and_addresses_are_fields(owner: FlaskClient) -> None:
    card = (
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada Probe\r\nTITLE:Chef\r\nBDAY:--0517\r\n"
        "EMAIL;TYPE=work:ada@work.example\r\nEMAIL;TYPE=home:ada@home.example\r\n"
        "TEL;TYPE=cell:+447700900201\r\nTEL;TYPE=fax:+447700900202\r\n"
        "ADR;TYPE=home:;;1 Example Road;Testville;Shire;AB1 2CD;United Kingdom\r\nEND:VCARD\r\n"
    )
    confirm(owner, bring(owner, card.encode(), "ada.vcf"))
    ada = clients(owner)["Ada Probe"]
    assert (ada["job_title"], ada["birthday"], ada["phone"]) == ("Chef", "--05-17", "+447700900201")
    assert len(ada["emails"]) == len(ada["phones"]) == 2
    assert values(ada["addresses"], "street", "city", "region", "postal_code", "country") == [
        ("1 Example Road", "Testville", "Shire", "AB1 2CD", "GB")
    ]
