"""Quick replies: ready-made texts."""

from dataclasses import dataclass

from crm.activity import activity
from crm.conversations.templates.fields import QuickReplyFields
from crm.db.transaction import Transaction
from crm.errors import Sentence
from crm.fields import name_key
from crm.records.free_names import refuse_name_taken
from crm.records.skeleton import Skeleton, facts_of, in_trash, live, refuse_stale
from crm.records.tombstones import bury, unbury

QUICK_REPLY_RECORD = Skeleton(
    "quick_reply", "quick_replies", Sentence("quick reply"), ("title", "text"), known_by="title", dated=False
)
MOST_REMOVED = 50


@dataclass(frozen=True)
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


def find_quick_reply(tx: Transaction, reply_id: int) -> QuickReply | None:
    """A removed one, too."""
    row = tx.one(f"{_SELECT} AND id = :reply_id", reply_id=reply_id)
    return QuickReply(**row) if row else None


def get_quick_reply(tx: Transaction, reply_id: int) -> QuickReply:
    """Raises NotFound, for a removed one too."""
    return live(QUICK_REPLY_RECORD, find_quick_reply(tx, reply_id))


def add_quick_reply(tx: Transaction, fields: QuickReplyFields) -> QuickReply:
    """Raises Conflict when there is one of this title."""
    refuse_name_taken(tx, QUICK_REPLY_RECORD, fields.title)
    reply_id = tx.insert(
        """
        INSERT INTO quick_replies (workspace_id, title, title_key, text, created_at)
        VALUES (:workspace_id, :title, :title_key, :text, :now)
        RETURNING id
        """,
        title=fields.title,
        title_key=name_key(fields.title),
        text=fields.text,
    )
    activity.record(tx, "quick_reply.created", "quick_reply", reply_id, after=fields.model_dump())
    return get_quick_reply(tx, reply_id)


def remove_quick_reply(tx: Transaction, reply_id: int, *, expected_version: int | None = None) -> None:
    """From the choice; it can be restored. Raises NotFound and Stale."""
    reply = get_quick_reply(tx, reply_id)
    refuse_stale(QUICK_REPLY_RECORD, reply, expected_version)
    bury(tx, QUICK_REPLY_RECORD, reply, facts=facts_of(QUICK_REPLY_RECORD, reply))


def restore_quick_reply(tx: Transaction, reply_id: int) -> QuickReply:
    """Raises NotFound, and Conflict where another has its title by now."""
    reply = in_trash(QUICK_REPLY_RECORD, find_quick_reply(tx, reply_id))
    refuse_name_taken(tx, QUICK_REPLY_RECORD, reply.title)
    unbury(tx, QUICK_REPLY_RECORD, reply, facts=facts_of(QUICK_REPLY_RECORD, reply))
    return get_quick_reply(tx, reply_id)
