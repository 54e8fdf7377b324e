"""A client has several addresses, a job title and a birthday, whose year may be missing."""

from typing import Any

import pytest

from crm.appliance.undo import undo_activity
from crm.clients.client import Client, get_client
from crm.clients.clients import change_client
from crm.clients.fields import NewClient
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.clients.rebuilding import rebuild_client
from crm.clients.trash import delete_client, restore_client
from crm.db.database import Database
from crm.errors import Invalid
from crm.fields import parse_fields
from tests.appliance.test_undo import last_of
from tests.clients.test_clients import invalid_field, ledger_of
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client

ADDRESSES = [
    {"label": "billing", "street": "Hauptstr. 1\nHinterhaus", "postal_code": "01067", "city": "Dresden"},
    {"label": "site", "street": "Żelazna 3", "city": "Kraków", "region": "Małopolska", "country": "PL"},
]


def cities(client: Client) -> list[str | None]:
    return [each.city for each in client.addresses]


def test_the_main_address_is_that_of_the_fields_as_ever(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, addresses=ADDRESSES)
    assert (client.address, client.city, client.country) == ("Hauptstr. 1\nHinterhaus", "Dresden", None)
    assert [(each.label, each.postal_code, each.main) for each in client.addresses] == [
        ("billing", "01067", True),
        ("site", None, False),
    ]
    flat = add_client(db, cast.owner, name="B", address="Main St 1", city="Bonn", country="DE")
    assert [(each.street, each.city, each.country, each.main) for each in flat.addresses] == [
        ("Main St 1", "Bonn", "DE", True)
    ]
    assert add_client(db, cast.owner, name="C").addresses == []


def test_a_change_of_a_part_of_the_main_one_leaves_the_rest(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, addresses=ADDRESSES)
    moved = patch_client(db, cast.owner, client.id, {"city": "Leipzig"})
    assert (cities(moved), moved.addresses[0].postal_code) == (["Leipzig", "Kraków"], "01067")
    assert ledger_of(db, cast.owner, client.id)[0]["after"] == {"city": "Leipzig"}
    turned = patch_client(
        db, cast.owner, client.id, {"addresses": [*ADDRESSES[:1], ADDRESSES[1] | {"main": True}]}
    )
    assert (turned.city, cities(turned), turned.country) == ("Kraków", ["Kraków", "Dresden"], "PL")
    none = patch_client(db, cast.owner, client.id, {"addresses": []})
    assert (none.address, none.city, none.country, none.addresses) == (None, None, None, [])
    whole = parse_fields(NewClient, {"name": "Anna", "city": "Bonn"})
    assert cities(db.write(change_client, cast.owner, client.id, whole)) == ["Bonn"]


def test_a_change_is_undone_and_the_trash_keeps_all(db: Database, cast: Cast) -> None:
    given: dict[str, Any] = {"addresses": ADDRESSES, "job_title": "Chef", "birthday": "--02-29"}
    client = add_client(db, cast.owner, **given)
    changes = {"addresses": ADDRESSES[1:], "job_title": None, "birthday": "1980-05-17"}
    patch_client(db, cast.owner, client.id, changes)
    db.write(undo_activity, cast.owner, last_of(db, cast.owner, "client", client.id))
    undone = db.read(get_client, cast.owner, client.id)
    assert (undone.addresses, undone.job_title, undone.birthday) == (client.addresses, "Chef", "--02-29")
    db.write(delete_client, cast.owner, client.id)
    back = db.write(restore_client, cast.owner, client.id)
    assert (back.addresses, back.job_title, back.birthday) == (client.addresses, "Chef", "--02-29")


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("1980-05-17", "1980-05-17"),
        ("--05-17", "--05-17"),
        ("05-17", "--05-17"),
        (" 2000-02-29 ", "2000-02-29"),
        ("--02-29", "--02-29"),
        ("", None),
    ],
)
def test_a_birthday_is_a_day_or_one_without_a_year(
    db: Database, cast: Cast, given: str, stored: str | None
) -> None:
    assert add_client(db, cast.owner, birthday=given).birthday == stored


@pytest.mark.parametrize(
    "given", ["1981-02-29", "--02-30", "--13-01", "17.05.1980", "1799-01-01", "05-17-80", "1980", "x" * 30]
)
def test_a_day_that_is_none_is_refused(db: Database, cast: Cast, given: str) -> None:
    assert invalid_field(db, cast.owner, birthday=given) == "birthday"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"addresses": [{}]}, "addresses.0"),
        ({"addresses": [ADDRESSES[0], {"label": "site", "city": " "}]}, "addresses.1"),
        ({"addresses": [{"city": "Bonn", "country": "Nowhere"}]}, "addresses.0.country"),
        ({"addresses": [{"city": "x" * 101}]}, "addresses.0.city"),
        ({"addresses": [{"city": f"City {n}"} for n in range(21)]}, "addresses"),
        ({"addresses": [each | {"main": True} for each in ADDRESSES]}, "addresses"),
        ({"addresses": ADDRESSES, "city": "Bonn"}, "city"),
        ({"job_title": "x" * 201}, "job_title"),
    ],
)
def test_a_wrong_part_is_refused_by_its_place(
    db: Database, cast: Cast, given: dict[str, Any], field: str
) -> None:
    assert invalid_field(db, cast.owner, **given) == field
    client = add_client(db, cast.owner)
    with pytest.raises(Invalid) as refusal:
        patch_client(db, cast.owner, client.id, given)
    assert refusal.value.problems[0].field == field
    assert db.read(get_client, cast.owner, client.id) == client


@pytest.mark.parametrize("q", ["zelazna", "Żelazna 3", "01067", "krakow", "MAŁOPOLSKA", "hinterhaus", "chef"])
def test_addresses_and_the_job_title_are_searched(db: Database, cast: Cast, q: str) -> None:
    client = add_client(db, cast.owner, addresses=ADDRESSES, job_title="Köche-Chef")
    add_client(db, cast.owner, name="B", city="Bonn")

    def found() -> list[int]:
        return [each.id for each in db.read(list_clients, cast.owner, ClientFilter(q=q), limit=9).rows]

    assert found() == [client.id]
    db.write(rebuild_client, cast.owner, client.id)
    assert found() == [client.id]
    patch_client(db, cast.owner, client.id, {"addresses": [], "job_title": None})
    assert found() == []
