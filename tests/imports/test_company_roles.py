"""A column of roles becomes the role at the company of the row."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.imports.test_imports import app, bring, clients, confirm, owner

__all__ = ["app", "owner"]


def table(*rows: str, header: str = "Company role") -> bytes:
    return "\n".join((f"Name,E-mail,Company,{header}", *rows)).encode()


def roles(client: dict[str, Any]) -> list[tuple[str, str | None, bool]]:
    return [(each["company_name"], each["role"], each["main"]) for each in client["companies"]]


@pytest.mark.parametrize("header", ["Company role", "Role at the company", "Rolle im Unternehmen"])
def test_the_role_is_that_at_the_company_of_the_row(owner: FlaskClient, header: str) -> None:
    made = bring(owner, table("Ada,ada@x.example,Acme,Director", "Eva,eva@x.example,Acme,", header=header))
    assert [column["field"] for column in made["columns"]] == ["name", "email", "company", "company_role"]
    confirm(owner, made)
    found = clients(owner)
    assert roles(found["Ada"]) == [("Acme", "Director", True)]
    assert roles(found["Eva"]) == [("Acme", None, True)]
    assert [name for name in found if found[name]["kind"] == "company"] == ["Acme"]


def test_an_update_adds_a_company_and_fills_a_missing_role(owner: FlaskClient) -> None:
    confirm(owner, bring(owner, table("Ada,ada@x.example,Acme,", "Eva,eva@x.example,Acme,Cook")))
    rows = ("Ada,ada@x.example,Acme,Director", "Eva,eva@x.example,Beta,Adviser")
    confirm(owner, bring(owner, table(*rows), duplicates="update"))
    found = clients(owner)
    assert roles(found["Ada"]) == [("Acme", "Director", True)]
    assert roles(found["Eva"]) == [("Acme", "Cook", True), ("Beta", "Adviser", False)]
    again = confirm(owner, bring(owner, table(*rows), duplicates="update"))
    assert (again["updated"], again["created"]) == (0, 0)


def test_a_company_that_an_earlier_row_named_is_filled_in_by_its_own(owner: FlaskClient) -> None:
    """As in an address book, where cards of people come before the one of their company."""
    cards = (
        b"BEGIN:VCARD\nVERSION:3.0\nN:Probe;Ada;;;\nFN:Ada Probe\nORG:Acme\nEND:VCARD\n"
        b"BEGIN:VCARD\nVERSION:3.0\nN:;;;;\nFN:Acme\nORG:Acme\nX-ABShowAs:COMPANY\n"
        b"TEL:+442079460905\nEND:VCARD\n"
    )
    done = confirm(owner, bring(owner, cards, "cards.vcf"))
    assert (done["created"], done["skipped"]) == (2, 0)
    found = clients(owner)
    assert found.keys() == {"Ada Probe", "Acme"} and found["Acme"]["phone"] == "+442079460905"
    again = confirm(owner, bring(owner, cards.replace(b"0905", b"0906"), "cards.vcf"))
    assert (again["created"], again["skipped"]) == (0, 2), "only those of the same import"
    assert clients(owner)["Acme"]["phone"] == "+442079460905"
