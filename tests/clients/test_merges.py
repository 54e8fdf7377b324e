"""Two clients become one: everything of both is with the winner."""

from typing import Any

import pytest

from crm.clients.client import Client, find_client, get_client
from crm.clients.filters import ClientFilter
from crm.clients.listing import count_clients, list_clients, suggest_clients
from crm.clients.merge_fields import ClientMerge
from crm.clients.merge_moves import count_rows, places_of
from crm.clients.merges import merge_clients
from crm.clients.trash import delete_client, restore_client
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.errors import Conflict, Invalid, Merged, NotFound, Stale
from crm.kinds import KINDS
from crm.vault import Vault
from tests.clients.test_clients import ledger_of
from tests.support.arrivals import arrive, rows
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client
from tests.support.leads import furnish
from tests.support.merges import everything, merge, two_companies, unmerge
from tests.support.whatsapp import CUSTOMER, KEY, connect, text


@pytest.fixture
def full(db: Database, cast: Cast, settings: Settings) -> tuple[Client, Client]:
    return two_companies(db, settings, cast.owner)


def test_all_that_points_to_the_loser_moves_and_goes_back_exactly(
    db: Database, cast: Cast, full: tuple[Client, Client]
) -> None:
    winner, loser = full
    before = everything(db)
    counts = db.read(count_rows, cast.owner, loser.id)
    assert all(counts.values()), f"nothing points to the client there: {counts}"
    merged = merge(db, cast.owner, winner, loser)
    assert not any(db.read(count_rows, cast.owner, loser.id).values())
    assert db.read(count_rows, cast.owner, winner.id) == counts
    assert sum(row["company_id"] == winner.id for row in everything(db)["clients"]) == 2, "of the trash, too"
    assert (merged.name, merged.email, merged.tags) == ("Müller", "a@mueller.de", ["Berlin", "VIP"])
    assert merged.picture_id == loser.picture_id
    separated = unmerge(db, cast.owner, merged)
    assert everything(db) == before
    assert (separated.client.name, separated.other.name) == ("Müller", "Mueller GmbH")
    assert separated.other.picture_id == loser.picture_id


def test_every_reference_to_a_client_moves_or_stays_by_its_description() -> None:
    """What the schema knows, tests/kinds/test_whole.py holds against the descriptions."""
    pointing = [
        (table, pointer.column) for table, pointer in KINDS.pointing_to("clients") if not pointer.stays
    ]
    parts = KINDS.by_name["client"].parts
    hanging = [(kind.hanging, kind.hangs_on[1]) for kind in KINDS if kind.hangs_on and kind.table in parts]
    known = {(place.table, place.column) for place in places_of(KINDS)}
    assert {*pointing, *hanging} - {("record_tags", "subject_id")} == known


def test_the_loser_is_in_no_list_and_leads_to_the_winner(db: Database, cast: Cast) -> None:
    winner = add_client(db, cast.owner, name="Anna Nowak", city="Berlin")
    loser = add_client(db, cast.owner, name="Anna Nowack", tags=["VIP"])
    merge(db, cast.owner, winner, loser)
    for wanted in ({}, {"q": "nowack"}, {"deleted": True}, {"tag": "VIP"}):
        found = db.read(list_clients, cast.owner, ClientFilter(**wanted), limit=9)
        assert loser.id not in [client.id for client in found.rows], wanted
    assert db.read(count_clients, cast.owner, ClientFilter(deleted=True)).total == 0
    assert [each.id for each in db.read(suggest_clients, cast.owner, "Anna")] == [winner.id]
    for write in (get_client, find_client):
        with pytest.raises(Merged) as refused:
            db.read(write, cast.owner, loser.id)
        assert refused.value.into == winner.id
    for change in (delete_client, restore_client):
        with pytest.raises(Merged):
            db.write(change, cast.owner, loser.id)
    with pytest.raises(Merged):
        patch_client(db, cast.owner, loser.id, {"city": "Bonn"})
    with pytest.raises(NotFound):
        db.read(get_client, cast.outsider, loser.id)


def test_values_are_kept_as_asked_and_gaps_are_filled(db: Database, cast: Cast) -> None:
    winner = add_client(db, cast.owner, name="Anna", city="Berlin", email="anna@example.com", notes="Tall")
    loser = add_client(db, cast.owner, name="A. Nowak", city="Bonn", phone="+4930901820", source="Fair")
    merged = merge(db, cast.owner, winner, loser, from_other=["city", "notes"], fields={"name": "Anna Nowak"})
    assert (merged.name, merged.city, merged.email) == ("Anna Nowak", "Bonn", "anna@example.com")
    assert (merged.phone, merged.source, merged.notes) == ("+4930901820", "Fair", None)
    back = unmerge(db, cast.owner, merged)
    assert (back.client.name, back.client.city, back.client.phone) == ("Anna", "Berlin", None)
    assert (back.other.name, back.other.phone) == ("A. Nowak", "+4930901820")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"fields": {"phone": "12"}}, "fields.phone"),
        ({"fields": {"owner_id": 999}}, "fields.owner_id"),
        ({"fields": {"company_id": 999}}, "fields.company_id"),
        ({"fields": {"city": "Bonn"}, "from_other": ["city"]}, "fields.city"),
    ],
)
def test_a_value_that_does_not_fit_is_named_and_nothing_moves(
    db: Database, cast: Cast, asked: dict[str, Any], field: str
) -> None:
    winner, loser = add_client(db, cast.owner), add_client(db, cast.owner, name="Eva")
    before = everything(db)
    with pytest.raises(Invalid) as refused:
        merge(db, cast.owner, winner, loser, **asked)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert everything(db) == before


def test_a_new_address_of_a_third_client_is_refused_unless_allowed(db: Database, cast: Cast) -> None:
    winner, loser = add_client(db, cast.owner), add_client(db, cast.owner, name="Eva")
    third = add_client(db, cast.owner, name="Third", email="third@example.com")
    asked = {"fields": {"email": "third@example.com"}}
    with pytest.raises(Conflict) as refused:
        merge(db, cast.owner, winner, loser, **asked)
    assert [each["id"] for each in refused.value.extra["candidates"]] == [third.id]  # type: ignore[attr-defined]
    assert merge(db, cast.owner, winner, loser, **asked, allow_duplicate=True).email == "third@example.com"


def test_a_merge_that_makes_no_sense_is_refused_and_changes_nothing(db: Database, cast: Cast) -> None:
    anna = add_client(db, cast.owner)
    company = add_client(db, cast.owner, kind="company", name="Müller")
    gone = add_client(db, cast.owner, name="Gone")
    db.write(delete_client, cast.owner, gone.id)
    theirs = add_client(db, cast.outsider, name="Theirs")
    before = everything(db)
    for other in (anna, company, gone, theirs):
        with pytest.raises(Invalid) as refused:
            merge(db, cast.owner, anna, other)
        assert [problem.field for problem in refused.value.problems] == ["other_id"]
    with pytest.raises(NotFound):
        merge(db, cast.owner, gone, anna)
    with pytest.raises(Stale):
        merge(db, cast.owner, anna, add_client(db, cast.owner, name="Eva"), other_version=2)
    assert everything(db)["clients"][:4] == before["clients"]


def test_a_company_merged_with_one_above_or_below_it_is_never_its_own_parent(
    db: Database, cast: Cast
) -> None:
    for turned in (False, True):
        top = add_client(db, cast.owner, kind="company", name="Top")
        middle = add_client(db, cast.owner, kind="company", name="Middle", company_id=top.id)
        low = add_client(db, cast.owner, kind="company", name="Low", company_id=middle.id)
        winner, loser = (top, low) if turned else (low, top)
        merged = merge(db, cast.owner, winner, loser)
        assert merged.company_id is None
        assert db.read(get_client, cast.owner, middle.id).company_id == winner.id
        unmerge(db, cast.owner, merged)
        chain = [db.read(get_client, cast.owner, each.id).company_id for each in (top, middle, low)]
        assert chain == [None, top.id, middle.id]


def test_both_timelines_tell_of_it(db: Database, cast: Cast) -> None:
    winner, loser = add_client(db, cast.owner, name="Anna"), add_client(db, cast.owner, name="Eva")
    merge(db, cast.owner, winner, loser)
    unmerge(db, cast.owner, winner)
    expected = ["client.unmerged", "client.merged", "client.created"]
    for client in (winner, loser):
        assert [entry["action"] for entry in ledger_of(db, cast.owner, client.id)] == expected


def test_who_writes_from_either_address_stays_one_customer(db: Database, cast: Cast) -> None:
    """Two conversations of one person are of one client, and go on so."""
    furnish(db, cast.owner)
    vault = Vault(KEY)
    connect(db, cast.owner, vault)
    arrive(db, vault, text("wamid.1"), name="Kerry Fisher")
    first = rows(db, "SELECT client_id FROM conversations")[0]["client_id"]
    winner = add_client(db, cast.owner, name="Kerry", phone="+4930901820")
    db.write(merge_clients, cast.owner, winner.id, ClientMerge(other_id=first))
    arrive(db, vault, text("wamid.2"), name="Kerry Fisher")
    found = rows(db, "SELECT client_id, phone FROM conversations")
    assert found == [{"client_id": winner.id, "phone": f"+{CUSTOMER}"}]
    assert len(rows(db, "SELECT id FROM messages")) == 2
    assert db.read(lambda tx: tx.value("SELECT count(*) FROM clients WHERE deleted_at IS NULL"), SYSTEM) == 1
