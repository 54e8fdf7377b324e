"""Tasks: title, assignee and due date, on a client, a lead or nothing."""

from dataclasses import dataclass
from typing import Any

from crm.accounts.owners import check_owner
from crm.activity import activity
from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence
from crm.records.seen import only_seen
from crm.records.skeleton import Skeleton, facts_of, given_facts, in_trash, live, moved_facts, refuse_stale
from crm.records.subjects import check_subject, subject_name, touch_subject
from crm.records.tombstones import bury, unbury
from crm.work.due_days import complete_due
from crm.work.repeats import SERIES, due_again, find_untouched_next, is_deactivated
from crm.work.searching import reindex_task
from crm.work.task_fields import TaskChanges, TaskFields, task_values

TASK_RECORD = Skeleton(
    "task",
    "tasks",
    Sentence("task"),
    facts=("title", "details", "due_at", "due_day", "repeat", "assignee_id", "done_at"),
    known_by="title",
    moved=("first_due_at", "first_due_day", "done_by"),
)


@dataclass(frozen=True)
class Task:
    """`subject` and its id and name are None for a task about nothing in particular.

    `due_day` is set for a task without an hour; `due_at` is then the day's last minute where the assignee is.
    """

    id: int
    title: str
    details: str | None
    due_at: str | None
    due_day: str | None
    repeat: str | None
    first_due_at: str | None
    first_due_day: str | None
    assignee_id: int | None
    assignee_name: str | None
    subject: str | None
    subject_id: int | None
    subject_name: str | None
    done_at: str | None
    done_by: int | None
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None


def task_columns(tx: Transaction) -> str:
    return f"""
       t.id, t.title, t.details, t.due_at, t.due_day, t.repeat, t.first_due_at, t.first_due_day,
       t.assignee_id,
       (SELECT assignee.name FROM users assignee
         WHERE assignee.workspace_id = :workspace_id AND assignee.id = t.assignee_id) AS assignee_name,
       t.subject, t.subject_id, {subject_name(tx, "tasks", "t")} AS subject_name,
       t.done_at, t.done_by, t.version, t.created_at, t.updated_at, t.deleted_at
"""


def find_task(tx: Transaction, task_id: int) -> Task | None:
    """The task, open, done or deleted."""
    row = tx.one(
        f"""
        SELECT {task_columns(tx)}
          FROM tasks t
         WHERE t.workspace_id = :workspace_id
           AND t.id = :task_id
           AND t.erased_at IS NULL
           {only_seen(tx, "task", "t")}
        """,
        task_id=task_id,
    )
    return Task(**row) if row else None


def get_task(tx: Transaction, task_id: int) -> Task:
    """Raises NotFound for one that is deleted."""
    return live(TASK_RECORD, find_task(tx, task_id))


def create_task(tx: Transaction, fields: TaskFields) -> Task:
    """Raises Invalid."""
    return insert_task(tx, new_task_values(tx, fields))


def new_task_values(tx: Transaction, fields: TaskFields) -> dict[str, Any]:
    if (fields.subject is None) != (fields.subject_id is None):
        raise Invalid.field("subject_id", "requires subject")
    if fields.subject is not None and fields.subject_id is not None:
        check_subject(tx, "tasks", fields.subject, fields.subject_id)
    values = task_values(fields)
    values["assignee_id"] = values["assignee_id"] or tx.actor.user_id
    complete_due(tx, values, values["assignee_id"])
    _check(tx, values)
    return {**values, "first_due_at": values["due_at"], "first_due_day": values["due_day"]}


def change_task(
    tx: Transaction, task_id: int, changes: TaskChanges, *, expected_version: int | None = None
) -> Task:
    """Doing a repeating task creates the next one; reopening it removes that again.

    If nothing differs, nothing is written. Raises NotFound, Stale and Invalid.
    """
    old = get_task(tx, task_id)
    refuse_stale(TASK_RECORD, old, expected_version)
    values = _changed_values(tx, old, changes)
    before, after = activity.changes(facts_of(TASK_RECORD, old), values)
    if not after:
        return old
    _check(tx, {**facts_of(TASK_RECORD, old), **after}, assigned="assignee_id" in after)
    _update(tx, old, {**facts_of(TASK_RECORD, old), **after})
    if after.keys() & {"title", "details"}:
        reindex_task(tx, task_id)
    done = after.get("done_at") is not None
    verb = "changed" if "done_at" not in after else "done" if done else "reopened"
    new = get_task(tx, task_id)
    moved = activity.changes(moved_facts(TASK_RECORD, old), moved_facts(TASK_RECORD, new))
    _record(tx, verb, old, before=before | moved[0], after=after | moved[1])
    if done and new.repeat is not None:
        _repeat(tx, new)
    if verb == "reopened":
        _take_back_next(tx, old)
    return new


def delete_task(tx: Transaction, task_id: int, *, expected_version: int | None = None) -> None:
    """Raises NotFound and Stale. It can be restored."""
    task = get_task(tx, task_id)
    refuse_stale(TASK_RECORD, task, expected_version)
    bury(tx, TASK_RECORD, task, subject=_subject_of(task))
    reindex_task(tx, task_id)
    touch_subject(tx, task.subject, task.subject_id)


def restore_task(tx: Transaction, task_id: int) -> Task:
    """Raises NotFound unless it is deleted."""
    task = in_trash(TASK_RECORD, find_task(tx, task_id))
    unbury(tx, TASK_RECORD, task, subject=_subject_of(task))
    reindex_task(tx, task_id)
    touch_subject(tx, task.subject, task.subject_id)
    return get_task(tx, task_id)


def _changed_values(tx: Transaction, old: Task, changes: TaskChanges) -> dict[str, Any]:
    values = task_values(changes)
    done = values.pop("done", None)
    if done is not None and done != (old.done_at is not None):
        values["done_at"] = tx.now if done else None
    complete_due(tx, values, values.get("assignee_id", old.assignee_id), old)
    return values


def _check(tx: Transaction, values: dict[str, Any], *, assigned: bool = True) -> None:
    if values["repeat"] is not None and values["due_at"] is None:
        raise Invalid.field("due_at", "is required for a task that repeats")
    if assigned and values["assignee_id"] is not None:
        try:
            check_owner(tx, values["assignee_id"])
        except Invalid as error:
            raise Invalid.field("assignee_id", error.problems[0].message) from None


def _repeat(tx: Transaction, done: Task) -> None:
    """The same task again, unless the series continues already: a task may be reopened and done again.

    If the assignee was deactivated, it goes to the user who did the task.
    """
    following = {name: getattr(done, name) for name in (*SERIES, "first_due_day", "details")}
    if is_deactivated(tx, done.assignee_id):
        following["assignee_id"] = tx.actor.user_id
    due = due_again(tx, {**following, "due_at": done.due_at, "due_day": done.due_day})
    if due is not None:
        insert_task(tx, {**following, **due})


def _take_back_next(tx: Transaction, reopened: Task) -> None:
    """Remove the task that `_repeat` created, unless somebody has changed it since."""
    if reopened.repeat is None or reopened.done_at is None:
        return
    next_id = find_untouched_next(tx, reopened, reopened.done_at)
    if next_id is not None:
        delete_task(tx, next_id)


def _subject_of(task: Task) -> tuple[str, int]:
    return task.subject or "task", task.subject_id or task.id


def _record(tx: Transaction, verb: str, task: Task, **facts: dict[str, Any]) -> None:
    activity.record(
        tx,
        f"task.{verb}",
        "task",
        task.id,
        before=facts.get("before"),
        after=facts.get("after"),
        subject=_subject_of(task),
    )
    touch_subject(tx, task.subject, task.subject_id)


def insert_task(tx: Transaction, values: dict[str, Any]) -> Task:
    task_id = tx.insert(
        """
        INSERT INTO tasks (workspace_id, subject, subject_id, title, details, due_at, due_day, repeat,
                           first_due_at, first_due_day, assignee_id, done_at, done_by, created_at,
                           updated_at)
        VALUES (:workspace_id, :subject, :subject_id, :title, :details, :due_at, :due_day, :repeat,
                :first_due_at, :first_due_day, :assignee_id, :done_at,
                CASE WHEN CAST(:done_at AS TEXT) IS NOT NULL THEN CAST(:actor_id AS BIGINT) END, :now, :now)
        RETURNING id
        """,
        **{"done_at": None, **values},
    )
    reindex_task(tx, task_id)
    task = get_task(tx, task_id)
    _record(tx, "created", task, after=given_facts(TASK_RECORD, task))
    return task


def _update(tx: Transaction, old: Task, facts: dict[str, Any]) -> None:
    """A new due time restarts the series of a repeating task."""
    same = (facts["due_at"], facts["due_day"]) == (old.due_at, old.due_day)
    tx.run(
        """
        UPDATE tasks
           SET title = :title, details = :details, due_at = :due_at, due_day = :due_day,
               repeat = :repeat, first_due_at = :first_due_at, first_due_day = :first_due_day,
               assignee_id = :assignee_id, done_at = :done_at,
               done_by = CASE WHEN CAST(:done_at AS TEXT) IS NOT NULL
                              THEN COALESCE(done_by, :actor_id) END,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :task_id
        """,
        task_id=old.id,
        first_due_at=old.first_due_at if same else facts["due_at"],
        first_due_day=old.first_due_day if same else facts["due_day"],
        **facts,
    )
