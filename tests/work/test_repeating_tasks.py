"""A repeating task is due again by the clock on the wall, and goes on but once."""

import pytest

from crm.accounts.disabling import disable
from crm.activity.timeline import ActivityFilter, list_activities
from crm.appliance.undo import undo_activity
from crm.db.database import Database
from crm.errors import Invalid, NotFound
from crm.work.repeats import Repeat, next_due
from crm.work.task_lists import TaskFilter, list_tasks
from crm.work.tasks import get_task
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import Stages, add_lead
from tests.support.tasks import change, still_open, task


@pytest.mark.parametrize(
    ("repeat", "first_due_and_now", "timezone", "expected"),
    [
        ("daily", "11-21T08:00 11-21T08:00 11-21T09:00", "UTC", "2026-11-22T08:00"),
        ("daily", "11-01T08:00 11-01T08:00 11-21T09:00", "UTC", "2026-11-22T08:00"),
        ("daily", "11-01T08:00 11-01T08:00 11-21T07:00", "UTC", "2026-11-21T08:00"),
        ("daily", "11-21T08:00 11-25T08:00 11-21T09:00", "UTC", "2026-11-26T08:00"),
        ("weekdays", "11-20T08:00 11-20T08:00 11-20T09:00", "UTC", "2026-11-23T08:00"),
        ("weekly", "01-02T08:00 01-02T08:00 12-31T09:00", "UTC", "2027-01-01T08:00"),
        ("monthly", "01-31T08:00 01-31T08:00 01-31T09:00", "UTC", "2026-02-28T08:00"),
        ("monthly", "01-31T08:00 02-28T08:00 02-28T09:00", "UTC", "2026-03-31T08:00"),
        ("yearly", "03-01T08:00 03-01T08:00 03-02T09:00", "UTC", "2027-03-01T08:00"),
        # Nine in the morning stays nine in the morning when the clocks change.
        ("daily", "03-28T08:00 03-28T08:00 03-28T09:00", "Europe/Berlin", "2026-03-29T07:00"),
        ("weekly", "10-21T07:00 10-21T07:00 10-21T09:00", "Europe/Berlin", "2026-10-28T08:00"),
    ],
)
def test_a_repeating_task_is_due_again_by_the_clock_on_the_wall(
    repeat: Repeat, first_due_and_now: str, timezone: str, expected: str
) -> None:
    first, due, now = (f"2026-{moment}Z" for moment in first_due_and_now.split())
    assert next_due(repeat, first, due, now, timezone) == f"{expected}:00.000Z"


def test_the_29th_of_february_comes_back_in_leap_years() -> None:
    first, zone = "2024-02-29T08:00Z", "UTC"
    assert next_due("yearly", first, first, "2024-03-01T09:00Z", zone) == "2025-02-28T08:00:00.000Z"
    assert next_due("yearly", first, first, "2027-12-01T09:00Z", zone) == "2028-02-29T08:00:00.000Z"


def test_a_repeating_task_that_is_done_leaves_the_next_one(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    lead = add_lead(db, cast.owner)
    made = task(
        db,
        cast.owner,
        due_at="2026-11-21T09:00:00Z",
        repeat="weekly",
        subject="lead",
        subject_id=lead.id,
    )
    change(db, cast.owner, made.id, done=True)
    open_ones = db.read(list_tasks, cast.owner, TaskFilter(done=False), limit=5).rows
    assert [each.due_at for each in open_ones] == ["2026-11-28T09:00:00.000Z"]
    assert (open_ones[0].subject_id, open_ones[0].repeat) == (lead.id, "weekly")
    with pytest.raises(Invalid):
        task(db, cast.owner, repeat="weekly")
    with pytest.raises(Invalid):
        change(db, cast.owner, open_ones[0].id, due_at=None)


def test_a_repeating_task_that_is_reopened_and_done_again_goes_on_but_once(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    first = task(db, cast.owner, due_at="2026-12-01T09:00:00Z", repeat="daily")
    for done in (True, False, True):
        change(db, cast.owner, first.id, done=done)
    (following,) = db.read(list_tasks, cast.owner, TaskFilter(done=False), limit=25).rows
    assert following.due_at == "2026-12-02T09:00:00.000Z"
    change(db, cast.owner, following.id, done=True)
    (last,) = db.read(list_tasks, cast.owner, TaskFilter(done=False), limit=25).rows
    assert last.due_at == "2026-12-03T09:00:00.000Z"


@pytest.mark.parametrize("way", ["by hand", "in the ledger"])
def test_reopening_a_repeating_task_takes_the_next_one_back(
    db: Database, cast: Cast, stages: Stages, way: str
) -> None:
    first = task(db, cast.owner, due_at="2026-12-01T09:00:00Z", repeat="weekly")
    change(db, cast.owner, first.id, done=True)
    (following,) = still_open(db, cast.owner)
    if way == "by hand":
        change(db, cast.owner, first.id, done=False)
    else:
        done = db.read(list_activities, cast.owner, ActivityFilter(action="task.done"), limit=1).rows[0]
        db.write(undo_activity, cast.owner, done.id)
    assert [each.id for each in still_open(db, cast.owner)] == [first.id]
    with pytest.raises(NotFound):
        db.read(get_task, cast.owner, following.id)


def test_a_next_task_that_somebody_changed_stays_when_the_one_before_is_reopened(
    db: Database, cast: Cast, stages: Stages
) -> None:
    first = task(db, cast.owner, due_at="2026-12-01T09:00:00Z", repeat="weekly")
    change(db, cast.owner, first.id, done=True)
    (following,) = still_open(db, cast.owner)
    change(db, cast.colleague, following.id, details="with care")
    change(db, cast.owner, first.id, done=False)
    assert {each.id for each in still_open(db, cast.owner)} == {first.id, following.id}


def test_the_repeating_task_of_somebody_deactivated_goes_to_who_did_it(
    db: Database, cast: Cast, stages: Stages
) -> None:
    first = task(
        db, cast.owner, due_at="2026-12-01T09:00:00Z", repeat="weekly", assignee_id=cast.colleague.user_id
    )
    db.write(disable, cast.owner, cast.colleague.user_id or 0)
    change(db, cast.owner, first.id, done=True)
    (following,) = still_open(db, cast.owner)
    assert following.assignee_id == cast.owner.user_id
