"""What came of telling a conversion."""

from dataclasses import dataclass
from datetime import timedelta

from crm import clock
from crm.campaigns.connections.connection import Connection, is_as_read, note_problem
from crm.conversations.transport.backoff import delay_after
from crm.db.actor import Actor
from crm.db.transaction import Transaction

HELD_UP = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DueConversion:
    id: int
    workspace_id: int
    connection_id: int
    attempts: int

    def actor(self) -> Actor:
        return Actor(self.workspace_id, None, f"conversion-{self.id}")


def settle(tx: Transaction, due: DueConversion, state: str, problem: str | None) -> None:
    tx.run(
        """
        UPDATE ad_conversions
           SET state = :state, problem = :problem, settled_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :conversion_id
           AND state = 'waiting'
        """,
        conversion_id=due.id,
        state=state,
        problem=problem[:500] if problem else None,
    )
    if state == "told":
        note_problem(tx, due.connection_id, None)


def settle_later(
    tx: Transaction, due: DueConversion, problem: str, seconds: float | None, *, sure: bool
) -> None:
    """Where it is `sure` that the platform took nothing so far, the next attempt is the first one again."""
    delay = delay_after(due.attempts + 1, seconds)
    if seconds is not None:
        delay = max(delay, timedelta(seconds=min(seconds, 86_400.0)))
    tx.run(
        """
        UPDATE ad_conversions
           SET problem = :problem, due_at = :due_at,
               first_told_at = CASE WHEN :sure = 1 THEN NULL ELSE first_told_at END
         WHERE workspace_id = :workspace_id
           AND id = :conversion_id
           AND state = 'waiting'
        """,
        conversion_id=due.id,
        problem=problem[:500],
        due_at=clock.later(tx.now, delay),
        sure=int(sure),
    )


def settle_refused(
    tx: Transaction, due: DueConversion, asked: Connection, problem: str, *, sure: bool
) -> None:
    """Where a person changed the connection while the platform was asked, it is told again by what is new."""
    if is_as_read(tx, asked):
        settle(tx, due, "failed", problem)
    else:
        _tell_now(tx, due, sure=sure)


def settle_no_access(
    tx: Transaction, due: DueConversion, asked: Connection, problem: str, *, sure: bool
) -> None:
    """A person must mend the connection. What was said of credentials that are renewed holds up nothing."""
    if is_as_read(tx, asked):
        note_problem(tx, asked.id, problem)
        hold_up(tx, due, sure=sure)
    else:
        _tell_now(tx, due, sure=sure)


def _tell_now(tx: Transaction, due: DueConversion, *, sure: bool) -> None:
    tx.run(
        """
        UPDATE ad_conversions
           SET due_at = :now, first_told_at = CASE WHEN :sure = 1 THEN NULL ELSE first_told_at END
         WHERE workspace_id = :workspace_id
           AND id = :conversion_id
           AND state = 'waiting'
        """,
        conversion_id=due.id,
        sure=int(sure),
    )


def hold_up(tx: Transaction, due: DueConversion, *, sure: bool) -> None:
    """Until a person has mended or switched on the connection: then all that waits is tried at once."""
    tx.run(
        """
        UPDATE ad_conversions
           SET due_at = :due_at, first_told_at = CASE WHEN id = :sure_of THEN NULL ELSE first_told_at END
         WHERE workspace_id = :workspace_id
           AND connection_id = :connection_id
           AND state = 'waiting'
        """,
        sure_of=due.id if sure else 0,
        connection_id=due.connection_id,
        due_at=clock.later(tx.now, HELD_UP),
    )


def tell_waiting_now(tx: Transaction, connection_id: int) -> None:
    """Also what is being told at this moment: platforms drop a repeat of its id."""
    tx.run(
        """
        UPDATE ad_conversions
           SET due_at = :now
         WHERE workspace_id = :workspace_id
           AND connection_id = :connection_id
           AND state = 'waiting'
        """,
        connection_id=connection_id,
    )
