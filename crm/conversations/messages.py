"""What was said in a conversation: received, sent, or noted for colleagues alone."""

from dataclasses import dataclass
from typing import Any, Literal

import orjson

from crm.activity import activity
from crm.conversations.conversation import Conversation, get_conversation, subject_of
from crm.conversations.opening import touch
from crm.db.transaction import Transaction

Direction = Literal["in", "out", "note"]


@dataclass(frozen=True, slots=True)
class NewMessage:
    """`status` is queued for one to be sent, else None. `sent_at` by its sender's clock, or now."""

    direction: Direction
    kind: str
    body: str
    facts: dict[str, Any] | None = None
    channel_id: int | None = None
    external_id: str | None = None
    context_id: str | None = None
    status: str | None = None
    event_id: int | None = None
    sent_at: str | None = None


ACTIONS = {"in": "message.received", "out": "message.written", "note": "message.noted"}


def add_message(tx: Transaction, conversation: Conversation, message: NewMessage) -> int:
    """Its id; the conversation shows it as its last, and the ledger has it on the client's timeline."""
    message_id = tx.insert(
        """
        INSERT INTO messages (workspace_id, conversation_id, channel_id, direction, kind, body, facts,
                              external_id, context_id, status, author_id, event_id, sent_at, created_at)
        VALUES (:workspace_id, :conversation_id, :channel_id, :direction, :kind, :body, :facts,
                :external_id, :context_id, :status, :actor_id, :event_id, :sent_at, :now)
        RETURNING id
        """,
        conversation_id=conversation.id,
        channel_id=message.channel_id,
        direction=message.direction,
        kind=message.kind,
        body=message.body,
        facts=orjson.dumps(message.facts).decode() if message.facts else None,
        external_id=message.external_id,
        context_id=message.context_id,
        status=message.status,
        event_id=message.event_id,
        sent_at=message.sent_at or tx.now,
    )
    _show_as_last(tx, conversation.id, message, message_id)
    told = {"conversation_id": conversation.id, "kind": message.kind, "body": message.body}
    activity.record(
        tx, ACTIONS[message.direction], "message", message_id, after=told, subject=subject_of(conversation)
    )
    return message_id


def _show_as_last(tx: Transaction, conversation_id: int, message: NewMessage, message_id: int) -> None:
    """A reaction or a note is not what makes a conversation recent; the window is opened by the customer."""
    tx.run(
        """
        UPDATE conversations
           SET last_message_id = CASE WHEN :speaks THEN :message_id ELSE last_message_id END,
               last_message_at = CASE WHEN :speaks THEN :now ELSE last_message_at END,
               last_inbound_at = CASE WHEN :direction = 'in' AND COALESCE(last_inbound_at, '') < :sent_at
                                      THEN :sent_at
                                      ELSE last_inbound_at END
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
        """,
        conversation_id=conversation_id,
        message_id=message_id,
        speaks=message.kind != "reaction" and message.direction != "note",
        direction=message.direction,
        sent_at=message.sent_at,
    )
    touch(tx, conversation_id)


def add_note(tx: Transaction, conversation_id: int, text: str) -> int:
    """A note for colleagues: it is never sent. Raises NotFound."""
    return add_message(tx, get_conversation(tx, conversation_id), NewMessage("note", "note", text))
