"""Whether a number works: when it last received and sent, and what waits or failed."""

from dataclasses import dataclass

from crm.conversations.channels.channels import get_channel
from crm.db.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """`waiting` events are not projected yet; `queued` messages not sent yet, `unknown` possibly sent."""

    verified_at: str | None
    last_event_at: str | None
    last_sent_at: str | None
    waiting: int
    quarantined: int
    queued: int
    failed: int
    unknown: int
    fault: str | None
    fault_at: str | None
    rest_until: str | None


def channel_health(tx: Transaction, channel_id: int) -> ChannelHealth:
    """Raises NotFound."""
    get_channel(tx, channel_id)
    row = tx.one(
        """
        SELECT c.verified_at, c.fault, c.fault_at,
               CASE WHEN c.rest_until > :now THEN c.rest_until END AS rest_until,
               (SELECT e.received_at
                  FROM inbound_events e
                 WHERE e.workspace_id = :workspace_id AND e.channel_id = c.id
                 ORDER BY e.id DESC
                 LIMIT 1) AS last_event_at,
               (SELECT max(o.settled_at)
                  FROM outbox o
                 WHERE o.workspace_id = :workspace_id AND o.channel_id = c.id
                   AND o.state = 'sent') AS last_sent_at,
               COALESCE(unsent.queued, 0) AS queued, COALESCE(unsent.failed, 0) AS failed,
               COALESCE(unsent.unknown, 0) AS unknown,
               (SELECT count(*) FROM inbound_events e
                 WHERE e.workspace_id = :workspace_id AND e.channel_id = c.id
                   AND e.state = 'waiting') AS waiting,
               (SELECT count(*) FROM inbound_events e
                 WHERE e.workspace_id = :workspace_id AND e.channel_id = c.id
                   AND e.state = 'quarantined') AS quarantined
          FROM channels c
          LEFT JOIN (SELECT o.channel_id,
                            count(*) FILTER (WHERE o.state IN ('queued', 'sending')) AS queued,
                            count(*) FILTER (WHERE o.state = 'failed')               AS failed,
                            count(*) FILTER (WHERE o.state = 'unknown')              AS unknown
                       FROM outbox o
                      WHERE o.workspace_id = :workspace_id
                        AND o.channel_id = :channel_id
                        AND o.state IN ('queued', 'sending', 'failed', 'unknown')
                      GROUP BY o.channel_id) unsent ON unsent.channel_id = c.id
         WHERE c.workspace_id = :workspace_id
           AND c.id = :channel_id
        """,
        channel_id=channel_id,
    )
    if row is None:
        raise LookupError(f"channel {channel_id} is gone")
    return ChannelHealth(**row)


def clear_fault(tx: Transaction, channel_id: int) -> None:
    """Resume the number after a user has corrected its settings. Raises NotFound."""
    get_channel(tx, channel_id)
    tx.run(
        """
        UPDATE channels
           SET fault = NULL, fault_at = NULL, rest_until = NULL
         WHERE workspace_id = :workspace_id
           AND id = :channel_id
        """,
        channel_id=channel_id,
    )
