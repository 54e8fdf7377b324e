import pytest

from crm.db.database import Database
from crm.db.keyset import encode_cursor
from crm.db.transaction import Transaction
from crm.errors import Invalid, NotFound, Stale
from crm.leads.lead import get_lead
from crm.leads.listing import list_stale_leads
from crm.work.my_day import show_my_day
from crm.work.task_lists import TaskFilter, list_tasks
from crm.work.tasks import delete_task, get_task, restore_task
from tests.leads.test_leads import ledger_of
from tests.support.cast import Cast
from tests.support.explaining import plans_of, walks_along
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import Stages, add_lead
from tests.support.tasks import change, task, titles


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


@pytest.mark.sqlite("the plan is its own")
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
