"""A client has several e-mail addresses and phone numbers, one of each the main one."""

from typing import Any

import pytest

from crm.appliance.undo import undo_activity
from crm.clients.client import Client, get_client
from crm.clients.clients import change_client
from crm.clients.fields import MOST_POINTS, NewClient
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.clients.rebuilding import rebuild_client
from crm.clients.trash import delete_client, restore_client
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import Conflict, Invalid
from crm.fields import parse_fields
from tests.appliance.test_undo import last_of
from tests.clients.test_clients import ledger_of
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client

ANNAS = ("anna@home.example", "anna@work.example")
EMAILS = [
    {"email": "anna@work.example", "label": "work"},
    {"email": "anna@home.example", "label": "home"},
    {"email": "Ä@home.example"},
]
PHONES = [{"phone": "+48123456789", "label": "mobile"}, {"phone": "+4930901820", "main": True}]


def emails(client: Client) -> list[str]:
    return [each.email for each in client.emails]


def phones(client: Client) -> list[str]:
    return [each.phone for each in client.phones]


def found(db: Database, who: Actor, **wanted: Any) -> list[int]:
    return [client.id for client in db.read(list_clients, who, ClientFilter(**wanted), limit=50).rows]


def fields_of(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [problem.field for problem in refusal.value.problems]


def candidates(refusal: pytest.ExceptionInfo[Conflict]) -> list[int]:
    found: Any = refusal.value.extra["candidates"]
    return [each["id"] for each in found]


def test_the_first_is_the_main_one_unless_another_is_marked(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, emails=EMAILS, phones=PHONES)
    assert (client.email, client.phone) == ("anna@work.example", "+4930901820")
    assert emails(client) == ["anna@work.example", "anna@home.example", "ä@home.example"]
    assert [(each.phone, each.label, each.main) for each in client.phones] == [
        ("+4930901820", None, True),
        ("+48123456789", "mobile", False),
    ]
    assert db.read(get_client, cast.owner, client.id) == client


def test_one_given_as_ever_is_a_list_of_one(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, email="anna@example.com", phone="+48123456789")
    assert (emails(client), phones(client)) == (["anna@example.com"], ["+48123456789"])
    assert (client.emails[0].main, client.emails[0].label) == (True, None)
    assert add_client(db, cast.owner, name="B").emails == []


def test_a_change_of_the_main_one_leaves_the_others(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, emails=EMAILS)
    changed = patch_client(db, cast.owner, client.id, {"email": "new@work.example"})
    assert emails(changed) == ["new@work.example", "anna@home.example", "ä@home.example"]
    assert changed.emails[0].label == "work"
    assert ledger_of(db, cast.owner, client.id)[0] == {
        "action": "client.changed",
        "before": {"email": "anna@work.example"},
        "after": {"email": "new@work.example"},
    }
    turned = patch_client(db, cast.owner, client.id, {"email": "anna@home.example"})
    assert emails(turned) == ["anna@home.example", "ä@home.example"]
    gone = patch_client(db, cast.owner, client.id, {"email": None})
    assert (gone.email, emails(gone)) == ("ä@home.example", ["ä@home.example"])


def test_a_list_replaces_the_list(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, emails=EMAILS)
    fewer = patch_client(db, cast.owner, client.id, {"emails": EMAILS[1:2]})
    assert (fewer.email, emails(fewer)) == ("anna@home.example", ["anna@home.example"])
    none = patch_client(db, cast.owner, client.id, {"emails": []})
    assert (none.email, none.emails) == (None, [])


def test_a_whole_client_has_what_it_says(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, emails=EMAILS, phones=PHONES)
    whole = parse_fields(NewClient, {"name": "Anna", "email": "anna@work.example"})
    replaced = db.write(change_client, cast.owner, client.id, whole)
    assert (emails(replaced), replaced.emails[0].label, replaced.phones) == (["anna@work.example"], None, [])


def test_what_does_not_differ_is_not_written(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, emails=EMAILS, phones=PHONES)
    same = patch_client(db, cast.owner, client.id, {"emails": EMAILS, "email": "anna@work.example"})
    assert same.version == client.version


def test_a_change_of_the_list_is_undone(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, emails=EMAILS, phones=PHONES)
    patch_client(db, cast.owner, client.id, {"emails": EMAILS[2:], "phones": PHONES[:1], "city": "Łódź"})
    db.write(undo_activity, cast.owner, last_of(db, cast.owner, "client", client.id))
    undone = db.read(get_client, cast.owner, client.id)
    assert (undone.emails, undone.phones, undone.city) == (client.emails, client.phones, None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"emails": [{"email": "no address"}]}, "emails.0.email"),
        ({"emails": [{"email": "a@example.com"}, {"email": "A@Example.com"}]}, "emails.1.email"),
        ({"emails": [{"email": f"a{n}@example.com"} for n in range(MOST_POINTS + 1)]}, "emails"),
        ({"emails": [{"email": "a@example.com", "label": "x" * 51}]}, "emails.0.label"),
        ({"emails": [{"email": each, "main": True} for each in ("a@b.example", "b@b.example")]}, "emails"),
        ({"emails": [{"email": "a@example.com"}], "email": "b@example.com"}, "email"),
        ({"emails": [{}]}, "emails.0.email"),
        ({"emails": ["a@example.com"]}, "emails.0"),
        ({"phones": [{"phone": "+48123456789"}, {"phone": "12"}]}, "phones.1.phone"),
        ({"phones": [{"phone": ""}]}, "phones.0.phone"),
        ({"phones": [{"phone": "+48 123 456 789"}, {"phone": "+48123456789"}]}, "phones.1.phone"),
        ({"phones": [{"phone": "+48123456789", "of": "me"}]}, "phones.0.of"),
    ],
)
def test_a_wrong_entry_is_refused_by_its_place(
    db: Database, cast: Cast, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        add_client(db, cast.owner, **given)
    assert fields_of(refusal) == [field]
    client = add_client(db, cast.owner)
    with pytest.raises(Invalid) as refusal:
        patch_client(db, cast.owner, client.id, given)
    assert fields_of(refusal) == [field]
    assert db.read(get_client, cast.owner, client.id) == client


@pytest.mark.parametrize("q", ["anna@home", "HOME.EXAMPLE", "48123456", "123 456 789", "a@home", "Ä@home"])
def test_the_further_ones_are_searched(db: Database, cast: Cast, q: str) -> None:
    client = add_client(db, cast.owner, name="Anna", emails=EMAILS, phones=PHONES, country="PL")
    add_client(db, cast.owner, name="Bea", email="bea@other.example")
    db.write(lambda tx: tx.run("UPDATE workspaces SET country = 'PL' WHERE id = :workspace_id"), cast.owner)
    assert found(db, cast.owner, q=q) == [client.id]
    db.write(rebuild_client, cast.owner, client.id)
    assert found(db, cast.owner, q=q) == [client.id]
    patch_client(db, cast.owner, client.id, {"emails": EMAILS[:1], "phones": PHONES[1:]})
    assert found(db, cast.owner, q=q) == []


def test_the_filters_of_a_list_find_the_further_ones(db: Database, cast: Cast) -> None:
    one = add_client(db, cast.owner, emails=EMAILS, phones=PHONES)
    two = add_client(db, cast.owner, name="B", email="anna@home.example", allow_duplicate=True)
    add_client(db, cast.outsider, emails=EMAILS, phones=PHONES)
    assert found(db, cast.owner, email="anna@home.example") == [two.id, one.id]
    assert found(db, cast.owner, phone="+48123456789") == [one.id]
    db.write(delete_client, cast.owner, one.id)
    assert found(db, cast.owner, email="anna@home.example") == [two.id]
    assert found(db, cast.owner, email="anna@home.example", deleted=True) == [one.id]


@pytest.mark.parametrize("given", [{"email": "anna@home.example"}, {"phone": "+48123456789"}])
def test_an_address_or_number_of_another_is_a_duplicate(
    db: Database, cast: Cast, given: dict[str, str]
) -> None:
    """Whichever of the two has it as the main one."""
    form, value = next(iter(given.items()))
    main = add_client(db, cast.owner, **given)
    several = {f"{form}s": [{form: "x@x.example" if form == "email" else "+4930901820"}, {form: value}]}
    with pytest.raises(Conflict) as refusal:
        add_client(db, cast.owner, **several)
    assert candidates(refusal) == [main.id]
    other = add_client(db, cast.owner, **several, allow_duplicate=True)
    third = add_client(db, cast.owner, name="C")
    for changes in (given, {f"{form}s": [given]}):
        with pytest.raises(Conflict) as refusal:
            patch_client(db, cast.owner, third.id, changes)
        assert candidates(refusal) == [main.id, other.id]
    labelled = {f"{form}s": [{**each, "label": "work"} for each in several[f"{form}s"]]}
    assert patch_client(db, cast.owner, other.id, labelled).version == 2
    add_client(db, cast.outsider, **given)


def test_one_in_the_trash_is_no_duplicate_until_it_comes_back(db: Database, cast: Cast) -> None:
    first = add_client(db, cast.owner, emails=EMAILS, phones=PHONES)
    db.write(delete_client, cast.owner, first.id)
    second = add_client(db, cast.owner, email="anna@home.example")
    with pytest.raises(Conflict):
        db.write(restore_client, cast.owner, first.id)
    db.write(delete_client, cast.owner, second.id)
    back = db.write(restore_client, cast.owner, first.id)
    assert (back.emails, back.phones) == (first.emails, first.phones)
    assert found(db, cast.owner, q="anna@home") == [first.id]


def test_a_new_client_with_one_of_each_touches_no_other_table_for_them(db: Database, cast: Cast) -> None:
    add_client(db, cast.owner, email="anna@example.org", phone="+48601234567", city="Gdańsk")
    run = " ".join(sql for sql in db.statistics.statements() if not sql.lstrip().startswith("SELECT"))
    assert "INSERT INTO clients" in run
    assert "client_contact_points" not in run
    assert "client_addresses" not in run


def test_all_who_are_alike_are_looked_for_by_one_statement(db: Database, cast: Cast) -> None:
    by_email = add_client(db, cast.owner, email="anna@home.example")
    by_phone = add_client(db, cast.owner, phone="+48123456789")
    by_further = add_client(db, cast.owner, emails=[{"email": "b@b.example"}, {"email": "anna@work.example"}])
    given = {"email": "anna@home.example", "phone": "+48123456789"}
    before = selects(db)
    with pytest.raises(Conflict) as refusal:
        add_client(db, cast.owner, **given, emails=[{"email": each} for each in ANNAS])
    assert candidates(refusal) == [by_email.id, by_phone.id, by_further.id]
    assert selects(db) - before == 1


def selects(db: Database) -> int:
    """How often clients were looked for that are like another."""
    return sum(tally.count for sql, tally in db.statistics.statements().items() if " alike" in sql)
