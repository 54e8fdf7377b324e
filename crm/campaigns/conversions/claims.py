"""Which conversion is told next: noted before it is sent, so that a death in between is known afterwards."""

from dataclasses import dataclass
from datetime import timedelta

from crm import clock
from crm.campaigns.connections.connection import Connection, find_connection
from crm.campaigns.conversions.destination import Destination
from crm.campaigns.conversions.destinations import DESTINATIONS
from crm.campaigns.conversions.event import Event, Withheld, event_of
from crm.campaigns.conversions.settling import DueConversion, hold_up, settle
from crm.db.transaction import Transaction

LEASE = timedelta(minutes=10)
TOO_OLD = "It is too old: the platform takes it for {n} days."
UNSURE = "Whether the platform counted it is not known, and it no longer drops a repeat."
BATCH = 50


@dataclass(frozen=True, slots=True)
class Claimed:
    """`first` unless the platform may have it already, of an attempt before that ended unsure."""

    due: DueConversion
    connection: Connection
    destination: Destination
    event: Event
    first: bool


def due_conversions(tx: Transaction) -> list[DueConversion]:
    """Of all workspaces. `tx` is of SYSTEM."""
    rows = tx.tuples(
        """
        SELECT id, workspace_id, connection_id, attempts
          FROM ad_conversions
         WHERE state = 'waiting'
           AND due_at <= :now
         ORDER BY due_at, id
         LIMIT :batch
        """,
        batch=BATCH,
    )
    return [DueConversion(*row) for row in rows]


def claim_conversion(tx: Transaction, due: DueConversion) -> Claimed | None:
    """None where nothing is to be told: now, or at all."""
    row = tx.one(
        """
        SELECT event_id, lead_id, won_at, first_told_at
          FROM ad_conversions
         WHERE workspace_id = :workspace_id
           AND id = :conversion_id
           AND state = 'waiting'
           AND due_at <= :now
        """,
        conversion_id=due.id,
    )
    connection = find_connection(tx, due.connection_id)
    if row is None or connection is None:
        return None
    if not connection.active or connection.deleted_at is not None:
        hold_up(tx, due, sure=False)
        return None
    destination = DESTINATIONS[connection.purpose]
    first_told_at = row["first_told_at"]
    if first_told_at is not None and first_told_at < clock.later(tx.now, -destination.drops_repeats):
        settle(tx, due, "unknown", UNSURE)
        return None
    try:
        event = event_of(tx, row["event_id"], row["lead_id"], row["won_at"])
    except Withheld as why:
        settle(tx, due, "withheld", str(why))
        return None
    begins = event.clicked_at if destination.of_click else event.happened_at
    if clock.as_text(begins) < clock.later(tx.now, -destination.longest):
        settle(tx, due, "too_old", TOO_OLD.format(n=destination.longest.days))
        return None
    _note(tx, due)
    return Claimed(due, connection, destination, event, first_told_at is None)


def _note(tx: Transaction, due: DueConversion) -> None:
    tx.run(
        """
        UPDATE ad_conversions
           SET attempts = attempts + 1, first_told_at = coalesce(first_told_at, :now), due_at = :due_at
         WHERE workspace_id = :workspace_id
           AND id = :conversion_id
           AND state = 'waiting'
        """,
        conversion_id=due.id,
        due_at=clock.later(tx.now, LEASE),
    )
