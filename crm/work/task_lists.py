"""Lists of tasks in order of their due dates."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from crm import clock
from crm.accounts.conditions import with_conditions
from crm.db.bounds import bound_parts
from crm.db.keyset import Page, PageStart, read_page
from crm.db.list_parts import Condition, Listed, ListRow, Looked, Order, Part, Sort
from crm.db.list_plan import count_fitting, read_rows
from crm.db.transaction import Transaction
from crm.db.values import Params
from crm.records.seen import seen_parts
from crm.records.subjects import known_subject, require_subject
from crm.work.tasks import Task, task_columns

NEVER = "9999-12-31T00:00:00.000Z"
DUE = f"COALESCE(t.due_at, '{NEVER}')"
NOBODY = 0
DAYS_APART = timedelta(days=3)
"""A task of a day has the last minute of it, in some zone, as its time."""
WITHIN_REACH = ("0001-01-05", "9999-12-28")


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """`assignee_id` 0 asks for tasks without an assignee. Due times are from inclusive to exclusive.

    A task of a day is due before a moment when its day is over in `timezone`. `undated` asks for those
    without one, `deleted` for those in the trash. `filter` holds conditions in groups.
    """

    subject: str | None = None
    subject_id: int | None = None
    assignee_id: int | None = None
    done: bool | None = None
    due_from: str | None = None
    due_until: str | None = None
    undated: bool | None = None
    timezone: str = "UTC"
    deleted: bool = False
    filter: str | None = None


IN_ORDER = Order("due", descending=False)
LAST_DELETED = Order("deleted_at", descending=True)
TASKS = Listed(
    table="tasks",
    alias="t",
    shown="t.id",
    erasable=True,
    sorts={
        "due": Sort((DUE, "t.id"), (str, int)),
        "deleted_at": Sort(("t.deleted_at", "t.id"), (str, int), of_trash=True),
    },
    paired=frozenset({(name, "due") for name in ("record", "subject", "assignee", "own", "done")}),
)
OWN = len(fields(Task))


def list_tasks(tx: Transaction, wanted: TaskFilter, *, limit: int, cursor: str | None = None) -> Page[Task]:
    """The first due first, those without a time last; in the trash the last deleted first.

    Raises Invalid naming `cursor` or `subject`.
    """
    known_subject(tx, "tasks", wanted.subject)
    listed, parts = replace(TASKS, shown=task_columns(tx)), _parts(tx, wanted)
    order = LAST_DELETED if wanted.deleted else IN_ORDER

    def fetch(place: PageStart) -> Looked[ListRow]:
        if parts is None:
            return Looked([])
        way = order.turned(place.back)
        return read_rows(tx, listed, parts, way, after=place.keys, deleted=wanted.deleted, limit=limit + 1)

    page = read_page(fetch, cursor, TASKS.sorts[order.key].shape, limit, lambda row: row[OWN:])
    return Page([Task(*row[:OWN]) for row in page.rows], page.next)


def open_tasks(tx: Transaction, subject: str, subject_id: int, *, limit: int) -> list[Task]:
    """The tasks of a record. Raises NotFound if it never existed."""
    require_subject(tx, "tasks", subject, subject_id)
    return list_tasks(tx, TaskFilter(subject=subject, subject_id=subject_id, done=False), limit=limit).rows


def count_tasks(tx: Transaction, wanted: TaskFilter) -> int:
    parts = _parts(tx, wanted)
    return 0 if parts is None else count_fitting(tx, TASKS, parts, limit=None)[0]


def _parts(tx: Transaction, wanted: TaskFilter) -> list[Part] | None:
    """The filters that are set, the most selective first; None when one cannot match anything."""
    parts = [
        *_of_record(wanted.subject, wanted.subject_id),
        *_of_person(wanted.assignee_id, wanted.done),
        *_due(wanted),
        *seen_parts(tx, "task", "t"),
    ]
    return with_conditions(tx, "task", "t", wanted.filter, parts)


def _of_record(subject: str | None, subject_id: int | None) -> Sequence[Part]:
    if subject is None and subject_id is None:
        return []
    if subject is None:
        return [Condition("t.subject_id = :subject_id", {"subject_id": subject_id}, drives=False)]
    kind: Params = {"subject": subject}
    if subject_id is None:
        return [Condition("t.subject = :subject", kind, column="t.subject", name="subject", by_id=False)]
    one = "t.subject = :subject AND t.subject_id = :subject_id"
    params: Params = {**kind, "subject_id": subject_id}
    return [Condition(one, params, column="t.subject", name="record", by_id=False)]


def _of_person(assignee_id: int | None, done: bool | None) -> Sequence[Part]:
    """Open tasks of one assignee have an index of their own."""
    state = None if done is None else f"t.done_at IS {'NOT NULL' if done else 'NULL'}"
    parts = [] if state is None else [Condition(state, column="t.done_at", name="done", by_id=False)]
    if assignee_id is None:
        return parts
    params: Params = {} if assignee_id == NOBODY else {"assignee_id": assignee_id}
    whose = f"t.assignee_id {'= :assignee_id' if params else 'IS NULL'}"
    if done is False:
        return [Condition(f"{whose} AND {state}", params, column="t.assignee_id", name="own", by_id=False)]
    return [Condition(whose, params, column="t.assignee_id", name="assignee", by_id=False), *parts]


def _due(wanted: TaskFilter) -> Sequence[Part]:
    """Its time narrows what is looked at, with days to spare; then each is asked for its day, if any."""
    low = wanted.due_from and _beside(wanted.due_from, -DAYS_APART)
    high = wanted.due_until and _beside(wanted.due_until, DAYS_APART)
    parts: list[Part] = []
    if wanted.undated is not None:
        parts.append(Condition(f"t.due_at IS {'NULL' if wanted.undated else 'NOT NULL'}", drives=False))
        low, high = (NEVER, high) if wanted.undated else (low, min(high or NEVER, NEVER))
    for name, bound, sign in (("from", wanted.due_from, ">="), ("until", wanted.due_until, "<")):
        if bound is not None:
            exact = f"(t.due_day IS NULL AND t.due_at {sign} :wanted_{name} OR t.due_day {sign} :{name}_day)"
            params: Params = {f"wanted_{name}": bound, f"{name}_day": _day_of(bound, wanted.timezone)}
            parts.append(Condition(exact, params, drives=False))
    return [*bound_parts(DUE, "due", low, high), *parts]


def _beside(moment: str, apart: timedelta) -> str:
    """At the ends of the calendar there is nothing to spare."""
    first, last = WITHIN_REACH
    return clock.as_text(clock.from_text(moment) + apart) if first <= moment <= last else moment


def _day_of(moment: str, timezone: str) -> str:
    return clock.from_text(moment).astimezone(ZoneInfo(timezone)).date().isoformat()
