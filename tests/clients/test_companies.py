"""A person belongs to several companies with a role in each; one of them is the main one."""

from typing import Any

import pytest

from crm.appliance.undo import undo_activity
from crm.clients.client import Client, get_client
from crm.clients.fields import MOST_COMPANIES, NewClient, PatchedClient
from crm.clients.filters import ClientFilter
from crm.clients.kind import CLIENT
from crm.clients.listing import count_clients, list_clients
from crm.clients.merge_fields import ClientMerge, ClientUnmerge
from crm.clients.merges import merge_clients
from crm.clients.new_companies import change_client_of, create_client_of
from crm.clients.people import list_people
from crm.clients.trash import delete_client, restore_client
from crm.clients.unmerging import unmerge_client
from crm.db.database import Database
from crm.errors import Conflict, Invalid
from crm.fields import parse_fields
from crm.records.bulk_operations import change_many, operations_of
from tests.appliance.test_undo import last_of
from tests.clients.test_clients import invalid_field, ledger_of
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client

Shown = list[tuple[str | None, str | None, bool]]


def company(db: Database, cast: Cast, name: str) -> int:
    return add_client(db, cast.owner, kind="company", name=name).id


def shown(client: Client) -> Shown:
    return [(each.company_name, each.role, each.main) for each in client.companies]


def now(db: Database, cast: Cast, client_id: int) -> Client:
    return db.read(get_client, cast.owner, client_id)


def people_of(db: Database, cast: Cast, company_id: int) -> list[tuple[str, str | None, bool]]:
    page = db.read(list_people, cast.owner, company_id, limit=50)
    return [(each.name, each.role, each.main) for each in page.rows]


@pytest.fixture
def firms(db: Database, cast: Cast) -> list[int]:
    return [company(db, cast, name) for name in ("Acme", "Beta", "Gamma")]


def roles(*links: tuple[int, str | None]) -> list[dict[str, Any]]:
    return [{"company_id": company_id, "role": role} for company_id, role in links]


def test_the_company_of_the_field_is_the_main_one_as_ever(db: Database, cast: Cast, firms: list[int]) -> None:
    acme, beta, gamma = firms
    old = add_client(db, cast.owner, company_id=acme)
    assert (old.company_id, shown(old)) == (acme, [("Acme", None, True)])
    links = [*roles((acme, "Director"), (gamma, None)), {"company_id": beta, "role": "Adviser", "main": True}]
    anna = add_client(db, cast.owner, companies=links)
    assert (anna.company_id, anna.company_name) == (beta, "Beta")
    assert shown(anna) == [("Beta", "Adviser", True), ("Acme", "Director", False), ("Gamma", None, False)]
    moved = patch_client(db, cast.owner, anna.id, {"company_id": acme})
    assert shown(moved) == [("Acme", "Director", True), ("Gamma", None, False)]
    alone = patch_client(db, cast.owner, anna.id, {"company_id": None})
    assert (alone.company_id, shown(alone)) == (gamma, [("Gamma", None, True)])
    assert shown(patch_client(db, cast.owner, anna.id, {"companies": []})) == []


def test_a_change_of_a_role_is_one_entry_and_is_undone(db: Database, cast: Cast, firms: list[int]) -> None:
    acme, beta, _ = firms
    anna = add_client(db, cast.owner, companies=roles((acme, "Director"), (beta, None)))
    again = patch_client(db, cast.owner, anna.id, {"companies": roles((acme, "Director"), (beta, None))})
    assert again.version == anna.version
    patch_client(db, cast.owner, anna.id, {"companies": roles((beta, "Owner"), (acme, "Director"))})
    entry = ledger_of(db, cast.owner, anna.id)[0]
    assert entry["after"]["company_id"] == beta
    assert entry["after"]["companies"][0] == {"company_id": beta, "role": "Owner", "main": True}
    db.write(undo_activity, cast.owner, last_of(db, cast.owner, "client", anna.id))
    assert shown(now(db, cast, anna.id)) == [("Acme", "Director", True), ("Beta", None, False)]


def test_the_people_of_a_company_are_listed_filtered_and_counted(
    db: Database, cast: Cast, firms: list[int]
) -> None:
    acme, beta, gamma = firms
    anna = add_client(db, cast.owner, name="Anna", companies=roles((acme, "Director"), (beta, "Adviser")))
    add_client(db, cast.owner, name="Bert", company_id=beta)
    add_client(db, cast.owner, name="Cleo", company_id=gamma)
    assert people_of(db, cast, beta) == [("Anna", "Adviser", False), ("Bert", None, True)]
    first = db.read(list_people, cast.owner, beta, limit=1)
    second = db.read(list_people, cast.owner, beta, limit=1, cursor=first.next)
    assert [each.name for each in (*first.rows, *second.rows)] == ["Anna", "Bert"] and second.next is None

    def names(**wanted: Any) -> list[str]:
        page = db.read(list_clients, cast.owner, ClientFilter(**wanted), limit=50)
        total = db.read(count_clients, cast.owner, ClientFilter(**wanted)).total
        assert total == len(page.rows)
        return sorted(each.name for each in page.rows)

    assert names(company_id=beta) == ["Anna", "Bert"]
    condition = '{"all": [{"field": "company_id", "op": "%s", "value": %s}]}'
    assert names(filter=condition % ("is", beta)) == ["Anna", "Bert"]
    assert names(filter=condition % ("is_any_of", [beta, gamma])) == ["Anna", "Bert", "Cleo"]
    assert names(filter=condition % ("is_not", beta), kind="person") == ["Cleo"]
    assert names(q="adviser") == ["Anna"]
    db.write(delete_client, cast.owner, anna.id)
    assert names(company_id=beta) == ["Bert"]
    assert names(company_id=beta, deleted=True) == ["Anna"]
    assert names(filter=condition % ("is", beta), deleted=True) == ["Anna"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (lambda of: {"companies": roles((of[0], None), (of[0], None))}, "companies.1.company_id"),
        (lambda of: {"companies": roles((of[0], None), (of[2], None))}, "companies.1.company_id"),
        (lambda of: {"companies": roles((of[0], None), (9_999, None))}, "companies.1.company_id"),
        (lambda of: {"companies": roles((of[0], None), (of[1], None)), "kind": "company"}, "companies"),
        (lambda of: {"companies": roles((of[0], None)), "company_id": of[1]}, "company_id"),
        (
            lambda of: {"companies": [each | {"main": True} for each in roles((of[0], ""), (of[1], ""))]},
            "companies",
        ),
        (lambda of: {"companies": roles((of[0], "x" * 201))}, "companies.0.role"),
        (
            lambda _of: {"companies": roles(*((n, None) for n in range(1, MOST_COMPANIES + 2)))},
            "companies",
        ),
        (lambda _of: {"companies": [{"role": "Director"}]}, "companies.0.company_id"),
    ],
)
def test_a_wrong_list_names_its_field_and_stores_nothing(
    db: Database, cast: Cast, firms: list[int], given: Any, field: str
) -> None:
    person = add_client(db, cast.owner, name="Somebody")
    wrong = given([firms[0], firms[1], person.id])
    before = db.read(count_clients, cast.owner, ClientFilter()).total
    with pytest.raises(Invalid) as refused:
        add_client(db, cast.owner, name="Anna", **wrong)
    assert refused.value.problems[0].field == field
    with pytest.raises(Invalid):
        patch_client(db, cast.owner, add_client(db, cast.owner, name="B").id, wrong)
    assert db.read(count_clients, cast.owner, ClientFilter()).total == before + 1


def test_another_workspace_is_out_of_reach_and_a_person_of_several_stays_one(
    db: Database, cast: Cast, firms: list[int]
) -> None:
    foreign = add_client(db, cast.outsider, kind="company", name="Theirs").id
    assert invalid_field(db, cast.owner, companies=roles((firms[0], None), (foreign, None))) == (
        "companies.1.company_id"
    )
    anna = add_client(db, cast.owner, companies=roles((firms[0], None), (firms[1], None)))
    with pytest.raises(Invalid):
        patch_client(db, cast.owner, anna.id, {"kind": "company"})
    with pytest.raises(Conflict):
        patch_client(db, cast.owner, firms[1], {"kind": "person"})


def test_a_company_that_is_deleted_takes_no_person_along(db: Database, cast: Cast, firms: list[int]) -> None:
    acme, beta, gamma = firms
    anna = add_client(db, cast.owner, companies=roles((acme, "Director"), (beta, "Adviser")))
    with pytest.raises(Conflict) as refused:
        db.write(delete_client, cast.owner, beta)
    assert refused.value.extra == {"people": 1}
    db.write(delete_client, cast.owner, beta, people_to=gamma)
    assert shown(now(db, cast, anna.id)) == [("Acme", "Director", True), ("Gamma", "Adviser", False)]
    db.write(delete_client, cast.owner, acme, detach_people=True)
    assert shown(now(db, cast, anna.id)) == [("Gamma", "Adviser", True)]
    db.write(delete_client, cast.owner, anna.id)
    db.write(delete_client, cast.owner, gamma)
    assert shown(db.write(restore_client, cast.owner, anna.id)) == []


def test_merged_persons_have_the_companies_of_both_until_they_are_separated(
    db: Database, cast: Cast, firms: list[int]
) -> None:
    acme, beta, gamma = firms
    anna = add_client(db, cast.owner, companies=roles((acme, None), (beta, "Adviser")))
    other = add_client(db, cast.owner, companies=roles((gamma, "Owner"), (acme, "Director")))
    merged = db.write(merge_clients, cast.owner, anna.id, ClientMerge(other_id=other.id))
    assert shown(merged) == [
        ("Acme", "Director", True),
        ("Beta", "Adviser", False),
        ("Gamma", "Owner", False),
    ]
    patch_client(db, cast.owner, anna.id, {"phone": "+48123456789"})
    back = db.write(unmerge_client, cast.owner, anna.id, ClientUnmerge())
    assert shown(back.client) == [("Acme", None, True), ("Beta", "Adviser", False)]
    assert shown(back.other) == [("Gamma", "Owner", True), ("Acme", "Director", False)]


def test_people_of_merged_companies_belong_to_one_and_go_back(
    db: Database, cast: Cast, firms: list[int]
) -> None:
    acme, beta, gamma = firms
    both = add_client(db, cast.owner, name="Both", companies=roles((acme, None), (beta, "Adviser")))
    turned = add_client(db, cast.owner, name="Turned", companies=roles((beta, "Owner"), (acme, "Clerk")))
    one = add_client(db, cast.owner, name="One", companies=roles((gamma, None), (beta, "Cook")))
    before = {each.id: shown(each) for each in (both, turned, one)}
    db.write(merge_clients, cast.owner, acme, ClientMerge(other_id=beta))
    assert people_of(db, cast, acme) == [
        ("Both", "Adviser", True),
        ("One", "Cook", False),
        ("Turned", "Owner", True),
    ]
    assert shown(now(db, cast, one.id)) == [("Gamma", None, True), ("Acme", "Cook", False)]
    db.write(unmerge_client, cast.owner, acme, ClientUnmerge())
    assert {each: shown(now(db, cast, each)) for each in before} == before


def test_who_leaves_a_merged_company_has_left_it(db: Database, cast: Cast, firms: list[int]) -> None:
    acme, beta, gamma = firms
    anna = add_client(db, cast.owner, companies=roles((acme, None), (beta, "Adviser")))
    db.write(merge_clients, cast.owner, acme, ClientMerge(other_id=beta))
    assert shown(patch_client(db, cast.owner, anna.id, {"company_id": gamma})) == [("Gamma", None, True)]
    assert people_of(db, cast, acme) == []


def test_a_new_company_is_made_with_the_role_and_bulk_changes_take_lists(
    db: Database, cast: Cast, firms: list[int]
) -> None:
    acme, beta, _ = firms
    fields = parse_fields(NewClient, {"name": "Anna", "companies": roles((acme, "Clerk"))})
    anna = db.write(create_client_of, cast.owner, fields, "Delta", "Founder")
    assert shown(anna) == [("Delta", "Founder", True), ("Acme", "Clerk", False)]
    changes = parse_fields(PatchedClient, {})
    moved = db.write(
        change_client_of, cast.owner, anna.id, changes, "Eta", None, expected_version=anna.version
    )
    assert shown(moved) == [("Eta", None, True), ("Acme", "Clerk", False)]
    update = {"op": "update", "id": anna.id, "fields": {"companies": roles((beta, "Cook"))}}
    operations = parse_fields(operations_of(CLIENT), {"operations": [update]}).operations
    db.write(change_many, cast.owner, CLIENT, operations)
    assert shown(now(db, cast, anna.id)) == [("Beta", "Cook", True)]
