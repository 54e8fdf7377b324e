"""The kinds of the work room: notes, calls and tasks."""

from dataclasses import asdict

from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.records.erasing import SQL_PLACEHOLDER, hidden
from crm.records.examples import Examples
from crm.records.kind import (
    Action,
    Changes,
    Export,
    Facts,
    Kind,
    Lookup,
    Pointer,
    Search,
    Trash,
    exported,
    usual_actions,
)
from crm.work.demo import begin_tasks
from crm.work.exporting import (
    NOTE_SORTS,
    TASK_SORTS,
    NoteFilter,
    TaskListFilter,
    count_all_notes,
    count_wanted_tasks,
    list_all_notes,
    list_wanted_tasks,
)
from crm.work.filter_fields import task_filter_fields
from crm.work.importing import IMPORTED_NOTES, IMPORTED_TASKS
from crm.work.note_fields import NoteChanges, NoteFields
from crm.work.notes import NOTE_RECORD, Note, change_note, delete_note, get_note, restore_note
from crm.work.rows import ROWS
from crm.work.searching import NOTES, TASKS, reindex_note, reindex_task
from crm.work.task_fields import TaskChanges, TaskFields
from crm.work.tasks import TASK_RECORD, Task, change_task, delete_task, find_task, get_task, restore_task

ON_A_RECORD = ("subject", "subject_id")
NOTES_ERASED = {
    "notes": hidden(
        text=SQL_PLACEHOLDER,
        blank="direction minutes",
        keeps="subject subject_id kind happened_at author_id",
    )
}


def _note_back(tx: Transaction, note_id: int, earlier: Facts) -> object:
    return change_note(tx, note_id, parse_fields(NoteChanges, earlier))


def _task_back(tx: Transaction, task_id: int, earlier: Facts) -> object:
    values = dict(earlier)
    if "done_at" in values:
        values["done"] = values.pop("done_at") is not None
    if values.get("due_day"):
        values.pop("due_at", None)
    return change_task(tx, task_id, parse_fields(TaskChanges, values))


NOTE = Kind(
    name="note",
    table="notes",
    area="notes",
    permissions={"read": "everyone", "write": "workers", "export": "allowed"},
    rows={"notes": ROWS["notes"]},
    fields=NoteFields,
    lookup=Lookup(NOTE_RECORD, get_note),
    examples="notes are signed by whoever wrote them, who is real",
    erasing=NOTES_ERASED,
    actions=usual_actions("note") | exported("note"),
    links={"author_id": "user"},
    export=Export(Note, NoteFilter, NOTE_SORTS, list_all_notes, count_all_notes),
    importing=IMPORTED_NOTES,
    pointers=(Pointer("author_id", "users"),),
    trash=Trash(delete_note, restore_note),
    changes=Changes(lambda tx, note_id: asdict(get_note(tx, note_id)), _note_back),
    search=Search(reindex_note, "notes_search", NOTES),
    hangs_on=ON_A_RECORD,
)

CALL = Kind(
    name="call",
    table="notes",
    area="notes",
    permissions=NOTE.permissions,
    rows=NOTE.rows,
    fields=NoteFields,
    lookup=NOTE.lookup,
    examples="calls are signed by whoever noted them, who is real",
    erasing=NOTES_ERASED,
    actions=usual_actions("call"),
    trash=NOTE.trash,
    changes=NOTE.changes,
    hangs_on=ON_A_RECORD,
)

TASK = Kind(
    name="task",
    table="tasks",
    known_by="title",
    area="tasks",
    permissions={"read": "everyone", "write": "workers", "export": "allowed"},
    rows={"tasks": ROWS["tasks"]},
    fields=TaskFields,
    lookup=Lookup(TASK_RECORD, get_task, find_task),
    examples=Examples(usual=200, least=0, begin=begin_tasks),
    erasing={
        "tasks": hidden(
            title=SQL_PLACEHOLDER,
            blank="details",
            keeps="subject subject_id due_at due_day repeat first_due_at first_due_day assignee_id "
            "done_at done_by",
        )
    },
    actions=usual_actions("task")
    | exported("task")
    | {
        "task.done": Action("change"),
        "task.reopened": Action("change"),
    },
    filtered=task_filter_fields,
    links={"assignee_id": "user"},
    export=Export(Task, TaskListFilter, TASK_SORTS, list_wanted_tasks, count_wanted_tasks),
    importing=IMPORTED_TASKS,
    pointers=(Pointer("assignee_id", "users"), Pointer("done_by", "users")),
    trash=Trash(delete_task, restore_task),
    changes=Changes(lambda tx, task_id: asdict(get_task(tx, task_id)), _task_back),
    search=Search(reindex_task, "tasks_search", TASKS),
    hangs_on=ON_A_RECORD,
)
