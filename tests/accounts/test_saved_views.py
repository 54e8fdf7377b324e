from typing import Any

import pytest

from crm.accounts.saved_view import SavedView, get_view, list_views
from crm.accounts.saved_views import MOST_VIEWS, change_view, create_view, delete_view, restore_view
from crm.accounts.view_fields import ViewChanges, ViewFields
from crm.activity.timeline import ActivityFilter, list_activities
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import Conflict, Forbidden, NotFound, Stale
from tests.support.people import Team, gather_team


@pytest.fixture
def team(db: Database) -> Team:
    return gather_team(db)


def save(db: Database, who: Actor, **given: Any) -> SavedView:
    return db.write(create_view, who, ViewFields(**{"list": "clients", "name": "Prospects", **given}))


def change(db: Database, who: Actor, view_id: int, **given: Any) -> SavedView:
    return db.write(change_view, who, view_id, ViewChanges(**given))


def names(db: Database, who: Actor) -> list[str]:
    return [view.name for view in db.read(list_views, who)]


def test_a_view_is_of_one_person_until_it_is_shared(db: Database, team: Team) -> None:
    admin, viewer = team.of_role("admin"), team.of_role("viewer")
    own = save(db, admin, query="status=prospect")
    assert names(db, viewer) == []
    with pytest.raises(NotFound):
        db.read(get_view, viewer, own.id)
    change(db, admin, own.id, shared=True)
    assert db.read(get_view, viewer, own.id).query == "status=prospect"


@pytest.mark.parametrize("role", ["member", "viewer"])
def test_who_may_not_share_keeps_own_views_and_leaves_shared_ones_alone(
    db: Database, team: Team, role: Any
) -> None:
    who = team.of_role(role)
    mine = save(db, who)
    shared = save(db, team.of_role("owner"), name="For all", shared=True)
    for attempt in (
        lambda: save(db, who, name="Other", shared=True),
        lambda: change(db, who, mine.id, shared=True),
        lambda: change(db, who, shared.id, name="Mine now"),
        lambda: db.write(delete_view, who, shared.id),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert change(db, who, mine.id, name="Renamed").name == "Renamed"
    assert names(db, who) == ["For all", "Renamed"]


def test_each_person_chooses_the_view_that_opens_a_list(db: Database, team: Team) -> None:
    owner, viewer = team.of_role("owner"), team.of_role("viewer")
    shared = save(db, owner, shared=True, is_default=True)
    assert not db.read(get_view, viewer, shared.id).is_default
    own = save(db, viewer, name="Mine", is_default=True)
    assert change(db, viewer, shared.id, is_default=True).is_default
    assert not db.read(get_view, viewer, own.id).is_default
    assert not change(db, viewer, shared.id, is_default=False).is_default
    assert db.read(get_view, owner, shared.id).is_default


def test_names_are_unique_among_what_one_list_shows_of_the_living(db: Database, team: Team) -> None:
    owner, member = team.of_role("owner"), team.of_role("member")
    first = save(db, owner, name="Hot")
    for taken in ("hot", "HOT ", "Ｈｏｔ"):
        with pytest.raises(Conflict):
            save(db, owner, name=taken)
    save(db, member, name="Hot")
    save(db, owner, name="Hot", list="leads")
    shared = save(db, owner, name="Hot", shared=True)
    with pytest.raises(Conflict):
        change(db, owner, first.id, shared=True)
    db.write(delete_view, owner, shared.id)
    change(db, owner, first.id, shared=True)
    with pytest.raises(Conflict):
        db.write(restore_view, owner, shared.id)


def test_a_deleted_view_comes_back_as_it_was(db: Database, team: Team) -> None:
    owner = team.of_role("owner")
    view = save(db, owner, query="kind=company", is_default=True)
    db.write(delete_view, owner, view.id)
    assert names(db, owner) == []
    with pytest.raises(NotFound):
        db.read(get_view, owner, view.id)
    back = db.write(restore_view, owner, view.id)
    assert (back.name, back.query, back.is_default, back.version) == ("Prospects", "kind=company", True, 3)
    with pytest.raises(NotFound):
        db.write(restore_view, owner, view.id)


def test_a_stale_change_changes_nothing(db: Database, team: Team) -> None:
    owner = team.of_role("owner")
    view = save(db, owner)
    change(db, owner, view.id, name="Second")
    with pytest.raises(Stale):
        db.write(change_view, owner, view.id, ViewChanges(name="Third"), expected_version=1)
    with pytest.raises(Stale):
        db.write(delete_view, owner, view.id, expected_version=1)
    assert names(db, owner) == ["Second"]


def test_each_change_is_on_the_ledger(db: Database, team: Team) -> None:
    owner = team.of_role("owner")
    view = save(db, owner)
    change(db, owner, view.id, name="Second", is_default=True)
    change(db, owner, view.id, name="Second")
    db.write(delete_view, owner, view.id)
    db.write(restore_view, owner, view.id)
    wanted = ActivityFilter(subject="saved_view", subject_id=view.id)
    entries = db.read(list_activities, owner, wanted, limit=10).rows
    assert [entry.action for entry in entries] == [
        "saved_view.restored", "saved_view.deleted", "saved_view.changed", "saved_view.created",
    ]  # fmt: skip
    assert entries[2].before == {"name": "Prospects", "is_default": False}
    assert entries[2].after == {"name": "Second", "is_default": True}


def test_a_person_has_room_for_many_views_not_for_endless_ones(db: Database, team: Team) -> None:
    owner = team.of_role("owner")
    for number in range(MOST_VIEWS):
        save(db, owner, name=f"View {number}")
    with pytest.raises(Conflict, match="Delete one first"):
        save(db, owner, name="One more")


def test_another_workspace_sees_none_of_it(db: Database, team: Team) -> None:
    view = save(db, team.of_role("owner"), shared=True)
    outsider = team.outsider
    assert names(db, outsider) == []
    with pytest.raises(NotFound):
        db.read(get_view, outsider, view.id)
    with pytest.raises(NotFound):
        change(db, outsider, view.id, is_default=True)
