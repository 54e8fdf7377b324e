"""Notes and calls on records."""

from dataclasses import dataclass, replace
from typing import Any

from crm.activity import activity
from crm.db.keyset import Page, decode_cursor, page_of
from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence
from crm.records.passages import index_passage
from crm.records.seen import only_seen
from crm.records.skeleton import Skeleton, facts_of, given_facts, in_trash, live, refuse_stale
from crm.records.subjects import check_subject, require_subject, touch_subject
from crm.records.tombstones import bury, unbury
from crm.work.note_fields import NoteChanges, NoteFields, note_values
from crm.work.searching import reindex_note

NOTE_RECORD = Skeleton(
    "note",
    "notes",
    Sentence("note"),
    facts=("text", "direction", "minutes", "happened_at"),
    known_by="text",
)
CALL_RECORD = replace(NOTE_RECORD, name="call")


@dataclass(frozen=True)
class Note:
    """`direction` and `minutes` are set for a call."""

    id: int
    subject: str
    subject_id: int
    kind: str
    text: str
    direction: str | None
    minutes: int | None
    happened_at: str
    author_id: int | None
    author_name: str | None
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None


NOTES = """
SELECT n.id, n.subject, n.subject_id, n.kind, n.text, n.direction, n.minutes, n.happened_at, n.author_id,
       (SELECT author.name FROM users author
         WHERE author.workspace_id = :workspace_id AND author.id = n.author_id) AS author_name,
       n.version, n.created_at, n.updated_at, n.deleted_at
  FROM notes n
 WHERE n.workspace_id = :workspace_id
"""


def list_notes(
    tx: Transaction,
    subject: str,
    subject_id: int,
    *,
    deleted: bool = False,
    limit: int,
    cursor: str | None = None,
) -> Page[Note]:
    """Newest first. Raises NotFound if the subject does not exist."""
    require_subject(tx, "notes", subject, subject_id)
    rows = tx.all(
        f"""
        {NOTES}
           AND n.subject = :subject
           AND n.subject_id = :subject_id
           AND n.deleted_at IS {"NOT NULL" if deleted else "NULL"}
           AND n.erased_at IS NULL
           {only_seen(tx, "note", "n")}
           AND n.id < :before
         ORDER BY n.id DESC
         LIMIT :limit
        """,
        subject=subject,
        subject_id=subject_id,
        before=decode_cursor(cursor, (int,))[0] if cursor else 2**63 - 1,
        limit=limit + 1,
    )
    page = page_of(rows, limit, lambda row: (row["id"],))
    return Page([Note(**row) for row in page.rows], page.next)


def find_notes(tx: Transaction, note_ids: list[int]) -> dict[int, Note]:
    """The notes by id, deleted ones too."""
    wanted = {f"id_{place}": note_id for place, note_id in enumerate(note_ids)}
    if not wanted:
        return {}
    rows = tx.all(
        f"""
        {NOTES}
           AND n.id IN ({", ".join(f":{name}" for name in wanted)})
           AND n.erased_at IS NULL
           {only_seen(tx, "note", "n")}
        """,
        **wanted,
    )
    return {row["id"]: Note(**row) for row in rows}


def get_note(tx: Transaction, note_id: int) -> Note:
    """Raises NotFound for one that is deleted."""
    return live(NOTE_RECORD, find_notes(tx, [note_id]).get(note_id))


def add_note(tx: Transaction, fields: NoteFields, *, author_id: int | None = None) -> Note:
    """Add a note or call of the actor, or of that author, to the subject's timeline. Raises Invalid."""
    check_subject(tx, "notes", fields.subject, fields.subject_id)
    values = note_values(fields)
    _check_call(fields.kind, values)
    values["happened_at"] = values["happened_at"] or tx.now
    note_id = _insert(tx, {**values, "author_id": author_id or tx.actor.user_id})
    index_passage(tx, "notes_search", note_id, values["text"])
    note = get_note(tx, note_id)
    _record(tx, "created", note, after=given_facts(NOTE_RECORD, note))
    return note


def change_note(
    tx: Transaction, note_id: int, changes: NoteChanges, *, expected_version: int | None = None
) -> Note:
    """Raises NotFound, Stale and Invalid. If nothing differs, nothing is written."""
    old = get_note(tx, note_id)
    refuse_stale(NOTE_RECORD, old, expected_version)
    values = note_values(changes)
    _check_call(old.kind, values)
    before, after = activity.changes(facts_of(NOTE_RECORD, old), values)
    if not after:
        return old
    tx.run(
        """
        UPDATE notes
           SET text = :text, direction = :direction, minutes = :minutes, happened_at = :happened_at,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :note_id
        """,
        note_id=note_id,
        **{**facts_of(NOTE_RECORD, old), **after},
    )
    if "text" in after:
        reindex_note(tx, note_id)
    _record(tx, "changed", old, before=before, after=after)
    return get_note(tx, note_id)


def delete_note(tx: Transaction, note_id: int, *, expected_version: int | None = None) -> None:
    """Raises NotFound and Stale. It can be restored."""
    note = get_note(tx, note_id)
    refuse_stale(NOTE_RECORD, note, expected_version)
    subject = (note.subject, note.subject_id)
    bury(tx, _kind_of(note), note, subject=subject)
    reindex_note(tx, note_id)
    touch_subject(tx, *subject)


def restore_note(tx: Transaction, note_id: int) -> Note:
    """Raises NotFound unless it is deleted."""
    note = in_trash(NOTE_RECORD, find_notes(tx, [note_id]).get(note_id))
    subject = (note.subject, note.subject_id)
    unbury(tx, _kind_of(note), note, subject=subject)
    reindex_note(tx, note_id)
    touch_subject(tx, *subject)
    return get_note(tx, note_id)


def _check_call(kind: str, values: dict[str, Any]) -> None:
    for name in ("direction", "minutes"):
        if kind != "call" and values.get(name) is not None:
            raise Invalid.field(name, "is only for a call")


def _kind_of(note: Note) -> Skeleton:
    return CALL_RECORD if note.kind == "call" else NOTE_RECORD


def _record(tx: Transaction, verb: str, note: Note, **facts: dict[str, Any]) -> None:
    subject = (note.subject, note.subject_id)
    activity.record(
        tx,
        f"{note.kind}.{verb}",
        note.kind,
        note.id,
        before=facts.get("before"),
        after=facts.get("after"),
        subject=subject,
    )
    touch_subject(tx, *subject)


def _insert(tx: Transaction, values: dict[str, Any]) -> int:
    return tx.insert(
        """
        INSERT INTO notes (workspace_id, subject, subject_id, kind, text, direction, minutes, happened_at,
                           author_id, created_at, updated_at)
        VALUES (:workspace_id, :subject, :subject_id, :kind, :text, :direction, :minutes, :happened_at,
                :author_id, :now, :now)
        RETURNING id
        """,
        **values,
    )
