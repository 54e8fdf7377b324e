"""What is still to be told by webhooks, of all workspaces."""

from dataclasses import dataclass

from crm.db.transaction import Transaction


@dataclass(frozen=True, slots=True)
class DeliveryBacklog:
    """`dead` ones are kept until a person sends them again."""

    queued: int
    sending: int
    dead: int


def measure_deliveries(tx: Transaction) -> DeliveryBacklog:
    """Of webhooks that are not deleted: nothing of those is told. `tx` is of SYSTEM."""
    return DeliveryBacklog(*(_count(tx, state) for state in ("queued", "sending", "dead")))


def _count(tx: Transaction, state: str) -> int:
    counts = tx.all(
        """
        SELECT (SELECT count(*)
                  FROM webhook_deliveries d
                 WHERE d.workspace_id = w.workspace_id
                   AND d.webhook_id = w.id
                   AND d.state = :state) AS deliveries
          FROM webhooks w
         WHERE w.deleted_at IS NULL
        """,
        state=state,
    )
    return sum(row["deliveries"] for row in counts)
