"""A conversation's messages as people read them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from crm import clock
from crm.conversations.thread.conversation import get_conversation
from crm.conversations.thread.message_changes import earlier_texts
from crm.db.keyset import Page, decode_cursor, page_of
from crm.db.transaction import Row, Transaction
from crm.errors import Sentence
from crm.records.seen import only_seen
from crm.records.skeleton import Skeleton, existing

MESSAGE_RECORD = Skeleton("message", "messages", Sentence("message"))
LATE = timedelta(minutes=5)


@dataclass(frozen=True)
class Media:
    """`state`: waiting, kept (then there is a file), refused or failed, with the `problem`."""

    state: str
    media_type: str
    name: str | None
    file_id: int | None
    problem: str | None


@dataclass(frozen=True)
class Reaction:
    emoji: str
    direction: str


@dataclass(frozen=True)
class Quoted:
    id: int
    direction: str
    kind: str
    body: str


@dataclass(frozen=True)
class Message:
    """`status` of one to be sent: queued, unknown, sent, failed, delivered or read.

    `earlier` is what it said before it was edited, the first text first; `revoked_at`: its writer deleted it.
    """

    id: int
    conversation_id: int
    direction: str
    kind: str
    body: str
    facts: dict[str, Any]
    status: str | None
    problem: str | None
    outbox_id: int | None
    author_id: int | None
    author_name: str | None
    media: Media | None
    answers: Quoted | None
    reactions: list[Reaction]
    referral: dict[str, Any] | None
    edited_at: str | None
    revoked_at: str | None
    earlier: list[str]
    sent_at: str
    created_at: str

    @property
    def written_at(self) -> str:
        """When it was written, which orders the thread; never later than now by our clock."""
        return min(self.sent_at, self.created_at)

    @property
    def came_late(self) -> bool:
        """Written some while before it arrived, as after the server was down: people should see when."""
        return self.direction == "in" and self.sent_at < clock.later(self.created_at, -LATE)


def get_message(tx: Transaction, message_id: int) -> Message:
    """Raises NotFound."""
    sql = f"{_SELECT} AND m.id = :message_id {only_seen(tx, 'message', 'm')}"
    row = tx.one(sql, message_id=message_id)
    return _message(tx, existing(MESSAGE_RECORD, row))


def list_messages(
    tx: Transaction, conversation_id: int, *, limit: int, cursor: str | None = None
) -> Page[Message]:
    """In the order of writing, newest first; reactions are with their message. Raises NotFound."""
    get_conversation(tx, conversation_id)
    below: dict[str, Any] = {}
    if cursor:
        below = dict(zip(("below_at", "below_id"), decode_cursor(cursor, (str, int)), strict=True))
    rows = tx.all(
        f"""
        {_SELECT}
           AND m.conversation_id = :conversation_id
           AND m.kind <> 'reaction'
           {only_seen(tx, "message", "m")}
           {"AND (m.placed_at, m.id) < (:below_at, :below_id)" if below else ""}
         ORDER BY m.placed_at DESC, m.id DESC
         LIMIT :limit
        """,
        conversation_id=conversation_id,
        limit=limit + 1,
        **below,
    )
    page = page_of(rows, limit, lambda row: [row["placed_at"], row["id"]])
    return Page([_message(tx, row) for row in page.rows], page.next)


_SELECT = """
    SELECT m.id, m.conversation_id, m.direction, m.kind, m.body, m.facts, m.status, m.problem,
           o.id AS outbox_id, m.author_id, u.name AS author_name, m.external_id, m.context_id,
           d.state AS media_state, d.media_type, d.name AS media_name, d.file_id,
           d.problem AS media_problem,
           m.referral, m.original_body, m.edited_at, m.revoked_at, m.placed_at, m.sent_at, m.created_at
      FROM messages m
      LEFT JOIN users u         ON u.workspace_id = m.workspace_id AND u.id = m.author_id
      LEFT JOIN outbox o        ON o.workspace_id = m.workspace_id AND o.message_id = m.id
      LEFT JOIN message_media d ON d.workspace_id = m.workspace_id AND d.message_id = m.id
     WHERE m.workspace_id = :workspace_id
"""


def _message(tx: Transaction, row: Row) -> Message:
    return Message(
        **{name: row[name] for name in _PLAIN},
        facts=orjson.loads(row["facts"]) if row["facts"] else {},
        media=_media(row),
        answers=_quoted(tx, row["context_id"]) if row["context_id"] else None,
        reactions=_reactions(tx, row["external_id"]) if row["external_id"] else [],
        referral=orjson.loads(row["referral"]) if row["referral"] else None,
        earlier=earlier_texts(tx, row["id"], row["original_body"]),
    )


_PLAIN = (
    "id", "conversation_id", "direction", "kind", "body", "status", "problem", "outbox_id", "author_id",
    "author_name", "edited_at", "revoked_at", "sent_at", "created_at",
)  # fmt: skip


def _media(row: Row) -> Media | None:
    if row["media_state"] is None:
        return None
    return Media(
        state=row["media_state"],
        media_type=row["media_type"],
        name=row["media_name"],
        file_id=row["file_id"],
        problem=row["media_problem"],
    )


def _quoted(tx: Transaction, external_id: str) -> Quoted | None:
    row = tx.one(
        """
        SELECT id, direction, kind, body
          FROM messages
         WHERE workspace_id = :workspace_id
           AND external_id = :external_id
        """,
        external_id=external_id,
    )
    return Quoted(**row) if row else None


def _reactions(tx: Transaction, external_id: str) -> list[Reaction]:
    """The last one that each side wrote; an empty one took the one before back."""
    rows = tx.all(
        """
        SELECT body AS emoji, direction
          FROM messages
         WHERE workspace_id = :workspace_id
           AND context_id = :external_id
           AND kind = 'reaction'
         ORDER BY placed_at, id
        """,
        external_id=external_id,
    )
    last = {row["direction"]: row["emoji"] for row in rows}
    return [Reaction(emoji, direction) for direction, emoji in sorted(last.items()) if emoji]
