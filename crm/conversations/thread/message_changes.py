"""Later changes of a message: edited or deleted by its writer, filled with its content, sent once more.

A change may arrive before its message: then it waits for it.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import orjson

from crm.activity import activity
from crm.conversations.searching import reindex_message
from crm.conversations.thread.conversation import get_conversation, subject_of
from crm.conversations.thread.messages import show_as_last
from crm.conversations.transport.ids import EventId, MessageId
from crm.conversations.transport.received import SILENT, ReceivedChange, ReceivedMessage
from crm.db.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class Change:
    """A later delivery of a message: with its content, or a mere repeat."""

    external_id: str
    direction: str
    kind: Literal["content", "repeat"]
    body: str
    at: str


def find_received(tx: Transaction, external_id: str) -> Row | None:
    """`id`, `conversation_id`, `direction`, `kind` and `facts` of the message with the channel's id."""
    return tx.one(
        """
        SELECT id, conversation_id, direction, kind, facts
          FROM messages
         WHERE workspace_id = :workspace_id
           AND external_id = :external_id
        """,
        external_id=external_id,
    )


def apply_change(tx: Transaction, event_id: EventId, received: ReceivedChange) -> None:
    """Edit or delete the message; or keep that for when it comes."""
    known = find_received(tx, received.external_id)
    message_id = known["id"] if known is not None and known["direction"] == received.direction else None
    _keep(tx, event_id, message_id, received)
    if message_id is not None:
        _work_out(tx, message_id)


def apply_early_changes(tx: Transaction, message_id: int, received: ReceivedMessage) -> None:
    """The changes that arrived before their message."""
    found = tx.run(
        """
        UPDATE message_changes
           SET message_id = :message_id
         WHERE workspace_id = :workspace_id
           AND external_id = :external_id
           AND direction = :direction
           AND message_id IS NULL
        """,
        message_id=message_id,
        external_id=received.external_id,
        direction=received.direction,
    )
    if found:
        _work_out(tx, message_id)


def take_again(tx: Transaction, event_id: EventId, known: Row, received: ReceivedMessage) -> bool:
    """Take a message that is stored already once more; returns whether this filled a placeholder."""
    facts = orjson.loads(known["facts"]) if known["facts"] else {}
    empty = known["kind"] == "unknown" or (known["kind"] == "call" and not facts.get("ended"))
    fills = empty and not received.is_placeholder and known["kind"] in {"unknown", received.kind}
    change = Change(
        received.external_id,
        received.direction,
        "content" if fills else "repeat",
        received.body,
        received.sent_at,
    )
    _keep(tx, event_id, known["id"], change)
    if fills:
        _fill(tx, known, received)
    return fills


def correct_writer(tx: Transaction, known: Row, received: ReceivedMessage) -> None:
    """The history says who wrote a file where the chat has its place, which may arrive after the file.

    What we wrote ourselves is not unread.
    """
    tx.run(
        """
        UPDATE messages
           SET direction = :direction, status = :status,
               is_news = CASE WHEN :direction = 'in' THEN is_news ELSE 0 END
         WHERE workspace_id = :workspace_id
           AND id = :message_id
        """,
        message_id=known["id"],
        direction=received.direction,
        status=received.status if received.direction == "out" else None,
    )
    show_as_last(tx, known["conversation_id"])


def earlier_texts(tx: Transaction, message_id: int, original: str | None) -> list[str]:
    """What an edited message said before, the first text first; the same edit sent twice counts once."""
    if original is None:
        return []
    texts = [original, *(edit["body"] for edit in _edits(tx, message_id))]
    return [text for text, following in pairwise(texts) if text != following]


def _keep(
    tx: Transaction, event_id: EventId, message_id: MessageId | None, change: Change | ReceivedChange
) -> None:
    tx.run(
        """
        INSERT INTO message_changes (workspace_id, event_id, message_id, external_id, direction, kind,
                                     body, at)
        VALUES (:workspace_id, :event_id, :message_id, :external_id, :direction, :kind, :body, :at)
        """,
        event_id=event_id,
        message_id=message_id,
        external_id=change.external_id,
        direction=change.direction,
        kind=change.kind,
        body=change.body,
        at=change.at,
    )


def _fill(tx: Transaction, known: Row, received: ReceivedMessage) -> None:
    """A message that turns out to be no words of the customer is no longer unread."""
    tx.run(
        """
        UPDATE messages
           SET kind = :kind, body = :body, facts = :facts, context_id = :context_id,
               is_news = CASE WHEN :is_silent = 1 THEN 0 ELSE is_news END
         WHERE workspace_id = :workspace_id
           AND id = :message_id
        """,
        message_id=known["id"],
        kind=received.kind,
        body=received.body,
        facts=orjson.dumps(received.facts).decode() if received.facts else None,
        context_id=received.context_id,
        is_silent=int(received.kind in SILENT),
    )
    _work_out(tx, known["id"])
    reindex_message(tx, known["id"])
    show_as_last(tx, known["conversation_id"])


def _edits(tx: Transaction, message_id: int) -> list[Row]:
    """In the order of writing, not of delivery."""
    return tx.all(
        """
        SELECT body, at
          FROM message_changes
         WHERE workspace_id = :workspace_id
           AND message_id = :message_id
           AND kind = 'edit'
         ORDER BY at, id
        """,
        message_id=message_id,
    )


def _work_out(tx: Transaction, message_id: int) -> None:
    """The text of the last edit, and when the message was deleted."""
    old = tx.one(
        """
        SELECT body, edited_at, revoked_at, conversation_id
          FROM messages
         WHERE workspace_id = :workspace_id
           AND id = :message_id
        """,
        message_id=message_id,
    )
    if old is None:
        raise LookupError(f"message {message_id} is gone")
    edits = _edits(tx, message_id)
    new: dict[str, Any] = {
        "body": edits[-1]["body"] if edits else old["body"],
        "edited_at": edits[-1]["at"] if edits else None,
        "revoked_at": tx.value(_REVOKED, message_id=message_id),
    }
    before, after = activity.changes(old, new)
    if not after:
        return
    tx.run(
        """
        UPDATE messages
           SET original_body = CASE WHEN CAST(:edited_at AS TEXT) IS NOT NULL
                                    THEN COALESCE(original_body, body) END,
               body = :body, edited_at = :edited_at, revoked_at = :revoked_at
         WHERE workspace_id = :workspace_id
           AND id = :message_id
        """,
        message_id=message_id,
        **new,
    )
    reindex_message(tx, message_id)
    show_as_last(tx, old["conversation_id"])
    action = "message.revoked" if "revoked_at" in after else "message.edited"
    subject = subject_of(get_conversation(tx, old["conversation_id"]))
    activity.record(tx, action, "message", message_id, before=before, after=after, subject=subject)


_REVOKED = """
    SELECT min(at)
      FROM message_changes
     WHERE workspace_id = :workspace_id
       AND message_id = :message_id
       AND kind = 'revoke'
"""
