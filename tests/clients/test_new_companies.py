"""A company named with a client is made with them, or neither is."""

import pytest

from crm.clients.client import get_client
from crm.clients.fields import NewClient, PatchedClient
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients, suggest_clients
from crm.clients.new_companies import change_client_of, create_client_of
from crm.clients.trash import delete_client
from crm.db.database import Database
from crm.errors import Conflict, Invalid, Stale
from crm.fields import parse_fields
from tests.support.cast import Cast
from tests.support.clients import add_client

ANNA = {"name": "Anna", "email": "anna@example.org"}


def names(db: Database, cast: Cast) -> list[str]:
    return sorted(one.name for one in db.read(list_clients, cast.owner, ClientFilter(), limit=50).rows)


def test_a_client_and_their_company_are_made_at_once(db: Database, cast: Cast) -> None:
    client = db.write(create_client_of, cast.owner, parse_fields(NewClient, ANNA), "Acme")
    company = db.read(get_client, cast.owner, client.company_id or 0)
    assert (company.name, company.kind, company.owner_id) == ("Acme", "company", cast.owner.user_id)


def test_a_form_whose_list_of_companies_is_empty_gets_the_new_one(db: Database, cast: Cast) -> None:
    form: dict[str, object] = {**ANNA, "company_id": None, "companies": []}
    client = db.write(create_client_of, cast.owner, parse_fields(NewClient, form), "Acme")
    assert [company.company_name for company in client.companies] == ["Acme"]


@pytest.mark.parametrize("company", ["Acme", ""])
def test_a_duplicate_leaves_no_company_behind(db: Database, cast: Cast, company: str) -> None:
    add_client(db, cast.owner, **ANNA)
    with pytest.raises(Conflict):
        db.write(create_client_of, cast.owner, parse_fields(NewClient, ANNA), company)
    assert names(db, cast) == ["Anna"]


def test_a_name_that_no_company_can_have_is_refused_at_the_picker(db: Database, cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        db.write(create_client_of, cast.owner, parse_fields(NewClient, ANNA), "x" * 201)
    assert [problem.field for problem in refused.value.problems] == ["company_id"]
    assert names(db, cast) == []


def test_a_changed_client_gets_a_new_company_and_a_stale_change_makes_none(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, **ANNA)
    changes = parse_fields(PatchedClient, {"city": "Riga"})
    changed = db.write(change_client_of, cast.owner, client.id, changes, "Acme", expected_version=1)
    assert (changed.city, changed.company_name) == ("Riga", "Acme")
    with pytest.raises(Stale):
        db.write(change_client_of, cast.owner, client.id, changes, "Other", expected_version=1)
    assert names(db, cast) == ["Acme", "Anna"]


def test_the_people_of_a_deleted_company_go_to_a_new_one(db: Database, cast: Cast) -> None:
    client = db.write(create_client_of, cast.owner, parse_fields(NewClient, ANNA), "Acme")
    db.write(delete_client, cast.owner, client.company_id or 0, people_to_new="Beta")
    assert db.read(get_client, cast.owner, client.id).company_name == "Beta"
    assert names(db, cast) == ["Anna", "Beta"]


def test_companies_are_found_behind_any_number_of_people(db: Database, cast: Cast) -> None:
    for number in range(60):
        add_client(db, cast.owner, name=f"Acme {number:02}")
    add_client(db, cast.owner, name="Acme Works", kind="company")
    found = db.read(suggest_clients, cast.owner, "acme", kind="company")
    assert [one.name for one in found] == ["Acme Works"]
