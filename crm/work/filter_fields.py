"""What lists of tasks can be filtered by in `?filter=`."""

from typing import get_args

from crm.db.transaction import Transaction
from crm.records.conditions.fields import FilterField, FilterFields
from crm.records.kinds import kinds_of
from crm.work.repeats import Repeat

NEVER = "9999-12-31T00:00:00.000Z"


def task_filter_fields(tx: Transaction) -> FilterFields:
    bearers = tuple(kinds_of(tx).with_part("tasks"))
    return FIELDS | {"subject": FilterField(type="choice", column="t.subject", values=bearers)}


FIELDS: dict[str, FilterField] = {
    "title": FilterField(type="text", column="t.title", optional=False),
    "details": FilterField(type="text", column="t.details"),
    "due": FilterField(
        type="moment", column="t.due_at", day_column="t.due_day", around=f"COALESCE(t.due_at, '{NEVER}')"
    ),
    "done_at": FilterField(type="moment", column="t.done_at"),
    "assignee_id": FilterField(type="record", column="t.assignee_id", of="user"),
    "subject": FilterField(type="choice", column="t.subject"),
    "subject_id": FilterField(type="record", column="t.subject_id"),
    "repeat": FilterField(type="choice", column="t.repeat", values=get_args(Repeat)),
    "created_at": FilterField(type="moment", column="t.created_at", optional=False),
    "last_activity": FilterField(type="moment", column="t.updated_at", optional=False, last=True),
}
