"""Lists of tasks in order of their due dates."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from crm import clock
from crm.db.keyset import Page, decode_cursor, page_of
from crm.db.list_parts import Plan
from crm.db.transaction import Row, Transaction
from crm.records.seen import only_seen
from crm.records.subjects import known_subject, require_subject
from crm.work.tasks import Task, task_columns

NEVER = "9999-12-31T00:00:00.000Z"
DUE = f"COALESCE(t.due_at, '{NEVER}')"


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """`assignee_id` 0 asks for tasks of nobody. The due times are bounds: from inclusive, until exclusive.

    A task of a day is due before a moment when its day is over in `timezone`. `undated` asks for those
    without one.
    """

    subject: str | None = None
    subject_id: int | None = None
    assignee_id: int | None = None
    done: bool | None = None
    due_from: str | None = None
    due_until: str | None = None
    undated: bool | None = None
    timezone: str = "UTC"


CONDITIONS = {
    "subject": "t.subject = :subject",
    "subject_id": "t.subject_id = :subject_id",
    "assignee_id": "COALESCE(t.assignee_id, 0) = :assignee_id",
    "due_from": "(t.due_day IS NULL AND t.due_at >= :due_from OR t.due_day >= :due_from_day)",
    "due_until": "(t.due_day IS NULL AND t.due_at < :due_until OR t.due_day < :due_until_day)",
}
OF_ONE = "t.assignee_id = :assignee_id"


def list_tasks(tx: Transaction, wanted: TaskFilter, *, limit: int, cursor: str | None = None) -> Page[Task]:
    """The first due first, those without a time last. Raises Invalid naming `cursor` or `subject`."""
    known_subject(tx, "tasks", wanted.subject)
    after_due, after_id = decode_cursor(cursor, (str, int)) if cursor else ("", 0)
    plan = plan_tasks(tx, wanted)
    rows = tx.all(plan.sql, after_due=after_due, after_id=after_id, limit=limit + 1, **plan.params)
    page = page_of(rows, limit, lambda row: (row["due"], row["id"]))
    return Page([_task(row) for row in page.rows], page.next)


def plan_tasks(tx: Transaction, wanted: TaskFilter) -> Plan:
    """The statement of a page, which takes `after_due`, `after_id` and `limit` beside its parameters.

    The few of a record, and what one person has to do, are found first and then sorted: the plus tells so.
    """
    where, params = _conditions(tx, wanted)
    few = wanted.subject_id is not None or (wanted.assignee_id and wanted.done is False)
    due = f"+{DUE}" if few else DUE
    sql = f"""
        SELECT {task_columns(tx)}, {DUE} AS due
          FROM tasks t
         WHERE {where}
           AND ({due}, t.id) > (:after_due, :after_id)
         ORDER BY {due}, t.id
         LIMIT :limit
        """
    return Plan(sql, params)


def open_tasks(tx: Transaction, subject: str, subject_id: int, *, limit: int) -> list[Task]:
    """The tasks of a record. Raises NotFound if it never existed."""
    require_subject(tx, "tasks", subject, subject_id)
    return list_tasks(tx, TaskFilter(subject=subject, subject_id=subject_id, done=False), limit=limit).rows


def count_tasks(tx: Transaction, wanted: TaskFilter) -> int:
    where, params = _conditions(tx, wanted)
    return int(tx.value(f"SELECT count(*) FROM tasks t WHERE {where}", **params))


def _conditions(tx: Transaction, wanted: TaskFilter) -> tuple[str, dict[str, Any]]:
    given = {name: getattr(wanted, name) for name in CONDITIONS if getattr(wanted, name) is not None}
    clauses = ["t.workspace_id = :workspace_id", "t.deleted_at IS NULL"]
    for bound in ("due_from", "due_until"):
        if bound in given:
            given[f"{bound}_day"] = _day_of(given[bound], wanted.timezone)
    clauses += [
        OF_ONE if name == "assignee_id" and given[name] else CONDITIONS[name]
        for name in CONDITIONS
        if name in given
    ]
    if wanted.undated is not None:
        clauses.append("t.due_at IS NULL" if wanted.undated else "t.due_at IS NOT NULL")
    if wanted.done is not None:
        clauses.append("t.done_at IS NOT NULL" if wanted.done else "t.done_at IS NULL")
    return f"{' AND '.join(clauses)} {only_seen(tx, 'task', 't')}", given


def _day_of(moment: str, timezone: str) -> str:
    return clock.from_text(moment).astimezone(ZoneInfo(timezone)).date().isoformat()


def _task(row: Row) -> Task:
    return Task(**{name: value for name, value in row.items() if name != "due"})
