"""A job for each won lead and each connection that tells of conversions: each once."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from crm import clock
from crm.campaigns.conversions.destinations import DESTINATIONS
from crm.campaigns.conversions.event import clicks_of
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction

BACK = timedelta(hours=1)
"""So much is looked at again: what was being written while it was looked at last."""


@dataclass(frozen=True, slots=True)
class Teller:
    connection_id: int
    workspace_id: int
    purpose: str
    looked_until: str

    def actor(self) -> Actor:
        return Actor(self.workspace_id, None, f"conversions-{self.connection_id}")


def queue_conversions(db: Database) -> int:
    """Returns how many were found."""
    found = 0
    for teller in db.read(_tellers, SYSTEM):
        won = db.read(_won, teller.actor(), teller)
        if won or teller.looked_until < clock.as_text(clock.now() - BACK):
            found += db.write(_queue, teller.actor(), teller, won)
    return found


def _tellers(tx: Transaction) -> list[Teller]:
    """Of all workspaces. `tx` is of SYSTEM."""
    rows = tx.tuples(
        """
        SELECT id, workspace_id, purpose, coalesce(looked_until, created_at) AS looked_until
          FROM ad_connections
         WHERE active = 1
           AND deleted_at IS NULL
         ORDER BY id
        """
    )
    return [Teller(*row) for row in rows if row[2] in DESTINATIONS]


def _won(tx: Transaction, teller: Teller) -> list[tuple[int, str]]:
    """Those won since the last look that came by a click of the platform, and have no job."""
    rows = tx.tuples(
        """
        SELECT l.id, l.closed_at
          FROM leads l
         WHERE l.workspace_id = :workspace_id
           AND l.closed_at >= :since
           AND l.status = 'won'
           AND l.deleted_at IS NULL
           AND EXISTS (SELECT 1
                         FROM touches t
                        WHERE t.workspace_id = l.workspace_id
                          AND t.lead_id = l.id)
           AND NOT EXISTS (SELECT 1
                             FROM ad_conversions c
                            WHERE c.workspace_id = l.workspace_id
                              AND c.connection_id = :connection_id
                              AND c.lead_id = l.id)
        """,
        since=teller.looked_until,
        connection_id=teller.connection_id,
    )
    wanted = set(DESTINATIONS[teller.purpose].clicks)
    return [(lead_id, won_at) for lead_id, won_at in rows if wanted & clicks_of(tx, lead_id)[0].keys()]


def _queue(tx: Transaction, teller: Teller, won: list[tuple[int, str]]) -> int:
    found = sum(_add(tx, teller, lead_id, won_at) for lead_id, won_at in won)
    _note_look(tx, teller)
    return found


def _add(tx: Transaction, teller: Teller, lead_id: int, won_at: str) -> int:
    return tx.run(
        """
        INSERT INTO ad_conversions (workspace_id, connection_id, lead_id, event_id, state, due_at, won_at,
                                    created_at)
        VALUES (:workspace_id, :connection_id, :lead_id, :event_id, 'waiting', :now, :won_at, :now)
            ON CONFLICT (workspace_id, connection_id, lead_id) DO NOTHING
        """,
        connection_id=teller.connection_id,
        lead_id=lead_id,
        event_id=secrets.token_hex(16),
        won_at=won_at,
    )


def _note_look(tx: Transaction, teller: Teller) -> None:
    """Never before the connection was made: what was won earlier is not told."""
    tx.run(
        """
        UPDATE ad_connections
           SET looked_until = CASE WHEN :back > created_at THEN :back ELSE created_at END
         WHERE workspace_id = :workspace_id
           AND id = :connection_id
        """,
        connection_id=teller.connection_id,
        back=clock.later(tx.now, -BACK),
    )
