"""One act, one undo: what was changed together is one line of the ledger, and comes back together."""

import pytest

from crm.activity.chain import verify_chain
from crm.activity.lines import list_lines
from crm.activity.operations import continue_operation, operation_of
from crm.activity.timeline import ActivityFilter, list_activities
from crm.appliance import operations
from crm.appliance.operations import undo_operation
from crm.clients.client import Client, get_client
from crm.clients.filters import ClientFilter
from crm.clients.kind import CLIENT
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Conflict, NotFound
from crm.leads.kind import LEAD
from crm.leads.stages import delete_stage
from crm.records.bulk import Change
from crm.records.bulk_operations import change_many, operations_of
from crm.records.many import change_next, change_selection, measure
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client
from tests.support.leads import Stages, add_lead

WANTED = ClientFilter()


@pytest.fixture
def five(db: Database, cast: Cast) -> list[Client]:
    return [add_client(db, cast.owner, name=f"Client {n}", city="Bonn") for n in range(5)]


def to_colleague(db: Database, cast: Cast, records: list[Client]) -> int:
    """All of them are given to the colleague; the operation."""
    change = Change("owner", str(cast.colleague.user_id))
    ids = [each.id for each in records]
    return db.write(change_selection, cast.owner, CLIENT, ids, change).operation_id


def owners(db: Database, who: Actor, records: list[Client]) -> set[int | None]:
    return {db.read(get_client, who, each.id).owner_id for each in records}


def lines(db: Database, who: Actor, **wanted: object) -> list[tuple[str, int | None]]:
    """What Activity shows, an operation once."""
    page = db.read(list_lines, who, ActivityFilter(**wanted), limit=200)  # type: ignore[arg-type]
    return [(row.action, row.operation_id) for row in page.rows]


def test_a_change_of_many_is_one_line_and_an_entry_of_each_record(
    db: Database, cast: Cast, five: list[Client]
) -> None:
    operation_id = to_colleague(db, cast, five)
    assert lines(db, cast.owner)[:2] == [("client.changed", operation_id), ("client.created", None)]
    assert lines(db, cast.owner, subject="client", since="2000-01-01T00:00:00Z")[0][1] == operation_id
    assert lines(db, cast.owner, subject="lead") == []
    entries = db.read(list_activities, cast.owner, ActivityFilter(operation_id=operation_id), limit=25).rows
    assert sorted(entry.entity_id for entry in entries) == [each.id for each in five]
    for each in five:
        about = ActivityFilter(subject="client", subject_id=each.id)
        assert [e.action for e in db.read(list_activities, cast.owner, about, limit=9).rows] == [
            "client.changed",
            "client.created",
        ]


def test_one_undo_takes_all_back_and_can_be_undone_itself(
    db: Database, cast: Cast, five: list[Client]
) -> None:
    operation_id = to_colleague(db, cast, five)
    done = db.write(undo_operation, cast.owner, operation_id)
    assert (done.undone, done.left, done.remaining) == (5, [], False)
    assert owners(db, cast.owner, five) == {None}
    with pytest.raises(Conflict, match="already"):
        db.write(undo_operation, cast.owner, operation_id)
    db.write(undo_operation, cast.owner, done.operation_id)
    assert owners(db, cast.owner, five) == {cast.colleague.user_id}
    assert db.read(verify_chain, cast.owner).complete


def test_what_was_changed_since_stays_and_is_listed(db: Database, cast: Cast, five: list[Client]) -> None:
    operation_id = to_colleague(db, cast, five)
    patch_client(db, cast.colleague, five[1].id, {"owner_id": cast.owner.user_id})
    patch_client(db, cast.colleague, five[2].id, {"city": "Berlin"})
    done = db.write(undo_operation, cast.owner, operation_id)
    assert (done.undone, done.left_count) == (4, 1)
    assert (done.left[0].entity, done.left[0].entity_id, done.left[0].fields) == (
        "client",
        five[1].id,
        ["owner_id"],
    )
    assert db.read(get_client, cast.owner, five[1].id).owner_id == cast.owner.user_id
    assert db.read(get_client, cast.owner, five[2].id).city == "Berlin"


def test_where_all_has_changed_since_nothing_is_undone(db: Database, cast: Cast, five: list[Client]) -> None:
    operation_id = to_colleague(db, cast, five)
    for each in five:
        patch_client(db, cast.colleague, each.id, {"owner_id": cast.owner.user_id})
    with pytest.raises(Conflict) as refused:
        db.write(undo_operation, cast.owner, operation_id)
    assert len(refused.value.extra["left"]) == 5  # type: ignore[arg-type]
    assert owners(db, cast.owner, five) == {cast.owner.user_id}


def test_a_large_operation_is_undone_in_steps(
    db: Database, cast: Cast, five: list[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "STEP", 2)
    operation_id = to_colleague(db, cast, five)
    steps = [db.write(undo_operation, cast.owner, operation_id) for _ in range(3)]
    assert [(step.undone, step.remaining) for step in steps] == [(2, True), (2, True), (1, False)]
    assert len({step.operation_id for step in steps}) == 1
    assert owners(db, cast.owner, five) == {None}


def test_all_steps_of_a_change_of_all_that_match_are_one_operation(
    db: Database, cast: Cast, five: list[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.records.many.MOST", 2)
    change, progress = Change("status", "prospect"), db.read(measure, cast.owner, CLIENT, WANTED)
    seen: set[int | None] = set()
    while not progress.ended:
        assert len(seen) < 2
        progress = db.write(change_next, cast.owner, CLIENT, WANTED, change, progress)
        seen.add(progress.operation_id)
    assert len(seen) == 1
    db.write(undo_operation, cast.owner, seen.pop() or 0)
    assert {db.read(get_client, cast.owner, each.id).status for each in five} == {"active"}


def test_nobody_goes_on_with_another_s_operation(db: Database, cast: Cast, five: list[Client]) -> None:
    operation_id = to_colleague(db, cast, five)

    def continued(tx: Transaction) -> int:
        return operation_of(continue_operation(tx, operation_id))

    assert db.write(continued, cast.owner) == operation_id
    assert db.write(continued, cast.colleague) != operation_id
    assert db.write(continued, cast.outsider) != operation_id
    with pytest.raises(NotFound):
        db.write(undo_operation, cast.outsider, operation_id)


def test_a_call_of_many_changes_is_one_operation(db: Database, cast: Cast, five: list[Client]) -> None:
    calls: list[dict[str, object]] = [
        {"op": "create", "fields": {"name": "New", "kind": "person"}},
        {"op": "tag", "id": five[0].id, "add": ["vip"]},
        {"op": "delete", "id": five[1].id},
    ]
    given = operations_of(CLIENT).model_validate({"operations": calls})
    outcomes = db.write(change_many, cast.owner, CLIENT, given.operations)
    [operation_id] = {outcome.operation_id for outcome in outcomes}
    assert db.write(undo_operation, cast.owner, operation_id or 0).undone == 3
    assert db.read(get_client, cast.owner, five[0].id).tags == []
    assert db.read(get_client, cast.owner, five[1].id).deleted_at is None
    with pytest.raises(NotFound):
        db.read(get_client, cast.owner, outcomes[0].id)


def test_moved_leads_come_back_and_those_of_a_stage_that_went_are_one_line(
    db: Database, cast: Cast, stages: Stages
) -> None:
    leads = [add_lead(db, cast.owner) for _ in range(3)]
    change = Change("stage", str(stages["Proposal"].id))
    moved = db.write(change_selection, cast.owner, LEAD, [lead.id for lead in leads], change)
    db.write(undo_operation, cast.owner, moved.operation_id)
    db.write(delete_stage, cast.owner, stages["New"].id, move_to=stages["Proposal"].id)
    [(action, operation_id)] = lines(db, cast.owner)[:1]
    assert action == "stage.deleted"
    about = ActivityFilter(operation_id=operation_id)
    assert len(db.read(list_activities, cast.owner, about, limit=9).rows) == 4
