"""What may stand in the rows of notes, calls and tasks, however they came here."""

from crm.fields import Name
from crm.row_rules import RowRules, columns, day, fits, ids, moments
from crm.work.note_fields import Minutes, NoteText
from crm.work.subjects import Subject
from crm.work.task_fields import TaskDetails

ROWS = {
    "notes": RowRules(
        columns(
            subject=fits(Subject),
            **ids("subject_id", "author_id"),
            text=fits(NoteText),
            minutes=fits(Minutes),
            **moments("happened_at"),
        )
    ),
    "tasks": RowRules(
        columns(
            subject=fits(Subject),
            **ids("subject_id", "assignee_id", "done_by"),
            title=fits(Name),
            details=fits(TaskDetails),
            due_day=day,
            first_due_day=day,
            **moments("due_at", "first_due_at", "done_at"),
        )
    ),
}
