"""A conversation as it is read: its shape, and how rows become it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from crm import clock
from crm.db.transaction import Row, Transaction
from crm.errors import NotFound

FIELDS = ("status", "assignee_id", "snoozed_until", "client_id")
Subject = tuple[str, int]
WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Conversation:
    """`name` is what the person calls themselves; `unread` how many of theirs the asking user has not read.

    `window_until`: when free text is no longer taken, None where they have not written yet.
    """

    id: int
    medium: str
    phone: str | None
    user_id: str | None
    name: str | None
    channel_id: int | None
    client_id: int | None
    client_name: str | None
    status: str
    assignee_id: int | None
    assignee_name: str | None
    snoozed_until: str | None
    last_message_at: str
    last_message: str | None
    last_direction: str | None
    last_kind: str | None
    last_status: str | None
    last_inbound_at: str | None
    window_until: str | None
    unread: int
    pulse: int
    version: int
    created_at: str
    updated_at: str


COLUMNS = """
       v.id, v.medium, v.phone, v.user_id, v.name, v.channel_id, v.client_id,
       (SELECT c.name FROM clients c
         WHERE c.workspace_id = :workspace_id AND c.id = v.client_id) AS client_name,
       v.status, v.assignee_id,
       (SELECT u.name FROM users u
         WHERE u.workspace_id = :workspace_id AND u.id = v.assignee_id) AS assignee_name,
       v.snoozed_until, v.last_message_at, last.body AS last_message, last.direction AS last_direction,
       last.kind AS last_kind, last.status AS last_status, v.last_inbound_at,
       (SELECT count(*)
          FROM messages m
         WHERE m.workspace_id = :workspace_id
           AND m.conversation_id = v.id
           AND m.direction = 'in'
           AND m.id > COALESCE((SELECT r.message_id
                                  FROM conversation_reads r
                                 WHERE r.workspace_id = :workspace_id
                                   AND r.conversation_id = v.id
                                   AND r.user_id = :actor_id), 0)) AS unread,
       v.pulse, v.version, v.created_at, v.updated_at
"""
FROM = """
       conversations v
       LEFT JOIN messages last ON last.workspace_id = v.workspace_id AND last.id = v.last_message_id
"""


def conversation_of(row: Row) -> Conversation:
    inbound = row["last_inbound_at"]
    return Conversation(**row, window_until=clock.later(inbound, WINDOW) if inbound else None)


def get_conversation(tx: Transaction, conversation_id: int) -> Conversation:
    """Raises NotFound."""
    row = tx.one(
        f"""
        SELECT {COLUMNS}
          FROM {FROM}
         WHERE v.workspace_id = :workspace_id
           AND v.id = :conversation_id
        """,
        conversation_id=conversation_id,
    )
    if row is None:
        raise NotFound("There is no such conversation.")
    return conversation_of(row)


def window_is_open(conversation: Conversation, now: str) -> bool:
    """Whether the other side wrote in the last 24 hours, so that free text is taken."""
    return conversation.window_until is not None and now < conversation.window_until


def subject_of(conversation: Conversation) -> Subject:
    """On whose timeline it shows what is said: the client's, as soon as there is one."""
    if conversation.client_id is not None:
        return "client", conversation.client_id
    return "conversation", conversation.id


def facts_of(conversation: Conversation) -> dict[str, Any]:
    """What people may change of the conversation, as the ledger keeps it."""
    return {name: getattr(conversation, name) for name in FIELDS}
