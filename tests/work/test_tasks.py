from typing import Any

import pytest

from crm.accounts.disabling import disable
from crm.activity.timeline import ActivityFilter, list_activities
from crm.appliance.undo import undo_activity
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.keyset import encode_cursor
from crm.db.transaction import Transaction
from crm.errors import Invalid, NotFound, Stale
from crm.fields import parse_fields
from crm.leads.lead import get_lead
from crm.leads.listing import list_stale_leads
from crm.work.my_day import show_my_day
from crm.work.repeats import Repeat, next_due
from crm.work.task_fields import TaskChanges, TaskFields
from crm.work.task_lists import TaskFilter, list_tasks
from crm.work.tasks import Task, change_task, create_task, delete_task, get_task, restore_task
from tests.leads.test_leads import ledger_of
from tests.support.cast import Cast
from tests.support.explaining import plans_of, walks_along
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import Stages, add_lead


def task(db: Database, who: Actor, **given: object) -> Task:
    return db.write(create_task, who, parse_fields(TaskFields, {"title": "call back", **given}))


def change(db: Database, who: Actor, task_id: int, **given: Any) -> Task:
    return db.write(change_task, who, task_id, parse_fields(TaskChanges, given))


def titles(db: Database, who: Actor, limit: int = 25, **wanted: Any) -> list[str]:
    return [each.title for each in db.read(list_tasks, who, TaskFilter(**wanted), limit=limit).rows]


def test_a_task_is_its_creator_s_unless_given_to_another(db: Database, cast: Cast, stages: Stages) -> None:
    assert task(db, cast.owner).assignee_name == "Owner"
    assert task(db, cast.owner, assignee_id=cast.colleague.user_id).assignee_name == "Colleague"
    with pytest.raises(Invalid) as refusal:
        task(db, cast.owner, assignee_id=cast.outsider.user_id)
    assert refusal.value.problems[0].field == "assignee_id"


def test_a_task_stands_on_the_timeline_of_its_subject(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner)
    made = task(db, cast.owner, subject="lead", subject_id=lead.id, due_at="2026-12-01T10:00:00+01:00")
    assert (made.subject_name, made.due_at) == ("ремонт офиса", "2026-12-01T09:00:00.000Z")
    change(db, cast.owner, made.id, done=True)
    actions = [entry["action"] for entry in ledger_of(db, cast.owner, "lead", lead.id)]
    assert actions == ["task.done", "task.created", "lead.created"]
    with pytest.raises(Invalid):
        task(db, cast.outsider, subject="lead", subject_id=lead.id)
    with pytest.raises(Invalid):
        task(db, cast.owner, subject="lead")


def test_a_task_is_done_reopened_deleted_and_taken_back(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    made = task(db, cast.owner)
    now = frozen_clock.advance(hours=1)
    done = change(db, cast.colleague, made.id, done=True)
    assert (done.done_at, done.done_by, done.version) == (now, cast.colleague.user_id, 2)
    assert change(db, cast.owner, made.id, done=True) == done
    again = change(db, cast.owner, made.id, done=False)
    assert (again.done_at, again.done_by) == (None, None)
    with pytest.raises(Stale):
        db.write(delete_task, cast.owner, made.id, expected_version=1)
    db.write(delete_task, cast.owner, made.id)
    with pytest.raises(NotFound):
        db.read(get_task, cast.owner, made.id)
    db.write(restore_task, cast.owner, made.id)
    actions = [entry["action"] for entry in ledger_of(db, cast.owner, "task", made.id)]
    assert actions == ["task.restored", "task.deleted", "task.reopened", "task.done", "task.created"]


def test_another_workspace_s_task_is_not_there(db: Database, cast: Cast, stages: Stages) -> None:
    made = task(db, cast.owner)
    with pytest.raises(NotFound):
        change(db, cast.outsider, made.id, done=True)
    assert titles(db, cast.outsider) == []


def test_tasks_come_in_the_order_in_which_they_are_due(db: Database, cast: Cast, stages: Stages) -> None:
    for day, title in ((3, "third"), (1, "first"), (2, "second"), (1, "also first")):
        task(db, cast.owner, title=title, due_at=f"2026-12-0{day}T09:00:00Z")
    task(db, cast.owner, title="some day")
    order = ["first", "also first", "second", "third", "some day"]
    assert titles(db, cast.owner) == order
    seen: list[str] = []
    cursor = None
    for _ in range(10):
        page = db.read(list_tasks, cast.owner, TaskFilter(), limit=2, cursor=cursor)
        seen += [each.title for each in page.rows]
        cursor = page.next
        if cursor is None:
            break
    assert seen == order


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


def test_my_day_knows_what_is_due_where_i_am(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    """It is 07:39 in UTC, and 23:39 of the day before in Los Angeles."""
    lead = add_lead(db, cast.owner, owner_id=cast.owner.user_id)
    task(db, cast.owner, title="missed", due_at="2026-11-21T07:00:00Z")
    task(db, cast.owner, title="soon", due_at="2026-11-21T07:45:00Z")
    task(db, cast.owner, title="this evening", due_at="2026-11-21T20:00:00Z")
    task(db, cast.colleague, title="theirs", due_at="2026-11-21T07:00:00Z")
    task(db, cast.outsider, title="foreign", due_at="2026-11-21T07:00:00Z")

    def day(timezone: str) -> tuple[list[str], list[str], list[str]]:
        mine = db.read(show_my_day, cast.owner, timezone, list_stale_leads)
        assert (mine.overdue_count, mine.today_count) == (len(mine.overdue), len(mine.today))
        return (
            [each.title for each in mine.overdue],
            [each.title for each in mine.today],
            [each.title for each in mine.later],
        )

    assert day("UTC") == (["missed"], ["soon", "this evening"], [])
    assert day("America/Los_Angeles") == (["missed"], ["soon"], ["this evening"])
    frozen_clock.advance(days=9)
    assert [each.id for each in db.read(show_my_day, cast.owner, "UTC", list_stale_leads).stale] == [lead.id]
    assert db.read(show_my_day, cast.owner, "UTC", list_stale_leads).changed == []
    assert db.read(get_lead, cast.owner, lead.id).stale


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (TaskFilter(), "tasks_due"),
        (TaskFilter(done=True), "tasks_done"),
        (TaskFilter(done=False), "tasks_to_do"),
        (TaskFilter(due_from="2026-12-01T00:00:00.000Z"), "tasks_due"),
        (TaskFilter(undated=True), "tasks_due"),
        (TaskFilter(assignee_id=0), "tasks_of_assignee"),
        (TaskFilter(assignee_id=1, done=False), "tasks_open"),
        (TaskFilter(subject="lead"), "tasks_of_kind"),
        (TaskFilter(subject="lead", subject_id=1, done=False), "tasks_subject"),
    ],
)
def test_a_list_of_tasks_is_read_along_an_index_in_its_order(
    db: Database, cast: Cast, wanted: TaskFilter, index: str, common_filters: None
) -> None:
    for cursor in (None, encode_cursor(["2026", 1])):
        plan = db.read(plans_of, cast.owner, list_tasks, wanted, limit=25, cursor=cursor)[-1]
        assert walks_along(plan, "t", index), plan


def test_a_day_is_read_along_its_index(db: Database, cast: Cast, stages: Stages) -> None:
    def explain(tx: Transaction) -> str:
        sql = """
            EXPLAIN QUERY PLAN
            SELECT count(*)
              FROM tasks t
             WHERE t.workspace_id = :workspace_id
               AND t.deleted_at IS NULL
               AND t.assignee_id = :assignee_id
               AND t.due_at < :due_until
               AND t.done_at IS NULL
        """
        return str(tx.all(sql, assignee_id=1, due_until=""))

    assert "tasks_open" in db.read(explain, cast.owner)


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


def still_open(db: Database, who: Actor) -> list[Task]:
    return db.read(list_tasks, who, TaskFilter(done=False), limit=25).rows


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
