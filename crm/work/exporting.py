"""All notes and calls, and all tasks, of a workspace, as they are read for a file."""

from collections.abc import Mapping
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from crm import clock
from crm.accounts.zones import zone_of
from crm.db.keyset import Page, decode_cursor, page_of
from crm.db.list_parts import Sort
from crm.db.listing import Count
from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence
from crm.fields import MAX_ID
from crm.records.conditions.grammar import FilterText
from crm.records.seen import only_seen
from crm.records.subjects import Subject, known_subject
from crm.work.notes import NOTES, Note
from crm.work.task_lists import TaskFilter, count_tasks, list_tasks
from crm.work.tasks import Task

NOTE_SORTS: Mapping[str, Sort] = {"created_at": Sort(("n.id",), (int,), moment="n.created_at")}
TASK_SORTS: Mapping[str, Sort] = {"due": Sort(("t.id",), (int,))}


class NoteFilter(BaseModel):
    """Those of one record, or all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: Subject | None = Field(default=None, description="client or lead")
    subject_id: int | None = Field(default=None, ge=1, le=MAX_ID)


class TaskListFilter(BaseModel):
    """`assignee_id=0` selects unassigned tasks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: Subject | None = Field(default=None, description="client or lead")
    subject_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    assignee_id: int | None = Field(default=None, ge=0, le=MAX_ID)
    done: bool | None = None
    due_from: AwareDatetime | None = None
    due_until: AwareDatetime | None = None
    undated: bool | None = Field(default=None, description="True asks for tasks without a day")
    filter: FilterText | None = None


def list_all_notes(
    tx: Transaction, wanted: NoteFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[Note]:
    """Newest first. Raises Invalid naming `sort`, `subject` or `cursor`."""
    _only(sort, "-created_at")
    condition, params = _of_record(tx, wanted)
    rows = tx.all(
        f"""
        {NOTES}
           {condition}
           AND n.deleted_at IS NULL
           {only_seen(tx, "note", "n")}
           AND n.id < :before
         ORDER BY n.id DESC
         LIMIT :limit
        """,
        before=decode_cursor(cursor, (int,))[0] if cursor else 2**63 - 1,
        limit=limit + 1,
        **params,
    )
    page = page_of(rows, limit, lambda row: (row["id"],))
    return Page([Note(**row) for row in page.rows], page.next)


def count_all_notes(tx: Transaction, wanted: NoteFilter, *, limit: int | None = None) -> Count:  # noqa: ARG001
    condition, params = _of_record(tx, wanted)
    total = tx.value(
        f"""
        SELECT count(*)
          FROM notes n
         WHERE n.workspace_id = :workspace_id
           {condition}
           AND n.deleted_at IS NULL
           {only_seen(tx, "note", "n")}
        """,
        **params,
    )
    return Count(int(total), exact=True)


def _of_record(tx: Transaction, wanted: NoteFilter) -> tuple[str, dict[str, Any]]:
    if wanted.subject is None and wanted.subject_id is None:
        return "", {}
    if wanted.subject is None:
        raise Invalid.field("subject", "is required")
    known_subject(tx, "notes", wanted.subject)
    if wanted.subject_id is None:
        return "AND n.subject = :subject", {"subject": wanted.subject}
    both = "AND n.subject = :subject AND n.subject_id = :subject_id"
    return both, {"subject": wanted.subject, "subject_id": wanted.subject_id}


def list_wanted_tasks(
    tx: Transaction, wanted: TaskListFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[Task]:
    """The first due first."""
    _only(sort, "due")
    return list_tasks(tx, _filter_of(tx, wanted), limit=limit, cursor=cursor)


def count_wanted_tasks(tx: Transaction, wanted: TaskListFilter, *, limit: int | None = None) -> Count:  # noqa: ARG001
    known_subject(tx, "tasks", wanted.subject)
    return Count(count_tasks(tx, _filter_of(tx, wanted)), exact=True)


def _filter_of(tx: Transaction, wanted: TaskListFilter) -> TaskFilter:
    given = wanted.model_dump(exclude={"due_from", "due_until"})
    return TaskFilter(
        **given,
        due_from=clock.as_text(wanted.due_from) if wanted.due_from else None,
        due_until=clock.as_text(wanted.due_until) if wanted.due_until else None,
        timezone=zone_of(tx, tx.actor.user_id),
    )


def _only(sort: str | None, known: str) -> None:
    if sort not in (None, known):
        raise Invalid.field("sort", Sentence("must be {allowed}", allowed=known))
