"""The outbox of webhooks: a delivery is claimed with a lease, sent outside of any transaction, and settled.

If a lease runs out, it is sent again under the same id: a receiver that knows the id does nothing twice.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from crm import clock
from crm.db.actor import Actor
from crm.db.transaction import Row, Transaction
from crm.webhooks.bodies import TEST

LEASE = timedelta(minutes=2)
AT_ONCE = 2
"""So many deliveries to one webhook are under way at the same time, whatever process sends them."""


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """What sending needs of it."""

    id: int
    workspace_id: int
    webhook_id: int
    activity_id: int | None
    message_id: str
    attempts: int
    lease: str
    created_at: str

    def actor(self) -> Actor:
        return Actor(self.workspace_id, None, f"webhook-delivery-{self.id}")


# A record's next event waits for its earlier one until that is sent or dead; other records pass.
_NEXT = """
    SELECT d.id
      FROM webhook_deliveries d
     WHERE d.workspace_id = w.workspace_id
       AND d.webhook_id = w.id
       AND d.state = 'queued'
       AND d.due_at <= :now
       AND NOT EXISTS (SELECT 1
                         FROM webhook_deliveries earlier
                        WHERE earlier.workspace_id = d.workspace_id
                          AND earlier.webhook_id = d.webhook_id
                          AND earlier.entity = d.entity
                          AND earlier.entity_id = d.entity_id
                          AND earlier.state IN ('queued', 'sending')
                          AND earlier.id < d.id)
     ORDER BY d.due_at, d.id
     LIMIT 1
"""
_SENDING = """
    SELECT count(*)
      FROM webhook_deliveries s
     WHERE s.workspace_id = w.workspace_id
       AND s.webhook_id = w.id
       AND s.state = 'sending'
       AND s.due_at > :now
"""
_READY = f"w.active = 1 AND w.deleted_at IS NULL AND ({_SENDING}) < :at_once"


def ready_webhooks(tx: Transaction) -> list[Row]:
    """Those for which a claim would find something; takes no lock of the writers. `tx` is of SYSTEM."""
    return tx.all(
        f"""
        SELECT w.workspace_id, w.id
          FROM webhooks w
         WHERE {_READY}
           AND (EXISTS (SELECT 1
                          FROM webhook_deliveries cut
                         WHERE cut.workspace_id = w.workspace_id
                           AND cut.webhook_id = w.id
                           AND cut.state = 'sending'
                           AND cut.due_at <= :now)
                OR EXISTS ({_NEXT}))
        """,
        at_once=AT_ONCE,
    )


def claim_delivery(tx: Transaction, webhook_id: int) -> ClaimedDelivery | None:
    """The next one to that webhook, leased to the caller. While it is sent, `due_at` is the lease's end."""
    _take_back(tx, webhook_id)
    row = tx.one(
        f"""
        UPDATE webhook_deliveries
           SET state = 'sending', attempts = attempts + 1, lease = :lease, due_at = :lease_until
         WHERE workspace_id = :workspace_id
           AND id = (SELECT ({_NEXT}) AS next
                       FROM webhooks w
                      WHERE w.workspace_id = :workspace_id
                        AND w.id = :webhook_id
                        AND {_READY})
           AND state = 'queued'
        RETURNING id, workspace_id, webhook_id, activity_id, message_id, attempts, lease, created_at
        """,
        webhook_id=webhook_id,
        at_once=AT_ONCE,
        lease=secrets.token_hex(8),
        lease_until=clock.later(tx.now, LEASE),
    )
    return ClaimedDelivery(**row) if row else None


def _take_back(tx: Transaction, webhook_id: int) -> None:
    """What a lost worker was sending."""
    tx.run(
        """
        UPDATE webhook_deliveries
           SET state = 'queued', lease = NULL
         WHERE workspace_id = :workspace_id
           AND webhook_id = :webhook_id
           AND state = 'sending'
           AND due_at <= :now
        """,
        webhook_id=webhook_id,
    )


def queue_test(tx: Transaction, webhook_id: int) -> int:
    """The id of a delivery that tells of no change."""
    return tx.insert(
        """
        INSERT INTO webhook_deliveries (workspace_id, webhook_id, activity_id, message_id, entity, entity_id,
                                        verb, state, due_at, created_at)
        VALUES (:workspace_id, :webhook_id, NULL, :message_id, 'webhook', 0,
                :verb, 'queued', :now, :now)
        RETURNING id
        """,
        webhook_id=webhook_id,
        message_id=f"test_{secrets.token_hex(16)}",
        verb=TEST,
    )
