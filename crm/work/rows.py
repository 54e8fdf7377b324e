"""Rules for rows of notes, calls and tasks that come from a file or backup."""

from crm.fields import Name
from crm.row_rules import RowRules, columns, day, fits, ids, matches, moments
from crm.work.note_fields import Minutes, NoteText
from crm.work.task_fields import TaskDetails

KIND_NAME = matches(r"[a-z][a-z_]{0,19}", "the name of a kind of record")

ROWS = {
    "notes": RowRules(
        columns(
            subject=KIND_NAME,
            **ids("subject_id", "author_id"),
            text=fits(NoteText),
            minutes=fits(Minutes),
            **moments("happened_at", "erased_at"),
        )
    ),
    "tasks": RowRules(
        columns(
            subject=KIND_NAME,
            **ids("subject_id", "assignee_id", "done_by"),
            title=fits(Name),
            details=fits(TaskDetails),
            due_day=day,
            first_due_day=day,
            **moments("due_at", "first_due_at", "done_at", "erased_at"),
        )
    ),
}
