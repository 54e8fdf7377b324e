"""Every change leaves one entry: who, what, before and after; together with the change or not at all."""

from itertools import product

import pytest

from crm.activity.activity import changes, record
from crm.activity.chain import verify_chain
from crm.activity.timeline import ACTIVITIES, ActivityFilter, list_activities, order_of
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.keyset import encode_cursor
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid
from tests.support.cast import Cast
from tests.support.explaining import plans_of, walks_along
from tests.support.frozen_clock import FrozenClock
from tests.support.threads import run_in_threads


def all_of(db: Database, actor: Actor, **wanted: object) -> list[str]:
    page = db.read(list_activities, actor, ActivityFilter(**wanted), limit=100)  # type: ignore[arg-type]
    return [activity.action for activity in page.rows]


def test_an_entry_says_who_did_what_when(db: Database, cast: Cast, frozen_clock: FrozenClock) -> None:
    entry_id = db.write(
        record, cast.owner, "client.updated", "clients", 7, before={"name": "Ada"}, after={"name": "Ада"}
    )
    [entry] = db.read(list_activities, cast.owner, ActivityFilter(), limit=10).rows
    assert (entry.id, entry.action, entry.entity, entry.entity_id) == (
        entry_id,
        "client.updated",
        "clients",
        7,
    )
    assert entry.actor is not None and (entry.actor.id, entry.actor.name) == (cast.owner.user_id, "Owner")
    assert (entry.before, entry.after) == ({"name": "Ada"}, {"name": "Ада"})
    assert entry.created_at == "2026-11-21T07:39:11.123Z"


def test_a_failed_change_leaves_no_entry_and_no_number_used(db: Database, cast: Cast) -> None:
    def fail(tx: Transaction) -> None:
        record(tx, "client.created", "clients", 1)
        raise KeyError

    with pytest.raises(KeyError):
        db.write(fail, cast.owner)
    db.write(record, cast.owner, "client.created", "clients", 1)
    report = db.read(verify_chain, cast.owner)
    assert (report.entries, report.complete) == (1, True)


def test_a_part_that_failed_leaves_no_entry(db: Database, cast: Cast) -> None:
    def change(tx: Transaction) -> None:
        record(tx, "client.created", "clients", 1)
        with pytest.raises(KeyError), tx.savepoint() as part:
            record(part, "client.updated", "clients", 1)
            raise KeyError
        record(tx, "client.deleted", "clients", 1)

    db.write(change, cast.owner)
    assert all_of(db, cast.owner) == ["client.deleted", "client.created"]
    assert db.read(verify_chain, cast.owner).complete


def test_threads_and_workspaces_write_one_chain_each(db: Database, cast: Cast) -> None:
    def work(i: int) -> None:
        for actor in (cast.owner, cast.outsider, cast.colleague):
            db.write(record, actor, "client.updated", "clients", i + 1)

    run_in_threads(work, 12)
    ours, theirs = db.read(verify_chain, cast.owner), db.read(verify_chain, cast.outsider)
    assert (ours.entries, ours.complete, theirs.entries, theirs.complete) == (24, True, 12, True)


def test_an_entry_of_a_foreign_user_or_of_no_workspace_cannot_be_written(db: Database, cast: Cast) -> None:
    with pytest.raises(Conflict):
        db.write(record, Actor(cast.owner.workspace_id, cast.outsider.user_id), "a.b", "a", 1)
    with pytest.raises(KeyError):
        db.write(record, SYSTEM, "a.b", "a", 1)


def test_the_timeline_of_a_record_shows_what_belongs_to_it(db: Database, cast: Cast) -> None:
    db.write(record, cast.owner, "client.created", "clients", 1)
    db.write(record, cast.colleague, "file.created", "files", 9, subject=("clients", 1))
    db.write(record, cast.owner, "client.created", "clients", 2)
    db.write(record, cast.outsider, "client.created", "clients", 1)
    assert all_of(db, cast.owner, subject="clients", subject_id=1) == ["file.created", "client.created"]
    assert all_of(db, cast.owner, actor_id=cast.colleague.user_id) == ["file.created"]
    assert all_of(db, cast.owner, action="client.created") == ["client.created"] * 2
    assert all_of(db, cast.outsider) == ["client.created"]


def test_the_timeline_is_cut_by_time(db: Database, cast: Cast, frozen_clock: FrozenClock) -> None:
    times = []
    for i in range(4):
        times.append(frozen_clock.advance(hours=1))
        db.write(record, cast.owner, f"a.{i}", "a", 1)
    assert all_of(db, cast.owner, since=times[1], until=times[3]) == ["a.2", "a.1"]


def test_a_span_of_time_is_paged_in_order_of_time_though_the_clock_was_set_back(
    db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    for hours in (0, 3, -2, 1, -1, 0):
        frozen_clock.advance(hours=hours)
        db.write(record, cast.owner, f"a.{frozen_clock.time.hour}", "a", 1)
    wanted, seen, cursor = ActivityFilter(since="2026-11-21T07:30:00.000Z"), [], None
    for _ in range(9):
        page = db.read(list_activities, cast.owner, wanted, limit=2, cursor=cursor)
        seen += [entry.action for entry in page.rows]
        cursor = page.next
        if cursor is None:
            break
    assert seen == ["a.10", "a.9", "a.8", "a.8", "a.8", "a.7"]


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (ActivityFilter(), "activities_chain"),
        (ActivityFilter(subject="client"), "activities_kind"),
        (ActivityFilter(subject="client", subject_id=1), "activities_subject"),
        (ActivityFilter(subject="client", subject_id=1, entity="note"), "activities_subject"),
        (ActivityFilter(entity="note"), "activities_entity"),
        (ActivityFilter(entity="note", entity_id=1), "activities_thing"),
        (ActivityFilter(actor_id=1), "activities_actor"),
        (ActivityFilter(action="client.created"), "activities_action"),
        (ActivityFilter(since="2026"), "activities_time"),
        (ActivityFilter(until="2026"), "activities_time"),
        (ActivityFilter(since="2025", until="2026"), "activities_time"),
    ],
)
def test_each_filter_reads_an_index_in_order(
    db: Database, cast: Cast, wanted: ActivityFilter, index: str, common_filters: None
) -> None:
    shape = ACTIVITIES.sorts[order_of(wanted).key].shape
    place = encode_cursor([7 if kind is int else "2026" for kind in shape])
    for cursor, who in product((None, place), (cast.owner, cast.colleague)):
        plan = db.read(plans_of, who, list_activities, wanted, limit=3, cursor=cursor)[-1]
        assert walks_along(plan, "a", index), plan


def test_pages_of_the_timeline_hold_every_entry_once_while_others_are_written(
    db: Database, cast: Cast
) -> None:
    for i in range(10):
        db.write(record, cast.owner, f"a.{i}", "a", 1)
    seen, cursor = [], None
    for _ in range(5):
        page = db.read(list_activities, cast.owner, ActivityFilter(), limit=3, cursor=cursor)
        seen += [entry.action for entry in page.rows]
        db.write(record, cast.owner, "a.new", "a", 1)
        cursor = page.next
        if cursor is None:
            break
    assert seen == [f"a.{i}" for i in reversed(range(10))]


def test_a_cursor_of_another_list_is_refused(db: Database, cast: Cast) -> None:
    with pytest.raises(Invalid):
        db.read(list_activities, cast.owner, ActivityFilter(), limit=3, cursor="bm90IG9uZQ")


def test_only_what_changed_is_kept() -> None:
    assert changes({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 5, "d": 4}) == (
        {"b": 2, "d": None},
        {"b": 5, "d": 4},
    )
