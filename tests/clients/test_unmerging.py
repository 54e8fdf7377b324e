"""The last merge of a client is taken back, whatever came since."""

import pytest

from crm.clients.client import get_client
from crm.db.database import Database
from crm.errors import Conflict, Merged
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note
from tests.support.arrivals import rows
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client
from tests.support.leads import add_lead, furnish
from tests.support.merges import merge, unmerge


def test_what_changed_since_is_asked_for_and_the_rest_goes_back(db: Database, cast: Cast) -> None:
    winner = add_client(db, cast.owner, name="Anna", city="Berlin", tags=["old"])
    loser = add_client(db, cast.owner, name="Eva", email="eva@example.com", website="eva.example", tags=["x"])
    merged = merge(db, cast.owner, winner, loser)
    patch_client(
        db, cast.owner, merged.id, {"email": "new@example.com", "city": "Bonn", "tags": ["x", "new"]}
    )
    with pytest.raises(Conflict) as refused:
        unmerge(db, cast.owner, merged)
    assert refused.value.extra["changed"] == [
        {"field": "email", "before": None, "merged": "eva@example.com", "now": "new@example.com"}
    ]
    assert db.read(get_client, cast.owner, winner.id).email == "new@example.com"
    back = unmerge(db, cast.owner, merged, email="now").client
    assert (back.email, back.city, back.website, back.tags) == ("new@example.com", "Bonn", None, ["new"])


def test_all_addresses_and_numbers_are_kept_and_go_back(db: Database, cast: Cast) -> None:
    winner = add_client(db, cast.owner, name="Anna", email="a@example.com", phone="+4930901820")
    further = [
        {"email": "e@example.com", "label": "Home"},
        {"email": "a@example.com"},
        {"email": "f@x.example"},
    ]
    loser = add_client(db, cast.owner, name="Eva", emails=further, phone="+4930901821", allow_duplicate=True)
    merged = merge(db, cast.owner, winner, loser, from_other=["email"])
    assert [each.email for each in merged.emails] == ["e@example.com", "a@example.com", "f@x.example"]
    assert [each.phone for each in merged.phones] == ["+4930901820", "+4930901821"]
    assert merged.emails[0].label == "Home"
    more = [{"email": each.email} for each in merged.emails] + [{"email": "new@example.com"}]
    patch_client(db, cast.owner, winner.id, {"emails": more})
    back = unmerge(db, cast.owner, winner)
    assert [each.email for each in back.client.emails] == ["a@example.com", "new@example.com"]
    assert [each.phone for each in back.client.phones] == ["+4930901820"]
    assert [each.email for each in back.other.emails] == [each["email"] for each in further]


def test_what_is_kept_may_be_what_was_before(db: Database, cast: Cast) -> None:
    winner = add_client(db, cast.owner, name="Anna", email="anna@example.com")
    loser = add_client(db, cast.owner, name="Eva", email="eva@example.com")
    merge(db, cast.owner, winner, loser, from_other=["email"])
    patch_client(db, cast.owner, winner.id, {"email": "new@example.com"})
    assert unmerge(db, cast.owner, winner, email="before").client.email == "anna@example.com"


def test_what_came_after_the_merge_stays_and_what_went_elsewhere_is_left(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    winner, loser, third = (add_client(db, cast.owner, name=name) for name in ("Anna", "Eva", "Third"))
    first, second = (add_lead(db, cast.owner, title=name, client_id=loser.id) for name in ("1", "2"))
    merge(db, cast.owner, winner, loser)
    later = add_lead(db, cast.owner, title="3", client_id=winner.id)
    sql = "UPDATE leads SET client_id = :third WHERE workspace_id = :workspace_id AND id = :lead"
    db.write(lambda tx: tx.run(sql, third=third.id, lead=second.id), cast.owner)
    unmerge(db, cast.owner, winner)
    found = {row["id"]: row["client_id"] for row in rows(db, "SELECT id, client_id FROM leads")}
    assert found == {first.id: loser.id, second.id: third.id, later.id: winner.id}


def test_a_chain_comes_apart_from_its_end(db: Database, cast: Cast) -> None:
    a, b, c = (add_client(db, cast.owner, name=name) for name in ("A", "B", "C"))
    db.write(add_note, cast.owner, NoteFields(subject="client", subject_id=a.id, text="Of A"))
    merge(db, cast.owner, b, a)
    merge(db, cast.owner, c, b)
    with pytest.raises(Merged) as refused:
        db.read(get_client, cast.owner, a.id)
    assert refused.value.into == c.id, "at the end of the chain"
    with pytest.raises(Merged):
        unmerge(db, cast.owner, b)
    assert unmerge(db, cast.owner, c).other.id == b.id
    with pytest.raises(Conflict):
        unmerge(db, cast.owner, c)
    with pytest.raises(Merged) as refused:
        db.read(get_client, cast.owner, a.id)
    assert refused.value.into == b.id
    assert unmerge(db, cast.owner, b).other.id == a.id
    assert [row["subject_id"] for row in rows(db, "SELECT subject_id FROM notes")] == [a.id]


def test_clients_that_were_separated_can_be_merged_again_either_way(db: Database, cast: Cast) -> None:
    a, b = add_client(db, cast.owner, name="A"), add_client(db, cast.owner, name="B")
    for winner, loser in ((a, b), (b, a), (a, b)):
        merge(db, cast.owner, winner, loser)
        assert unmerge(db, cast.owner, winner).other.id == loser.id
