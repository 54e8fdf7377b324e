"""What of notes, calls and tasks is searched."""

from crm.db.transaction import Transaction
from crm.records.passages import rebuild_passage
from crm.records.searched_text import Passages

NOTES = Passages("p.text")
TASKS = Passages("p.title || ' ' || COALESCE(p.details, '')")


def reindex_note(tx: Transaction, note_id: int) -> None:
    """By its present text; a deleted one is not found."""
    rebuild_passage(tx, "notes", NOTES, note_id)


def reindex_task(tx: Transaction, task_id: int) -> None:
    rebuild_passage(tx, "tasks", TASKS, task_id)
