"""A conversation as it is read."""

from dataclasses import dataclass
from typing import Any

import orjson

from crm import clock
from crm.clients.ids import ClientId
from crm.conversations.channel_kinds import CHANNEL_KINDS, ChannelKinds
from crm.conversations.people.probably_same import probably_same_as
from crm.conversations.people.wishes import stopped_at
from crm.conversations.transport.ids import ChannelId, ConversationId
from crm.db.transaction import Row, Transaction
from crm.errors import Sentence
from crm.records.seen import name_of, only_seen
from crm.records.skeleton import Skeleton, existing

FIELDS = ("status", "assignee_id", "snoozed_until", "client_id")
CONVERSATION_RECORD = Skeleton("conversation", "conversations", Sentence("conversation"), FIELDS)
Subject = tuple[str, int]


@dataclass(frozen=True)
class Twin:
    """Probably the same person: another conversation with its client, or only a client."""

    conversation_id: int | None
    client_id: int | None
    name: str | None
    reason: str


@dataclass(frozen=True)
class Conversation:
    """`name` is what the customer calls themselves; `unread` counts for the asking user.

    `window_until`: when free text from its number is no longer taken, None where they have not written to it.
    `marketing_stopped_at`: since when they want no marketing; `referral`: the ad that they came by.
    """

    id: ConversationId
    medium: str
    phone: str | None
    user_id: str | None
    name: str | None
    channel_id: ChannelId | None
    client_id: ClientId | None
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
    last_revoked: bool
    last_inbound_at: str | None
    window_until: str | None
    unread: int
    referral: dict[str, Any] | None
    marketing_stopped_at: str | None
    probably_same: list[Twin]
    pulse: int
    version: int
    created_at: str
    updated_at: str


def conversation_columns(tx: Transaction) -> str:
    return f"""
       v.id, v.medium, v.phone, v.user_id, v.name, v.channel_id, v.client_id,
       {name_of(tx, "client", "v.client_id", "c")} AS client_name,
       v.status, v.assignee_id,
       (SELECT u.name FROM users u
         WHERE u.workspace_id = :workspace_id AND u.id = v.assignee_id) AS assignee_name,
       v.snoozed_until, v.last_message_at, last.body AS last_message, last.direction AS last_direction,
       last.kind AS last_kind, last.status AS last_status, v.last_inbound_at,
       last.revoked_at IS NOT NULL AS last_revoked,
       (SELECT w.last_inbound_at
          FROM conversation_windows w
         WHERE w.workspace_id = :workspace_id
           AND w.conversation_id = v.id
           AND w.channel_id = v.channel_id) AS window_from,
       (SELECT count(*)
          FROM messages m
         WHERE m.workspace_id = :workspace_id
           AND m.conversation_id = v.id
           AND m.is_news = 1
           AND (m.placed_at, m.id) > (COALESCE(seen.placed_at, ''), COALESCE(seen.id, 0)))
       + (SELECT count(*)
            FROM messages m
           WHERE m.workspace_id = :workspace_id
             AND m.conversation_id = v.id
             AND m.is_news = 1
             AND m.id > COALESCE(r.arrived_id, r.message_id)
             AND (m.placed_at, m.id) <= (seen.placed_at, seen.id)) AS unread,
       v.referral, {stopped_at("v")} AS marketing_stopped_at,
       EXISTS (SELECT 1 FROM conversation_twins t
                WHERE t.workspace_id = :workspace_id AND t.conversation_id = v.id)
       OR EXISTS (SELECT 1 FROM conversation_twins t
                   WHERE t.workspace_id = :workspace_id AND t.other_id = v.id) AS has_twins,
       v.pulse, v.version, v.created_at, v.updated_at
"""


NAMES = (
    "id", "medium", "phone", "user_id", "name", "channel_id", "client_id", "client_name", "status",
    "assignee_id", "assignee_name", "snoozed_until", "last_message_at", "last_message", "last_direction",
    "last_kind", "last_status", "last_inbound_at", "last_revoked", "window_from", "unread", "referral",
    "marketing_stopped_at", "has_twins", "pulse", "version", "created_at", "updated_at",
)  # fmt: skip
"""Of `conversation_columns`, in their order."""
JOINS = """
       LEFT JOIN messages last ON last.workspace_id = v.workspace_id AND last.id = v.last_message_id
       LEFT JOIN conversation_reads r ON r.workspace_id = v.workspace_id AND r.conversation_id = v.id
                                     AND r.user_id = :actor_id
       LEFT JOIN messages seen ON seen.workspace_id = v.workspace_id AND seen.id = r.message_id
"""
FROM = f"conversations v {JOINS}"


def conversation_of(tx: Transaction, row: Row) -> Conversation:
    facts = dict(row)
    since, twins = facts.pop("window_from"), facts.pop("has_twins")
    return Conversation(
        **{
            **facts,
            "last_revoked": bool(facts["last_revoked"]),
            "referral": orjson.loads(row["referral"]) if row["referral"] else None,
            "window_until": _window_end(row["medium"], since, CHANNEL_KINDS),
            "probably_same": [Twin(**twin) for twin in probably_same_as(tx, row["id"])] if twins else [],
        }
    )


def get_conversation(tx: Transaction, conversation_id: int) -> Conversation:
    """Raises NotFound."""
    row = tx.one(
        f"""
        SELECT {conversation_columns(tx)}
          FROM {FROM}
         WHERE v.workspace_id = :workspace_id
           AND v.id = :conversation_id
           AND v.erased_at IS NULL
           {only_seen(tx, "conversation", "v")}
        """,
        conversation_id=conversation_id,
    )
    return conversation_of(tx, existing(CONVERSATION_RECORD, row))


def marketing_stopped_at(tx: Transaction, client_id: int) -> str | None:
    """Since when the client wants no marketing, by any of their conversations."""
    found: str | None = tx.value(
        f"""
        SELECT min(of_one.since)
          FROM (SELECT {stopped_at("v")} AS since
                  FROM conversations v
                 WHERE v.workspace_id = :workspace_id
                   AND v.client_id = :client_id) of_one
        """,
        client_id=client_id,
    )
    return found


def window_of(
    tx: Transaction, conversation: Conversation, channel_id: int | None, kinds: ChannelKinds = CHANNEL_KINDS
) -> str | None:
    """Until when free text from this channel is taken; None where the customer has not written to it, and
    where the kind of channel takes it at any time.
    """
    since = tx.value(
        """
        SELECT last_inbound_at
          FROM conversation_windows
         WHERE workspace_id = :workspace_id
           AND conversation_id = :conversation_id
           AND channel_id = :channel_id
        """,
        conversation_id=conversation.id,
        channel_id=channel_id,
    )
    return _window_end(conversation.medium, since, kinds)


def takes_text(
    now: str, conversation: Conversation, window_until: str | None, kinds: ChannelKinds = CHANNEL_KINDS
) -> bool:
    """Whether free text is taken now."""
    window = kinds[conversation.medium].window
    return window is None or (window_until is not None and now < window_until)


def _window_end(medium: str, since: str | None, kinds: ChannelKinds) -> str | None:
    kind = kinds.get(medium)
    if since is None or kind is None or kind.window is None:
        return None
    return clock.later(since, kind.window)


def subject_of(conversation: Conversation) -> Subject:
    """The record whose timeline shows the messages: the client, as soon as there is one."""
    if conversation.client_id is not None:
        return "client", conversation.client_id
    return "conversation", conversation.id
