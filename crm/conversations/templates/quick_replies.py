"""Quick replies: texts of our own that are written again and again."""

from dataclasses import dataclass

from crm.activity import activity
from crm.conversations.templates.fields import QuickReplyFields
from crm.db.transaction import Transaction
from crm.errors import Conflict, Sentence
from crm.fields import name_key
from crm.records.skeleton import Skeleton, existing, missing, refuse_stale

QUICK_REPLY_RECORD = Skeleton("quick_reply", "quick_replies", Sentence("quick reply"), known_by="title")
MOST_REMOVED = 50


@dataclass(frozen=True, slots=True)
class QuickReply:
    id: int
    title: str
    text: str
    version: int
    deleted_at: str | None


_SELECT = """
    SELECT id, title, text, version, deleted_at
      FROM quick_replies
     WHERE workspace_id = :workspace_id
"""


def list_quick_replies(tx: Transaction) -> list[QuickReply]:
    rows = tx.all(f"{_SELECT} AND deleted_at IS NULL ORDER BY title_key")
    return [QuickReply(**row) for row in rows]


def list_removed_replies(tx: Transaction) -> list[QuickReply]:
    """Those that can be restored, the last removed first."""
    rows = tx.all(
        f"{_SELECT} AND deleted_at IS NOT NULL ORDER BY deleted_at DESC, id DESC LIMIT :most",
        most=MOST_REMOVED,
    )
    return [QuickReply(**row) for row in rows]


def get_quick_reply(tx: Transaction, reply_id: int) -> QuickReply:
    """Raises NotFound, for a removed one too."""
    row = tx.one(f"{_SELECT} AND id = :reply_id AND deleted_at IS NULL", reply_id=reply_id)
    return QuickReply(**existing(QUICK_REPLY_RECORD, row))


def add_quick_reply(tx: Transaction, fields: QuickReplyFields) -> QuickReply:
    """Raises Conflict when there is one of this title."""
    reply_id = tx.value(
        """
        INSERT INTO quick_replies (workspace_id, title, title_key, text, created_at)
        VALUES (:workspace_id, :title, :title_key, :text, :now)
            ON CONFLICT (workspace_id, title_key) WHERE deleted_at IS NULL DO NOTHING
        RETURNING id
        """,
        title=fields.title,
        title_key=name_key(fields.title),
        text=fields.text,
    )
    if reply_id is None:
        raise Conflict("There is a quick reply of this title already.")
    activity.record(tx, "quick_reply.created", "quick_reply", reply_id, after=fields.model_dump())
    return get_quick_reply(tx, reply_id)


def remove_quick_reply(tx: Transaction, reply_id: int, *, expected_version: int | None = None) -> None:
    """From the choice; it can be restored. Raises NotFound and Stale."""
    old = get_quick_reply(tx, reply_id)
    refuse_stale(QUICK_REPLY_RECORD, old, expected_version)
    tx.run(
        """
        UPDATE quick_replies
           SET deleted_at = :now, version = version + 1
         WHERE workspace_id = :workspace_id
           AND id = :reply_id
        """,
        reply_id=reply_id,
    )
    before = {"title": old.title, "text": old.text}
    activity.record(tx, "quick_reply.deleted", "quick_reply", reply_id, before=before)


def restore_quick_reply(tx: Transaction, reply_id: int) -> QuickReply:
    """Raises NotFound, and Conflict where another has its title by now."""
    row = tx.one(f"{_SELECT} AND id = :reply_id AND deleted_at IS NOT NULL", reply_id=reply_id)
    if row is None:
        raise missing(QUICK_REPLY_RECORD, in_trash=True)
    if _title_is_taken(tx, row["title"]):
        raise Conflict("There is a quick reply of this title already.")
    tx.run(
        """
        UPDATE quick_replies
           SET deleted_at = NULL, version = version + 1
         WHERE workspace_id = :workspace_id
           AND id = :reply_id
        """,
        reply_id=reply_id,
    )
    after = {"title": row["title"], "text": row["text"]}
    activity.record(tx, "quick_reply.restored", "quick_reply", reply_id, after=after)
    return get_quick_reply(tx, reply_id)


def _title_is_taken(tx: Transaction, title: str) -> bool:
    return (
        tx.value(
            """
            SELECT 1
              FROM quick_replies
             WHERE workspace_id = :workspace_id
               AND title_key = :title_key
               AND deleted_at IS NULL
            """,
            title_key=name_key(title),
        )
        is not None
    )
