import pytest

from crm.clients.client import get_client
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.clients.trash import delete_client, restore_client
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import Conflict, Invalid, NotFound, Stale
from tests.clients.test_clients import ledger_of
from tests.support.cast import Cast
from tests.support.clients import add_client


def found(db: Database, who: Actor, **wanted: object) -> list[str]:
    return [client.name for client in db.read(list_clients, who, ClientFilter(**wanted), limit=25).rows]  # type: ignore[arg-type]


def test_a_deleted_client_is_in_the_trash_and_nowhere_else(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, email="anna@example.com", tags=["VIP"])
    db.write(delete_client, cast.owner, client.id)
    with pytest.raises(NotFound):
        db.read(get_client, cast.owner, client.id)
    for wanted in ({}, {"q": "anna"}, {"tag": "VIP"}, {"status": "active"}):
        assert found(db, cast.owner, **wanted) == []
    assert found(db, cast.owner, deleted=True) == ["Anna Nowak"]
    assert found(db, cast.owner, deleted=True, q="nowa") == ["Anna Nowak"]
    assert found(db, cast.outsider, deleted=True) == []


def test_a_restored_client_is_everywhere_again(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, email="anna@example.com", tags=["VIP"])
    db.write(delete_client, cast.owner, client.id)
    restored = db.write(restore_client, cast.owner, client.id)
    assert (restored.deleted_at, restored.tags, restored.version) == (None, ["VIP"], 3)
    for wanted in ({}, {"q": "anna"}, {"tag": "VIP"}, {"status": "active"}):
        assert found(db, cast.owner, **wanted) == ["Anna Nowak"]
    actions = [entry["action"] for entry in ledger_of(db, cast.owner, client.id)]
    assert actions == ["client.restored", "client.deleted", "client.created"]


def test_nothing_is_deleted_or_restored_twice(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner)
    with pytest.raises(NotFound):
        db.write(restore_client, cast.owner, client.id)
    db.write(delete_client, cast.owner, client.id)
    with pytest.raises(NotFound):
        db.write(delete_client, cast.owner, client.id)
    with pytest.raises(NotFound):
        db.write(restore_client, cast.outsider, client.id)


def test_a_stale_delete_is_refused(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner)
    with pytest.raises(Stale):
        db.write(delete_client, cast.owner, client.id, expected_version=7)
    assert found(db, cast.owner) == ["Anna Nowak"]


def test_a_deleted_client_s_email_is_free_and_its_return_meets_the_candidates(
    db: Database, cast: Cast
) -> None:
    first = add_client(db, cast.owner, email="anna@example.com")
    db.write(delete_client, cast.owner, first.id)
    second = add_client(db, cast.owner, name="New", email="anna@example.com")
    with pytest.raises(Conflict) as refusal:
        db.write(restore_client, cast.owner, first.id)
    assert [candidate["id"] for candidate in refusal.value.extra["candidates"]] == [second.id]  # type: ignore[attr-defined]
    db.write(restore_client, cast.owner, first.id, allow_duplicate=True)


def test_a_company_with_people_stays_unless_they_are_detached_or_moved(db: Database, cast: Cast) -> None:
    company = add_client(db, cast.owner, name="Acme", kind="company")
    heir = add_client(db, cast.owner, name="Heir", kind="company")
    people = [add_client(db, cast.owner, name=name, company_id=company.id) for name in ("A", "B")]
    with pytest.raises(Conflict) as refusal:
        db.write(delete_client, cast.owner, company.id)
    assert refusal.value.extra == {"people": 2}
    db.write(delete_client, cast.owner, company.id, people_to=heir.id)
    assert {db.read(get_client, cast.owner, one.id).company_id for one in people} == {heir.id}
    db.write(delete_client, cast.owner, heir.id, detach_people=True)
    assert {db.read(get_client, cast.owner, one.id).company_id for one in people} == {None}
    assert ledger_of(db, cast.owner, people[0].id)[0]["before"] == {"company_id": heir.id}


def test_people_move_neither_to_the_company_itself_nor_to_one_of_them(db: Database, cast: Cast) -> None:
    company = add_client(db, cast.owner, name="Acme", kind="company")
    branch = add_client(db, cast.owner, name="Branch", kind="company", company_id=company.id)
    person = add_client(db, cast.owner)
    for wrong in (company.id, branch.id, person.id, 2**62):
        with pytest.raises(Invalid, match="people_to"):
            db.write(delete_client, cast.owner, company.id, people_to=wrong)


def test_whose_company_is_gone_returns_without_it(db: Database, cast: Cast) -> None:
    company = add_client(db, cast.owner, name="Acme", kind="company")
    person = add_client(db, cast.owner, company_id=company.id)
    db.write(delete_client, cast.owner, person.id)
    db.write(delete_client, cast.owner, company.id)
    assert db.write(restore_client, cast.owner, person.id).company_id is None
