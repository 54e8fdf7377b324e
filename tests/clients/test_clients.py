from typing import Any

import pytest

from crm.activity.timeline import ActivityFilter, list_activities
from crm.clients.client import get_client
from crm.clients.clients import change_client, create_client
from crm.clients.fields import NewClient
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, NotFound, Stale
from crm.fields import parse_fields
from crm.records.tags import list_tags
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client
from tests.support.frozen_clock import FrozenClock


def ledger_of(db: Database, who: Actor, client_id: int) -> list[dict[str, Any]]:
    wanted = ActivityFilter(subject="client", subject_id=client_id)
    page = db.read(list_activities, who, wanted, limit=100)
    return [{"action": row.action, "before": row.before, "after": row.after} for row in page.rows]


def invalid_field(db: Database, who: Actor, **given: object) -> str:
    with pytest.raises(Invalid) as refusal:
        add_client(db, who, **given)
    return refusal.value.problems[0].field


def test_a_new_client_needs_only_a_name(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, name="  Ремонт и Ко ")
    assert (client.name, client.kind, client.status, client.version) == ("Ремонт и Ко", "person", "active", 1)
    absent = (client.email, client.phone, client.company_id, client.owner_id, client.deleted_at)
    assert absent == (None,) * 5
    assert client.tags == []
    assert db.read(get_client, cast.owner, client.id) == client


def test_the_ledger_tells_what_was_given(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, name="Anna", city="Łódź", tags=["VIP"])
    assert ledger_of(db, cast.owner, client.id) == [
        {
            "action": "client.created",
            "before": None,
            "after": {"kind": "person", "name": "Anna", "city": "Łódź", "status": "active", "tags": ["VIP"]},
        }
    ]


def test_another_workspace_s_client_is_not_there(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner)
    with pytest.raises(NotFound):
        db.read(get_client, cast.outsider, client.id)
    with pytest.raises(NotFound):
        patch_client(db, cast.outsider, client.id, {"name": "Mine"})
    assert db.read(get_client, cast.owner, client.id).name == "Anna Nowak"


def test_changes_touch_only_what_is_given(db: Database, cast: Cast, frozen_clock: FrozenClock) -> None:
    client = add_client(db, cast.owner, email="anna@example.com", city="Łódź", tags=["a", "b"])
    later = frozen_clock.advance(seconds=5)
    changed = patch_client(db, cast.owner, client.id, {"city": None, "tags": ["b", "c"]})
    assert (changed.email, changed.city, changed.tags) == ("anna@example.com", None, ["b", "c"])
    assert (changed.version, changed.updated_at, changed.created_at) == (2, later, client.created_at)
    assert ledger_of(db, cast.owner, client.id)[0] == {
        "action": "client.changed",
        "before": {"city": "Łódź", "tags": ["a", "b"]},
        "after": {"city": None, "tags": ["b", "c"]},
    }


def test_a_replacement_sets_what_it_leaves_out_to_its_default(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, email="anna@example.com", status="inactive", tags=["a"])
    whole = parse_fields(NewClient, {"name": "Anna N."})
    changed = db.write(change_client, cast.owner, client.id, whole)
    assert (changed.name, changed.email, changed.status, changed.tags) == ("Anna N.", None, "active", [])


def test_a_change_that_changes_nothing_leaves_no_trace(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, phone="+48 512 345 678", tags=["VIP"])
    same = {"name": "Anna Nowak", "phone": "+48512345678", "tags": ["vip"]}
    assert patch_client(db, cast.owner, client.id, same) == client
    assert len(ledger_of(db, cast.owner, client.id)) == 1


def test_a_stale_change_shows_the_client_as_it_is(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner)
    patch_client(db, cast.owner, client.id, {"city": "Kraków"})
    with pytest.raises(Stale) as refusal:
        patch_client(db, cast.colleague, client.id, {"city": "Gdańsk"}, expected_version=1)
    assert refusal.value.extra["current"]["city"] == "Kraków"  # type: ignore[index]
    assert db.read(get_client, cast.owner, client.id).city == "Kraków"


def test_a_phone_number_is_kept_as_e164_in_the_workspace_s_country(db: Database, cast: Cast) -> None:
    def move_to_germany(tx: Transaction) -> None:
        tx.run("UPDATE workspaces SET country = 'DE' WHERE id = :here", here=cast.owner.workspace_id)

    db.write(move_to_germany, SYSTEM)
    assert add_client(db, cast.owner, phone="0171 / 1234 567").phone == "+491711234567"
    assert add_client(db, cast.owner, phone="+1 (212) 555-0123").phone == "+12125550123"


@pytest.mark.parametrize("written", ["PL", "pl", "Poland", "POLAND "])
def test_a_country_is_kept_as_its_code_however_it_is_written(db: Database, cast: Cast, written: str) -> None:
    assert add_client(db, cast.owner, country=written).country == "PL"


@pytest.mark.parametrize("phone", ["12", "call me", "+999 123", "+48 512 345 678 ext. 5", "☎"])
def test_what_is_no_phone_number_is_refused(db: Database, cast: Cast, phone: str) -> None:
    assert invalid_field(db, cast.owner, phone=phone) == "phone"


def test_a_new_client_with_a_live_client_s_email_or_phone_meets_the_candidates(
    db: Database, cast: Cast
) -> None:
    first = add_client(db, cast.owner, email="anna@example.com", phone="+48512345678")
    for given in ({"email": "ANNA@Example.com"}, {"phone": "+48 512-345-678"}):
        with pytest.raises(Conflict) as refusal:
            add_client(db, cast.owner, name="Other", **given)
        assert refusal.value.extra["candidates"] == [
            {
                "id": first.id,
                "kind": "person",
                "name": "Anna Nowak",
                "email": "anna@example.com",
                "phone": "+48512345678",
            }
        ]
    both = add_client(db, cast.owner, name="Other", email="anna@example.com", allow_duplicate=True)
    assert both.id != first.id
    assert add_client(db, cast.outsider, email="anna@example.com").email == "anna@example.com"


def test_a_change_onto_a_live_client_s_email_meets_the_candidates(db: Database, cast: Cast) -> None:
    add_client(db, cast.owner, email="anna@example.com")
    other = add_client(db, cast.owner, name="Other")
    with pytest.raises(Conflict):
        patch_client(db, cast.owner, other.id, {"email": "anna@example.com"})
    patch_client(db, cast.owner, other.id, {"email": "anna@example.com"}, allow_duplicate=True)
    patch_client(db, cast.owner, other.id, {"city": "Kraków"})


def test_a_company_must_be_a_live_company_of_the_workspace(db: Database, cast: Cast) -> None:
    company = add_client(db, cast.owner, name="Acme", kind="company")
    person = add_client(db, cast.owner, company_id=company.id)
    assert (person.company_id, person.company_name) == (company.id, "Acme")
    foreign = add_client(db, cast.outsider, name="Theirs", kind="company")
    for wrong in (person.id, foreign.id, 2**62):
        assert invalid_field(db, cast.owner, company_id=wrong) == "company_id"


def test_companies_do_not_stand_in_a_circle(db: Database, cast: Cast) -> None:
    top = add_client(db, cast.owner, name="Top", kind="company")
    middle = add_client(db, cast.owner, name="Middle", kind="company", company_id=top.id)
    bottom = add_client(db, cast.owner, name="Bottom", kind="company", company_id=middle.id)
    for parent in (top, middle, bottom):
        with pytest.raises(Invalid, match="company_id"):
            patch_client(db, cast.owner, top.id, {"company_id": parent.id})


def test_a_company_with_people_does_not_become_a_person(db: Database, cast: Cast) -> None:
    company = add_client(db, cast.owner, name="Acme", kind="company")
    add_client(db, cast.owner, company_id=company.id)
    with pytest.raises(Conflict):
        patch_client(db, cast.owner, company.id, {"kind": "person"})


def test_an_owner_must_be_a_user_who_can_log_in(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, owner_id=cast.colleague.user_id)
    assert client.owner_name == "Colleague"
    assert invalid_field(db, cast.owner, owner_id=cast.outsider.user_id) == "owner_id"

    def disable(tx: Transaction) -> None:
        tx.run("UPDATE users SET disabled_at = :now WHERE id = :user_id", user_id=cast.colleague.user_id)

    db.write(disable, SYSTEM)
    assert invalid_field(db, cast.owner, owner_id=cast.colleague.user_id) == "owner_id"
    assert patch_client(db, cast.owner, client.id, {"city": "Kraków"}).owner_id == cast.colleague.user_id


def test_tags_keep_their_first_spelling_and_are_one_in_any_case(db: Database, cast: Cast) -> None:
    add_client(db, cast.owner, tags=["VIP", "vip", "Straße"])
    second = add_client(db, cast.owner, name="B", tags=["Vip", "STRASSE"])
    assert second.tags == ["Straße", "VIP"]
    assert [tag.name for tag in db.read(list_tags, cast.owner, "client")] == ["Straße", "VIP"]
    assert db.read(list_tags, cast.outsider, "client") == []


@pytest.mark.sqlite("counts rows of its full-text index")
def test_a_failure_late_in_the_transaction_leaves_nothing(db: Database, cast: Cast) -> None:
    def create_and_fail(tx: Transaction) -> None:
        create_client(tx, parse_fields(NewClient, {"name": "Anna", "tags": ["new"]}))
        raise RuntimeError("late")

    with pytest.raises(RuntimeError, match="late"):
        db.write(create_and_fail, cast.owner)

    def leftovers(tx: Transaction) -> list[int]:
        tables = ("clients", "tags", "record_tags", "activities", "clients_search_docsize")
        return [tx.value(f"SELECT count(*) FROM {table}") for table in tables]

    assert db.read(leftovers, SYSTEM) == [0, 0, 0, 0, 0]
