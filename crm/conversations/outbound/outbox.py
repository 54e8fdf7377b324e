"""The outbox: an outgoing message commits together with its job, which is never dropped.

A row is claimed with a lease, sent outside of any transaction, and settled. If a lease runs out, it is
unknown whether the message was sent: the row becomes `unknown`, and is never sent again by itself.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from crm import clock
from crm.db.transaction import Transaction

LEASE = timedelta(minutes=3)
PER_SECOND = 20


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A claimed row, with what its sender needs."""

    outbox_id: int
    workspace_id: int
    channel_id: int
    message_id: int
    token: str
    lease: str
    attempts: int
    media_id: str | None
    payload: dict[str, Any]


def enqueue(
    tx: Transaction, *, message_id: int, conversation_id: int, channel_id: int, payload: dict[str, Any]
) -> int:
    return tx.insert(
        """
        INSERT INTO outbox (workspace_id, channel_id, conversation_id, message_id, token, payload, state,
                            due_at, queued_at, created_at)
        VALUES (:workspace_id, :channel_id, :conversation_id, :message_id, :token, :payload, 'queued',
                :now, :now, :now)
        RETURNING id
        """,
        channel_id=channel_id,
        conversation_id=conversation_id,
        message_id=message_id,
        token=new_token(),
        payload=orjson.dumps(payload).decode(),
    )


def new_token() -> str:
    return f"holdfast.{secrets.token_urlsafe(18)}"


# Within a conversation the order is kept; a number that rests or has a fault sends nothing.
_NEXT = """
    SELECT o.id
      FROM outbox o
      JOIN channels c ON c.workspace_id = o.workspace_id AND c.id = o.channel_id
     WHERE o.state = 'queued'
       AND o.due_at <= :now
       AND c.deleted_at IS NULL
       AND c.fault IS NULL
       AND COALESCE(c.rest_until, '') <= :now
       AND NOT EXISTS (SELECT 1
                         FROM outbox earlier
                        WHERE earlier.conversation_id = o.conversation_id
                          AND earlier.id < o.id
                          AND earlier.state IN ('queued', 'sending'))
       AND (SELECT count(*)
              FROM outbox recent
             WHERE recent.channel_id = o.channel_id
               AND recent.claimed_at > :second_ago) < :per_second
     ORDER BY o.due_at, o.id
     LIMIT 1
"""


def anything_due(tx: Transaction) -> bool:
    """Whether a claim would find something, asked without the lock of the writers. `tx` is of SYSTEM."""
    return tx.value(_NEXT, second_ago=_second_before(tx.now), per_second=PER_SECOND) is not None


def claim(tx: Transaction) -> ClaimedMessage | None:
    """The next row that may be sent, leased to the caller, in one statement. `tx` is of SYSTEM.

    Of one number no more than PER_SECOND are claimed in a second.
    """
    row = tx.one(
        f"""
        UPDATE outbox
           SET state = 'sending', attempts = attempts + 1, claimed_at = :now, lease = :lease,
               lease_until = :lease_until
         WHERE id = ({_NEXT})
           AND state = 'queued'
        RETURNING id AS outbox_id, workspace_id, channel_id, message_id, token, lease, attempts, media_id,
                  payload
        """,
        lease=secrets.token_hex(8),
        lease_until=clock.later(tx.now, LEASE),
        second_ago=_second_before(tx.now),
        per_second=PER_SECOND,
    )
    return ClaimedMessage(**{**row, "payload": orjson.loads(row["payload"])}) if row else None


def _second_before(now: str) -> str:
    return clock.later(now, timedelta(seconds=-1))


def note_uploaded(tx: Transaction, job: ClaimedMessage, media_id: str) -> bool:
    """The file is uploaded: from now on the message may be sent. False if another process has the lease."""
    renewed = tx.run(
        """
        UPDATE outbox
           SET media_id = :media_id, lease_until = :lease_until
         WHERE workspace_id = :workspace_id
           AND id = :outbox_id
           AND state = 'sending'
           AND lease = :lease
        """,
        outbox_id=job.outbox_id,
        media_id=media_id,
        lease=job.lease,
        lease_until=clock.later(tx.now, LEASE),
    )
    return renewed == 1
