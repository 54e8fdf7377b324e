"""The ledger as lines: an operation is one of them, on whichever page, and costs no more for being large."""

from itertools import product
from random import Random
from typing import Any

import pytest

from crm.activity import lines
from crm.activity.activity import record
from crm.activity.lines import list_lines
from crm.activity.operations import (
    begin_operation,
    measure_anew,
    measure_operations,
    operation_of,
    within_operation,
)
from crm.activity.timeline import ACTIVITIES, Activity, ActivityFilter, list_activities, order_of
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.keyset import encode_cursor
from crm.db.list_parts import ListRow, Looked
from crm.db.list_plan import read_rows
from crm.db.transaction import Transaction
from tests.support.cast import Cast
from tests.support.explaining import plans_of, walks_along
from tests.support.frozen_clock import FrozenClock

ALL = ActivityFilter()
SPAN = ActivityFilter(since="2000-01-01T00:00:00.000Z")


def write_many(db: Database, who: Actor, number: int, operation_id: int | None = None) -> int:
    """So many entries of one operation, in a transaction; its id."""

    def act(tx: Transaction) -> int:
        inside = begin_operation(tx) if operation_id is None else within_operation(tx, operation_id)
        for each in range(number):
            record(inside, "client.changed", "client", each + 1, after={"city": "Bonn"})
        return operation_of(inside)

    return db.write(act, who)


def write_one(db: Database, who: Actor, kind: str = "lead") -> None:
    db.write(record, who, f"{kind}.created", kind, 1)


def all_lines(db: Database, who: Actor, wanted: ActivityFilter, limit: int) -> list[Activity]:
    """Of all pages."""
    found, cursor = [], None
    for _page in range(500):
        page = db.read(list_lines, who, wanted, limit=limit, cursor=cursor)
        found += page.rows
        cursor = page.next
        if cursor is None:
            return found
    raise AssertionError("the pages have no end")


def expected(db: Database, who: Actor, wanted: ActivityFilter) -> list[int]:
    """The same by reading every entry."""
    entries, cursor = [], None
    for _page in range(50):
        page = db.read(list_activities, who, wanted, limit=200, cursor=cursor)
        entries += page.rows
        cursor = page.next
        if cursor is None:
            break
    newest: dict[int | None, int] = {}
    for entry in entries:
        newest[entry.operation_id] = max(entry.id, newest.get(entry.operation_id, 0))
    return [e.id for e in entries if e.operation_id is None or newest[e.operation_id] == e.id]


@pytest.mark.parametrize("limit", [1, 3, 50])
@pytest.mark.parametrize("seed", range(4))
def test_an_operation_is_one_line_however_its_entries_lie_between_others(
    db: Database, cast: Cast, frozen_clock: FrozenClock, seed: int, limit: int
) -> None:
    rng, begun = Random(seed), dict[int, Actor]()
    for _step in range(40):
        who = rng.choice((cast.owner, cast.colleague))
        frozen_clock.advance(seconds=rng.choice((0, 0, 1, 60, -30)))
        mine = [each for each, whose in begun.items() if whose is who]
        match rng.randrange(3):
            case 0:
                write_one(db, who, rng.choice(("lead", "client")))
            case 1:
                begun[write_many(db, who, rng.randint(1, 9))] = who
            case _ if mine:
                write_many(db, who, rng.randint(1, 9), rng.choice(mine))
    for wanted in (ALL, SPAN, ActivityFilter(actor_id=cast.owner.user_id), ActivityFilter(subject="client")):
        assert [each.id for each in all_lines(db, cast.owner, wanted, limit)] == expected(
            db, cast.owner, wanted
        )


@pytest.mark.parametrize("wanted", [ALL, SPAN])
def test_a_large_operation_is_stepped_over_at_once(
    db: Database,
    cast: Cast,
    frozen_clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
    wanted: ActivityFilter,
) -> None:
    write_one(db, cast.owner)
    write_many(db, cast.owner, 2_000)
    frozen_clock.advance(seconds=1)
    write_one(db, cast.owner)
    reads: list[object] = []

    def counted(*given: Any, **more: Any) -> Looked[ListRow]:
        reads.append(given)
        return read_rows(*given, **more)

    monkeypatch.setattr(lines, "read_rows", counted)
    assert len(db.read(list_lines, cast.owner, wanted, limit=20).rows) >= 3
    assert len(reads) == 2


def test_what_an_operation_did_is_measured_as_it_grows(db: Database, cast: Cast) -> None:
    operation_id = write_many(db, cast.owner, 3)
    write_one(db, cast.owner)
    write_many(db, cast.owner, 2, operation_id)
    extent = db.read(measure_operations, cast.owner, [operation_id])[operation_id]
    assert (extent.entries, extent.action, extent.changed) == (5, "client.changed", ("city",))
    assert not extent.in_one_piece

    def go_on(tx: Transaction) -> None:
        record(within_operation(tx, operation_id), "client.deleted", "client", 1)

    db.write(go_on, cast.owner)
    extent = db.read(measure_operations, cast.owner, [operation_id])[operation_id]
    assert (extent.entries, extent.action, extent.changed) == (6, None, ())


def test_what_came_in_a_file_is_measured_anew(db: Database, cast: Cast) -> None:
    operation_id = write_many(db, cast.owner, 3)
    before = db.read(measure_operations, cast.owner, [operation_id])

    def lie(tx: Transaction) -> None:
        tx.run(
            """
            UPDATE operations
               SET entries = 900, first_seq = 1, last_seq = 2, action = 'lead.moved'
             WHERE workspace_id = :workspace_id
            """
        )

    db.write(lie, cast.owner)
    assert db.read(measure_operations, cast.owner, [operation_id]) != before
    db.write(measure_anew, cast.owner)
    assert db.read(measure_operations, cast.owner, [operation_id]) == before


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (ActivityFilter(), "activities_chain"),
        (ActivityFilter(subject="client"), "activities_kind"),
        (ActivityFilter(actor_id=1), "activities_actor"),
        (ActivityFilter(since="2026"), "activities_time"),
    ],
)
def test_lines_are_read_by_an_index_in_order(
    db: Database, cast: Cast, wanted: ActivityFilter, index: str, common_filters: None
) -> None:
    shape = ACTIVITIES.sorts[order_of(wanted).key].shape
    place = encode_cursor([7 if kind is int else "2026" for kind in shape])
    for cursor, who in product((None, place), (cast.owner, cast.colleague)):
        plan = db.read(plans_of, who, list_lines, wanted, limit=3, cursor=cursor)[-1]
        assert walks_along(plan, "a", index), plan
