import pytest

from crm.activity.timeline import ActivityFilter, list_activities
from crm.clients.client import Client, get_client
from crm.clients.filters import ClientFilter
from crm.clients.kind import CLIENT
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import Conflict, Invalid, NotFound
from crm.records import many
from crm.records.bulk import Change
from crm.records.many import change_next, change_selection, measure
from tests.support.cast import Cast
from tests.support.clients import add_client


@pytest.fixture
def three(db: Database, cast: Cast) -> list[Client]:
    return [add_client(db, cast.owner, name=name, tags=["old"]) for name in ("Anna", "Berta", "Carla")]


def seen(db: Database, who: Actor, clients: list[Client]) -> list[Client]:
    return [db.read(get_client, who, client.id) for client in clients]


def test_the_ticked_ones_change_and_the_others_stay(db: Database, cast: Cast, three: list[Client]) -> None:
    ids = [three[0].id, three[2].id, three[0].id]
    assert db.write(change_selection, cast.owner, CLIENT, ids, Change("status", "prospect")).count == 2
    assert [client.status for client in seen(db, cast.owner, three)] == ["prospect", "active", "prospect"]


def test_all_that_a_list_shows_change(db: Database, cast: Cast, three: list[Client]) -> None:
    wanted = ClientFilter(q="ann")
    owner = Change("owner", str(cast.colleague.user_id))
    assert db.write(change_selection, cast.owner, CLIENT, wanted, owner).count == 1
    assert [client.owner_name for client in seen(db, cast.owner, three)] == ["Colleague", None, None]


def test_tags_come_and_go_and_leave_the_others(db: Database, cast: Cast, three: list[Client]) -> None:
    ids = [client.id for client in three]
    db.write(change_selection, cast.owner, CLIENT, ids, Change("tag", "new"))
    db.write(change_selection, cast.owner, CLIENT, ids[:1], Change("untag", "OLD"))
    assert [client.tags for client in seen(db, cast.owner, three)] == [
        ["new"],
        ["new", "old"],
        ["new", "old"],
    ]


def test_one_in_the_way_leaves_all_as_they_were_and_is_named(
    db: Database, cast: Cast, three: list[Client]
) -> None:
    company = add_client(db, cast.owner, name="Acme", kind="company")
    add_client(db, cast.owner, name="Dora", company_id=company.id)
    with pytest.raises(Invalid) as refused:
        db.write(change_selection, cast.owner, CLIENT, [three[0].id, company.id], Change("delete"))
    assert [problem.field for problem in refused.value.problems] == ["Acme"]
    assert seen(db, cast.owner, three) == three


def test_deleted_ones_come_back_together(db: Database, cast: Cast, three: list[Client]) -> None:
    ids = [client.id for client in three]
    db.write(change_selection, cast.owner, CLIENT, ClientFilter(), Change("delete"))
    for client in three:
        with pytest.raises(NotFound):
            db.read(get_client, cast.owner, client.id)
    db.write(change_selection, cast.owner, CLIENT, ids, Change("restore"))
    assert len(seen(db, cast.owner, three)) == 3


def test_another_workspaces_clients_cannot_be_reached(db: Database, cast: Cast, three: list[Client]) -> None:
    with pytest.raises(Invalid) as refused:
        db.write(change_selection, cast.outsider, CLIENT, [three[0].id], Change("delete"))
    assert "Anna" not in str(refused.value)
    with pytest.raises(Conflict):
        db.write(change_selection, cast.outsider, CLIENT, ClientFilter(), Change("delete"))
    assert seen(db, cast.owner, three) == three


@pytest.mark.parametrize(
    "change", [Change("status", "no"), Change("tag", ""), Change("tag", "x" * 51), Change("owner", "999")]
)
def test_a_value_that_cannot_be_changes_nothing(
    db: Database, cast: Cast, three: list[Client], change: Change
) -> None:
    with pytest.raises(Invalid):
        db.write(change_selection, cast.owner, CLIENT, [three[0].id], change)
    assert seen(db, cast.owner, three) == three


def test_each_change_is_on_the_ledger_once(db: Database, cast: Cast, three: list[Client]) -> None:
    ids = [client.id for client in three]
    db.write(change_selection, cast.colleague, CLIENT, ids, Change("status", "inactive"))
    entries = db.read(list_activities, cast.owner, ActivityFilter(actor_id=cast.colleague.user_id), limit=10)
    assert sorted(entry.entity_id for entry in entries.rows) == ids
    assert {entry.action for entry in entries.rows} == {"client.changed"}


@pytest.mark.parametrize("chosen", [[], list(range(1, 1002))])
def test_nobody_or_too_many_are_refused(db: Database, cast: Cast, chosen: list[int]) -> None:
    with pytest.raises(Conflict):
        db.write(change_selection, cast.owner, CLIENT, chosen, Change("delete"))


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two at a time, as a thousand of a thousand and more would take long."""
    monkeypatch.setattr(many, "MOST", 2)


@pytest.mark.usefixtures("small_steps")
def test_all_that_match_change_step_by_step_though_they_match_no_longer(
    db: Database, cast: Cast, three: list[Client]
) -> None:
    wanted, change = ClientFilter(status="active"), Change("status", "inactive")
    progress = db.read(measure, cast.owner, CLIENT, wanted)
    assert (progress.total, progress.until) == (3, three[2].id)
    later = add_client(db, cast.owner, name="Later")

    progress = db.write(change_next, cast.owner, CLIENT, wanted, change, progress)
    assert (progress.done, progress.ended) == (2, False)
    progress = db.write(change_next, cast.owner, CLIENT, wanted, change, progress)
    assert (progress.done, progress.ended) == (3, True)

    assert {client.status for client in seen(db, cast.owner, three)} == {"inactive"}
    assert db.read(get_client, cast.owner, later.id).status == "active"


@pytest.mark.usefixtures("small_steps")
def test_one_in_the_way_stops_its_step_alone_until_it_is_left_out(
    db: Database, cast: Cast, three: list[Client]
) -> None:
    company = add_client(db, cast.owner, name="Acme", kind="company")
    add_client(db, cast.owner, name="Dora", company_id=company.id)
    wanted, change = ClientFilter(), Change("delete")
    progress = db.read(measure, cast.owner, CLIENT, wanted)
    progress = db.write(change_next, cast.owner, CLIENT, wanted, change, progress)

    with pytest.raises(Conflict) as refused:
        db.write(change_next, cast.owner, CLIENT, wanted, change, progress)
    assert [name for name, _message in refused.value.extra["in_the_way"]] == ["Acme"]  # type: ignore[attr-defined]
    assert db.read(get_client, cast.owner, three[2].id) == three[2]

    progress = db.write(change_next, cast.owner, CLIENT, wanted, change, progress, leave_out=True)
    assert (progress.done, progress.left_out, progress.ended) == (3, 1, False)
    progress = db.write(change_next, cast.owner, CLIENT, wanted, change, progress)
    assert (progress.done, progress.left_out, progress.ended) == (4, 1, True)
    assert db.read(get_client, cast.owner, company.id) == company
