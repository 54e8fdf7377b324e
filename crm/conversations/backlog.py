"""What waits to be sent and to be taken in, of all workspaces."""

from dataclasses import dataclass

from crm.db.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Backlog:
    """Messages in the outbox and events that arrived. The times are of the oldest that waits, and of the last
    that came; None where there is none. `silent_since`: when the oldest channel was connected of those that
    never received anything.
    """

    queued: int
    sending: int
    troubled: int
    oldest_queued_at: str | None
    arriving: int
    oldest_arrival_at: str | None
    last_arrival_at: str | None
    silent_since: str | None


def measure_backlog(tx: Transaction) -> Backlog:
    """`tx` is of SYSTEM."""
    row = tx.one(
        """
        SELECT (SELECT count(*) FROM outbox WHERE state = 'queued')                  AS queued,
               (SELECT count(*) FROM outbox WHERE state = 'sending')                 AS sending,
               (SELECT count(*) FROM outbox WHERE state IN ('failed', 'unknown'))    AS troubled,
               (SELECT min(queued_at) FROM outbox WHERE state = 'queued')            AS oldest_queued_at,
               (SELECT count(*) FROM inbound_events WHERE state = 'waiting')         AS arriving,
               (SELECT min(received_at) FROM inbound_events WHERE state = 'waiting') AS oldest_arrival_at,
               (SELECT e.received_at FROM inbound_events e ORDER BY e.id DESC LIMIT 1) AS last_arrival_at,
               (SELECT min(c.created_at)
                  FROM channels c
                 WHERE c.deleted_at IS NULL
                   AND NOT EXISTS (SELECT 1
                                     FROM inbound_events e
                                    WHERE e.workspace_id = c.workspace_id
                                      AND e.channel_id = c.id))               AS silent_since
        """
    )
    return Backlog(**(row or {}))
