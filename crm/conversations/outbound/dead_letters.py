"""Unsent messages: kept for ever, listed, and resent only when a user asks."""

from dataclasses import dataclass

import orjson

from crm.activity import activity
from crm.conversations.outbound.outbox import new_token
from crm.conversations.outbound.unwanted import OptedOut, refuse_unwanted
from crm.conversations.thread.conversation import get_conversation, subject_of
from crm.conversations.thread.opening import touch
from crm.conversations.transport.outgoing import outgoing_from
from crm.db.keyset import Page, decode_cursor, page_of
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict, NotFound
from crm.records.seen import only_seen, pointing_to_seen

MOST_COUNTED = 1_000


@dataclass(frozen=True)
class DeadLetter:
    """`state` is failed, or unknown if it may have been sent.

    `name` is that of the client, or else what is known of the recipient.
    """

    id: int
    state: str
    message_id: int
    conversation_id: int
    name: str | None
    body: str
    code: int | None
    problem: str | None
    attempts: int
    created_at: str
    settled_at: str | None


def list_dead_letters(tx: Transaction, *, limit: int, cursor: str | None = None) -> Page[DeadLetter]:
    """Newest first."""
    below = decode_cursor(cursor, (int,))[0] if cursor else None
    rows = tx.all(
        f"""
        SELECT o.id, o.state, o.message_id, o.conversation_id, COALESCE(c.name, v.name, v.phone) AS name,
               m.body, o.code, o.problem, o.attempts, o.created_at, o.settled_at
          FROM outbox o
          JOIN messages m      ON m.workspace_id = o.workspace_id AND m.id = o.message_id
          JOIN conversations v ON v.workspace_id = o.workspace_id AND v.id = o.conversation_id
          LEFT JOIN clients c  ON c.workspace_id = v.workspace_id AND c.id = v.client_id
         WHERE o.workspace_id = :workspace_id
           AND o.state IN ('failed', 'unknown')
           {only_seen(tx, "conversation", "v")}
           {"AND o.id < :below" if below is not None else ""}
         ORDER BY o.id DESC
         LIMIT :limit
        """,
        below=below,
        limit=limit + 1,
    )
    page = page_of(rows, limit, lambda row: [row["id"]])
    return Page([DeadLetter(**row) for row in page.rows], page.next)


def count_dead_letters(tx: Transaction) -> int:
    """How many there are, and MOST_COUNTED where there are more."""
    return int(
        tx.value(
            f"""
            SELECT count(*)
              FROM (SELECT 1
                      FROM outbox
                     WHERE workspace_id = :workspace_id
                       AND state IN ('failed', 'unknown')
                       {pointing_to_seen(tx, "conversation", "conversation_id")}
                     LIMIT :most) letters
            """,
            most=MOST_COUNTED,
        )
    )


def send_again(tx: Transaction, outbox_id: int) -> int:
    """Queue a dead letter again, as a user asked; returns its message.

    It gets a new token: reports about the earlier try no longer change this one. Raises NotFound, and
    Conflict for marketing to a customer who wants none.
    """
    row = tx.one(
        f"""
        UPDATE outbox
           SET state = 'queued', attempts = 0, token = :token, due_at = :now, queued_at = :now,
               lease = NULL, media_id = NULL, code = NULL, problem = NULL, settled_at = NULL
         WHERE workspace_id = :workspace_id
           AND id = :outbox_id
           AND state IN ('failed', 'unknown')
           {pointing_to_seen(tx, "conversation", "conversation_id")}
        RETURNING message_id, conversation_id, payload
        """,
        outbox_id=outbox_id,
        token=new_token(),
    )
    if row is None:
        raise NotFound("There is no such unsent message.")
    try:
        refuse_unwanted(tx, row["message_id"], outgoing_from(orjson.loads(row["payload"])))
    except OptedOut:
        raise Conflict("The customer has opted out of marketing: the message is not sent again.") from None
    _queue_message(tx, row)
    return int(row["message_id"])


def _queue_message(tx: Transaction, row: Row) -> None:
    tx.run(
        """
        UPDATE messages
           SET status = 'queued', problem = NULL, external_id = NULL
         WHERE workspace_id = :workspace_id
           AND id = :message_id
        """,
        message_id=row["message_id"],
    )
    touch(tx, row["conversation_id"])
    subject = subject_of(get_conversation(tx, row["conversation_id"]))
    activity.record(tx, "message.sent_again", "message", row["message_id"], subject=subject)
