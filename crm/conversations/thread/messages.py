"""Messages of a conversation: received, sent, or internal notes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import orjson

from crm import clock
from crm.activity import activity
from crm.conversations.searching import index_message
from crm.conversations.thread.conversation import Conversation, get_conversation, subject_of
from crm.conversations.thread.opening import touch
from crm.db.transaction import Transaction

Direction = Literal["in", "out", "note"]


# The medium tells whole seconds: what was written within one may be the last of it.
WITHIN_SECOND = timedelta(milliseconds=999)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """`status` is queued for one to be sent, else None. `sent_at` by its sender's clock, or now.

    `is_word`: the customer said it, so that it opens the window; `is_news`: it counts as unread.
    """

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
    referral: dict[str, Any] | None = None
    is_word: bool = False
    is_news: bool = False

    @property
    def action(self) -> str:
        if self.event_id is not None and (self.direction == "out" or self.kind in NOTICED):
            return "message.noticed"
        return ACTIONS[self.direction]


ACTIONS = {"in": "message.received", "out": "message.written", "note": "message.noted"}
NOTICED = frozenset({"reaction", "system", "call"})


def add_message(tx: Transaction, conversation: Conversation, message: NewMessage) -> int:
    """Store the message with its ledger entry; returns its id. The conversation shows the latest one."""
    placed_at = tx.now
    if message.sent_at is not None:
        placed_at = min(tx.now, clock.later(message.sent_at, WITHIN_SECOND))
    message_id = tx.insert(
        """
        INSERT INTO messages (workspace_id, conversation_id, channel_id, direction, kind, body, facts,
                              external_id, context_id, status, author_id, event_id, sent_at, placed_at,
                              is_news, referral, created_at)
        VALUES (:workspace_id, :conversation_id, :channel_id, :direction, :kind, :body, :facts,
                :external_id, :context_id, :status, :actor_id, :event_id, :sent_at, :placed_at,
                :is_news, :referral, :now)
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
        placed_at=placed_at,
        is_news=int(message.is_news),
        referral=orjson.dumps(message.referral).decode() if message.referral else None,
    )
    index_message(tx, message_id, message.kind, message.body)
    show_as_last(tx, conversation.id)
    if message.is_word:
        _open_window(tx, conversation.id, message)
    facts = {"conversation_id": conversation.id, "kind": message.kind, "body": message.body}
    activity.record(tx, message.action, "message", message_id, after=facts, subject=subject_of(conversation))
    return message_id


def show_as_last(tx: Transaction, conversation_id: int) -> None:
    """What was written last; no reaction, note or news of the person makes a conversation recent."""
    tx.run(
        """
        UPDATE conversations
           SET (last_message_id, last_message_at) = (
                   SELECT COALESCE(max(id), conversations.last_message_id),
                          COALESCE(max(placed_at), conversations.last_message_at)
                     FROM (SELECT id, placed_at
                             FROM messages
                            WHERE workspace_id = :workspace_id
                              AND conversation_id = :conversation_id
                              AND kind NOT IN ('reaction', 'system')
                              AND direction <> 'note'
                            ORDER BY placed_at DESC, id DESC
                            LIMIT 1) latest)
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
        """,
        conversation_id=conversation_id,
    )
    touch(tx, conversation_id)


def _open_window(tx: Transaction, conversation_id: int, message: NewMessage) -> None:
    """To the number that the customer wrote to; no clock of theirs opens it longer than ours does."""
    at = min(message.sent_at or tx.now, tx.now)
    tx.run(
        """
        UPDATE conversations
           SET last_inbound_at = :at
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
           AND COALESCE(last_inbound_at, '') < :at
        """,
        conversation_id=conversation_id,
        at=at,
    )
    if message.channel_id is None:
        return
    tx.run(
        """
        INSERT INTO conversation_windows (workspace_id, conversation_id, channel_id, last_inbound_at)
        VALUES (:workspace_id, :conversation_id, :channel_id, :at)
            ON CONFLICT (workspace_id, conversation_id, channel_id)
            DO UPDATE SET last_inbound_at = excluded.last_inbound_at
             WHERE conversation_windows.last_inbound_at < excluded.last_inbound_at
        """,
        conversation_id=conversation_id,
        channel_id=message.channel_id,
        at=at,
    )


def add_note(tx: Transaction, conversation_id: int, text: str) -> int:
    """A note for colleagues: it is never sent. Raises NotFound."""
    return add_message(tx, get_conversation(tx, conversation_id), NewMessage("note", "note", text))
