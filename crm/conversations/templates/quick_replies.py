"""Quick replies: ready-made texts."""

from dataclasses import dataclass

from crm.activity import activity
from crm.conversations.templates.fields import QuickReplyFields
from crm.db.transaction import Transaction
from crm.errors import Sentence
from crm.fields import name_key
from crm.records.free_names import refuse_name_taken
from crm.records.skeleton import Skeleton
from crm.records.template_records import TemplateRecords

QUICK_REPLY_RECORD = Skeleton(
    "quick_reply", "quick_replies", Sentence("quick reply"), ("title", "text"), known_by="title", dated=False
)


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


QUICK_REPLIES = TemplateRecords(
    record=QUICK_REPLY_RECORD, select=_SELECT, order="title_key", made=lambda row: QuickReply(**row)
)
list_quick_replies = QUICK_REPLIES.choice
list_removed_replies = QUICK_REPLIES.removed
find_quick_reply = QUICK_REPLIES.find
get_quick_reply = QUICK_REPLIES.get
remove_quick_reply = QUICK_REPLIES.remove
restore_quick_reply = QUICK_REPLIES.restore


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
