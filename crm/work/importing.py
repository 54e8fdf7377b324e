"""Notes, calls and tasks from a file: what a row of them may say, and how it is entered."""

from pydantic import Field

from crm import clock
from crm.accounts.owners import check_owner
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import Id, parse_fields
from crm.records.importing import Importing
from crm.time_fields import Moment
from crm.work.note_fields import NoteFields
from crm.work.notes import Note, add_note
from crm.work.task_fields import TaskFields
from crm.work.tasks import Task, insert_task, new_task_values


class NoteRow(NoteFields):
    """A note or call, perhaps of another author."""

    author_id: Id | None = Field(default=None, description="Left out, whoever imports it")


class TaskRow(TaskFields):
    """A task, perhaps one that is done."""

    done_at: Moment | None = None


def import_note(tx: Transaction, row: NoteRow) -> Note:
    """Raises Invalid."""
    given = row.model_dump(exclude={"author_id"})
    if row.author_id is not None:
        _check_author(tx, row.author_id)
    return add_note(tx, parse_fields(NoteFields, given), author_id=row.author_id)


def import_task(tx: Transaction, row: TaskRow) -> Task:
    """No other one follows a task that is done. Raises Invalid."""
    fields = parse_fields(TaskFields, row.model_dump(exclude={"done_at"}))
    done_at = None if row.done_at is None else clock.as_text(row.done_at)
    return insert_task(tx, {**new_task_values(tx, fields), "done_at": done_at})


def _check_author(tx: Transaction, author_id: int) -> None:
    try:
        check_owner(tx, author_id)
    except Invalid as error:
        raise error.renamed({"owner_id": "author_id"}) from None


IMPORTED_NOTES = Importing(
    fields=NoteRow,
    create=import_note,
    needed="text",
    rest="text",
    alike=("text", "happened_at"),
    headers={
        "text": ("note", "notes", "note body", "body", "content", "comment", "description", "inhalt"),
        "kind": ("note type", "type", "activity type", "typ"),
        "happened_at": ("date", "activity date", "timestamp", "datum", "when", "created", "create date"),
        "minutes": ("duration", "dauer"),
        "author_id": ("author", "owner", "created by", "assigned to", "verfasser"),
    },
    words={"incoming": "in", "inbound": "in", "outgoing": "out", "outbound": "out", "phone call": "call"},
    examples={
        "subject_email": "ada@example.com",
        "subject_name": "Ada Lovelace",
        "text": "Wants an offer with delivery",
        "kind": "note or call",
        "happened_at": "2027-03-31 14:30",
        "direction": "of a call: in or out",
        "minutes": "15",
        "author_id": "e-mail or name of a user",
    },
)
IMPORTED_TASKS = Importing(
    fields=TaskRow,
    create=import_task,
    needed="title",
    rest="details",
    alike=("title", "due_at"),
    headers={
        "title": ("task", "task name", "subject", "name", "to do", "todo", "aufgabe", "betreff", "titel"),
        "details": ("description", "task notes", "notes", "body", "comment", "beschreibung"),
        "due_at": ("due", "due date", "deadline", "date", "reminder", "fällig", "fällig am", "datum"),
        "repeat": ("repeats", "recurrence"),
        "assignee_id": ("assignee", "assigned to", "owner", "task owner", "zugewiesen an", "verantwortlich"),
        "done_at": ("done", "done on", "completed", "completed on", "completion date", "erledigt am"),
    },
    examples={
        "title": "Call about the offer",
        "due_at": "2027-03-31 14:30",
        "details": "Ask for the delivery date",
        "repeat": "daily, weekly, monthly or yearly",
        "assignee_id": "e-mail or name of a user",
        "subject_email": "ada@example.com",
        "subject_name": "Ada Lovelace",
        "done_at": "",
    },
)
