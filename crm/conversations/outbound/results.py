"""The result of a claimed job: sent, failed, retried or unknown; also of abandoned jobs."""

from datetime import timedelta

import orjson

from crm import clock
from crm.conversations.outbound.outbox import ClaimedMessage
from crm.conversations.thread.opening import touch
from crm.conversations.thread.statuses import advance, name_message
from crm.conversations.transport.backoff import delay_after
from crm.conversations.transport.send_results import Ambiguous, Locked, Passing, Permanent, SendResult, Sent
from crm.db.transaction import Row, Transaction

LONGEST_WAIT = timedelta(days=1)
OVERDUE = "It could not be sent for a day, and was not sent any more."
MOST_ATTEMPTS = 16


def store_result(tx: Transaction, job: ClaimedMessage, result: SendResult) -> None:
    """Store the job's result, unless a status reported it first."""
    row = tx.one(
        """
        SELECT state, lease
          FROM outbox
         WHERE workspace_id = :workspace_id
           AND id = :outbox_id
        """,
        outbox_id=job.outbox_id,
    )
    if isinstance(result, Sent):
        name_message(tx, job.message_id, result.external_id)
        advance(tx, job.message_id, "sent")
    elif row is None or row["lease"] != job.lease or row["state"] not in {"sending", "unknown"}:
        return
    elif isinstance(result, Permanent) or (isinstance(result, Passing) and job.attempts >= MOST_ATTEMPTS):
        advance(tx, job.message_id, "failed", result.problem, result.code)
    elif isinstance(result, Ambiguous):
        mark_unknown(tx, job.outbox_id, result.problem)
    else:
        _put_off(tx, job, result)


def expired_rows(tx: Transaction) -> list[Row]:
    """Rows of all workspaces whose sender did not finish. `tx` is of SYSTEM.

    `only_uploading`: nothing of the message itself can have gone out.
    """
    rows = tx.all(
        """
        SELECT id, workspace_id, payload, media_id
          FROM outbox
         WHERE state = 'sending'
           AND lease_until IS NOT NULL
           AND lease_until < :now
         ORDER BY lease_until, id
        """
    )
    for row in rows:
        has_file = orjson.loads(row["payload"]).get("file_id") is not None
        row["only_uploading"] = has_file and row["media_id"] is None
    return rows


def take_back(tx: Transaction, outbox_id: int) -> None:
    """Queue it again: its sender was lost before anything was sent."""
    tx.run(
        """
        UPDATE outbox
           SET state = 'queued', lease = NULL
         WHERE workspace_id = :workspace_id
           AND id = :outbox_id
           AND state = 'sending'
           AND media_id IS NULL
        """,
        outbox_id=outbox_id,
    )


def overdue_rows(tx: Transaction) -> list[Row]:
    """Rows of all workspaces that waited too long to be sent still. `tx` is of SYSTEM."""
    return tx.all(
        """
        SELECT id, workspace_id, message_id
          FROM outbox
         WHERE state = 'queued'
           AND queued_at < :before
         ORDER BY queued_at
         LIMIT 100
        """,
        before=clock.later(tx.now, -LONGEST_WAIT),
    )


def give_up(tx: Transaction, message_id: int) -> None:
    advance(tx, message_id, "failed", OVERDUE)


def mark_unknown(tx: Transaction, outbox_id: int, problem: str) -> None:
    """It was being sent and the answer is lost; only a status report can decide."""
    message_id = tx.value(
        """
        UPDATE outbox
           SET state = 'unknown', problem = :problem, settled_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :outbox_id
           AND state IN ('sending', 'unknown')
        RETURNING message_id
        """,
        outbox_id=outbox_id,
        problem=problem,
    )
    if message_id is not None:
        _show(tx, message_id, "unknown", problem)


def _put_off(tx: Transaction, job: ClaimedMessage, result: Passing | Locked) -> None:
    retry_after = result.retry_after if isinstance(result, Passing) else None
    due_at = clock.later(tx.now, delay_after(job.attempts, retry_after))
    tx.run(
        """
        UPDATE outbox
           SET state = 'queued', due_at = :due_at, problem = :problem, code = :code,
               attempts = attempts - :uncounted
         WHERE workspace_id = :workspace_id
           AND id = :outbox_id
        """,
        outbox_id=job.outbox_id,
        due_at=due_at,
        problem=result.problem,
        code=result.code,
        uncounted=int(isinstance(result, Locked)),
    )
    _show(tx, job.message_id, "queued", result.problem)
    if isinstance(result, Locked):
        _lock_number(tx, job.channel_id, result)
    elif result.whole_number:
        _rest_number(tx, job.channel_id, due_at)


def _lock_number(tx: Transaction, channel_id: int, result: Locked) -> None:
    tx.run(
        """
        UPDATE channels
           SET fault = :problem, fault_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :channel_id
        """,
        channel_id=channel_id,
        problem=result.problem,
    )


def _rest_number(tx: Transaction, channel_id: int, until: str) -> None:
    tx.run(
        """
        UPDATE channels
           SET rest_until = :until
         WHERE workspace_id = :workspace_id
           AND id = :channel_id
        """,
        channel_id=channel_id,
        until=until,
    )


def _show(tx: Transaction, message_id: int, status: str, problem: str) -> None:
    conversation_id = tx.value(
        """
        UPDATE messages
           SET status = :status, problem = :problem
         WHERE workspace_id = :workspace_id
           AND id = :message_id
        RETURNING conversation_id
        """,
        message_id=message_id,
        status=status,
        problem=problem,
    )
    touch(tx, conversation_id)
