"""The search for clients that stand twice: in pieces, along the changes."""

import pytest

from crm.appliance.duplicates import find_duplicates
from crm.clients import duplicate_scan
from crm.clients.client_pairs import ClientPair, count_pairs, list_pairs, tell_apart
from crm.clients.duplicate_scan import is_looking, scan_some
from crm.clients.trash import delete_client, restore_client
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import NotFound
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client
from tests.support.frozen_clock import FrozenClock
from tests.support.merges import merge, unmerge


@pytest.fixture(autouse=True)
def _later(frozen_clock: FrozenClock) -> None:
    """The clock stands still, but for what each test moves."""


def scan(db: Database, who: Actor, frozen_clock: FrozenClock) -> None:
    frozen_clock.advance(seconds=5)
    for _ in range(100):
        if not db.write(scan_some, who):
            return
    raise AssertionError("the search comes to no end")


def pairs(db: Database, who: Actor) -> list[tuple[str, str]]:
    return [(pair.first.name, pair.second.name) for pair in shown(db, who)]


def shown(db: Database, who: Actor) -> list[ClientPair]:
    return db.read(list_pairs, who, limit=25).rows


def test_pairs_are_found_by_their_reasons_the_most_likely_first(
    db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    add_client(db, cast.owner, name="Anna Nowak", email="anna@example.com", phone="+4930901820")
    emails = [{"email": "x@y.example"}, {"email": "anna@example.com"}]
    add_client(db, cast.owner, name="Nowak, Anna", emails=emails, allow_duplicate=True)
    add_client(db, cast.owner, name="Иван Петров")
    add_client(db, cast.owner, name="Petrov Ivan")
    add_client(db, cast.owner, name="Somebody Else", phone="+4930901820", allow_duplicate=True)
    add_client(db, cast.outsider, name="Anna Nowak", email="anna@example.com")
    scan(db, cast.owner, frozen_clock)
    found = shown(db, cast.owner)
    assert [(pair.first.id, pair.second.id) for pair in found] == [(1, 2), (3, 4), (1, 5)]
    assert [pair.score for pair in found] == sorted((pair.score for pair in found), reverse=True)
    assert [pair.reasons for pair in found] == [["email", "name"], ["name"], ["phone"]]
    assert db.read(count_pairs, cast.owner) == 3
    assert pairs(db, cast.outsider) == []


def test_new_and_changed_clients_are_compared_and_what_is_no_pair_any_more_goes(
    db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    one = add_client(db, cast.owner, name="Anna Nowak")
    scan(db, cast.owner, frozen_clock)
    assert pairs(db, cast.owner) == []
    other = add_client(db, cast.owner, name="Eva", email="eva@example.com")
    scan(db, cast.owner, frozen_clock)
    patch_client(db, cast.owner, one.id, {"email": "eva@example.com"}, allow_duplicate=True)
    assert db.read(is_looking, cast.owner) is False, "what is of this second waits"
    scan(db, cast.owner, frozen_clock)
    assert pairs(db, cast.owner) == [("Anna Nowak", "Eva")]
    patch_client(db, cast.owner, other.id, {"email": "other@example.com"})
    scan(db, cast.owner, frozen_clock)
    assert pairs(db, cast.owner) == []


def test_not_the_same_is_remembered_whatever_changes(
    db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    one, _ = (add_client(db, cast.owner, name="Anna Nowak", city="Berlin") for _ in range(2))
    scan(db, cast.owner, frozen_clock)
    pair = shown(db, cast.owner)[0]
    with pytest.raises(NotFound):
        db.write(tell_apart, cast.outsider, pair.id)
    db.write(tell_apart, cast.owner, pair.id)
    db.write(tell_apart, cast.owner, pair.id)
    patch_client(db, cast.owner, one.id, {"notes": "Tall"})
    scan(db, cast.owner, frozen_clock)
    assert pairs(db, cast.owner) == []


def test_who_is_gone_is_in_no_pair_and_who_comes_back_is(
    db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    one, other = (add_client(db, cast.owner, name="Anna Nowak") for _ in range(2))
    scan(db, cast.owner, frozen_clock)
    db.write(delete_client, cast.owner, other.id)
    assert pairs(db, cast.owner) == []
    db.write(restore_client, cast.owner, other.id)
    scan(db, cast.owner, frozen_clock)
    assert len(pairs(db, cast.owner)) == 1
    merge(db, cast.owner, one, other)
    assert pairs(db, cast.owner) == []
    scan(db, cast.owner, frozen_clock)
    assert pairs(db, cast.owner) == []
    unmerge(db, cast.owner, one)
    scan(db, cast.owner, frozen_clock)
    assert len(pairs(db, cast.owner)) == 1


def test_a_block_of_many_is_not_compared_with_each_other(
    db: Database, cast: Cast, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicate_scan, "MOST_IN_BLOCK", 5)
    for number in range(12):
        add_client(db, cast.owner, name="Maria Garcia", city="Madrid" if number < 2 else None)
    scan(db, cast.owner, frozen_clock)
    marias = shown(db, cast.owner)
    assert ["city" in pair.reasons for pair in marias] == [True], "who share more than the name are found"


def test_a_domain_of_many_companies_tells_nothing_of_the_first_of_them_either(
    db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    several = [
        f"{word} Works" for word in ("Amber", "Birch", "Cedar", "Drift", "Ember", "Frost", "Grove", "Heath")
    ]
    for name in several:
        add_client(db, cast.owner, kind="company", name=name, email=f"{name[0]}@shared.example")
    scan(db, cast.owner, frozen_clock)
    assert len(shown(db, cast.owner)) > len(several)
    add_client(db, cast.owner, kind="company", name="Amber Works Ltd", website="https://shared.example")
    scan(db, cast.owner, frozen_clock)
    assert pairs(db, cast.owner) == [("Amber Works", "Amber Works Ltd")]


def test_the_search_goes_on_where_it_was_stopped(
    db: Database, cast: Cast, settings: Settings, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicate_scan, "PIECE_ROWS", 2)
    for name in ("Anna Nowak", "Eva Braun", "Ivan Petrov", "Li Wei") * 2:
        add_client(db, cast.owner, name=name)
    frozen_clock.advance(seconds=5)
    looked = [db.write(scan_some, cast.owner) for _ in range(5)]
    assert looked == [2, 2, 2, 2, 0], "each piece goes on after the last"
    assert len(pairs(db, cast.owner)) == 4
    assert find_duplicates(db, settings) is True


def test_a_clock_that_was_set_back_hides_no_change(
    db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    add_client(db, cast.owner, name="Anna Nowak")
    scan(db, cast.owner, frozen_clock)
    frozen_clock.advance(days=-1)
    add_client(db, cast.owner, name="Nowak Anna")
    scan(db, cast.owner, frozen_clock)
    assert len(pairs(db, cast.owner)) == 1


def test_pages_of_pairs_go_forth_and_back(db: Database, cast: Cast, frozen_clock: FrozenClock) -> None:
    for name in ("Anna Nowak", "Eva Braun", "Ivan Petrov"):
        for city in ("Berlin", "Bonn", "Berlin"):
            add_client(db, cast.owner, name=name, city=city)
    scan(db, cast.owner, frozen_clock)
    whole = [pair.id for pair in shown(db, cast.owner)]
    assert len(whole) == 9
    first = db.read(list_pairs, cast.owner, limit=4)
    second = db.read(list_pairs, cast.owner, limit=4, cursor=first.next)
    third = db.read(list_pairs, cast.owner, limit=4, cursor=second.next)
    assert [pair.id for pair in (*first.rows, *second.rows, *third.rows)] == whole
    assert third.next is None
    back = db.read(list_pairs, cast.owner, limit=4, cursor=second.previous)
    assert [pair.id for pair in back.rows] == whole[:4]
