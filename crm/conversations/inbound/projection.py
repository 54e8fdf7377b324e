"""Projecting events into messages: each event once, in one transaction, and again on retry."""

import time

import structlog

from crm.conversations.channel_kinds import CHANNEL_KINDS, ChannelKinds
from crm.conversations.inbound.arrival import Arrival
from crm.conversations.inbound.channel_news import take_contact, take_identity, take_news, take_wish
from crm.conversations.inbound.events import due_events, finish_event, put_off_event
from crm.conversations.inbound.intake import take_in
from crm.conversations.thread.message_changes import apply_change
from crm.conversations.thread.statuses import apply_status
from crm.conversations.transport.channel_kind import ChannelKind
from crm.conversations.transport.ids import ChannelId, EventId
from crm.conversations.transport.received import (
    NotUnderstood,
    Received,
    ReceivedChange,
    ReceivedContact,
    ReceivedIdentity,
    ReceivedMessage,
    ReceivedNews,
    ReceivedStatus,
    ReceivedWish,
)
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Row, Transaction
from crm.errors import Busy, Full

# What the projection does is found in the ledger under this and the event's id.
PROJECTING = "event-"
YIELD = 2

log = structlog.get_logger("crm.conversations")


def project_due(db: Database, kinds: ChannelKinds = CHANNEL_KINDS) -> int:
    """Project waiting events in the order of arrival; returns how many are finished.

    What arrives goes first, as a sender without a timely answer delivers again: each event is followed by
    a pause of some times its own duration.
    """
    finished = 0
    while rows := db.read(due_events, SYSTEM):
        for row in rows:
            started = time.monotonic()
            _project(db, kinds[row["medium"]], row)
            time.sleep(YIELD * (time.monotonic() - started))
        finished += len(rows)
    return finished


def project_event(tx: Transaction, kind: ChannelKind, event_id: int) -> None:
    """Raises NotUnderstood. Finished parts stay as they are."""
    row = tx.one(
        """
        SELECT payload, channel_id
          FROM inbound_events
         WHERE workspace_id = :workspace_id
           AND id = :event_id
           AND state = 'waiting'
        """,
        event_id=event_id,
    )
    if row is None:
        return
    received = kind.reading.read(row["payload"])
    address = received.address
    channel_id = _channel_of(tx, kind, address) if address is not None else int(row["channel_id"])
    _take(tx, Arrival(EventId(event_id), ChannelId(channel_id), kind), received)
    finish_event(tx, event_id, "done", None)


def _take(tx: Transaction, arrival: Arrival, received: Received) -> None:
    match received:
        case ReceivedMessage():
            take_in(tx, arrival, received)
        case ReceivedStatus():
            apply_status(tx, arrival.event_id, received)
        case ReceivedChange():
            apply_change(tx, arrival.event_id, received)
        case ReceivedContact():
            take_contact(tx, arrival, received)
        case ReceivedWish():
            take_wish(tx, arrival, received)
        case ReceivedIdentity():
            take_identity(tx, arrival, received)
        case ReceivedNews():
            take_news(tx, arrival, received)


def _project(db: Database, kind: ChannelKind, row: Row) -> None:
    actor = Actor(row["workspace_id"], None, f"{PROJECTING}{row['id']}")
    try:
        db.write(project_event, actor, kind, row["id"])
    except NotUnderstood as reason:
        db.write(finish_event, actor, row["id"], "quarantined", str(reason))
    except (Busy, Full):
        raise
    except Exception as defect:
        log.exception("an event could not be projected", event_id=row["id"])
        db.write(put_off_event, actor, row["id"], row["attempts"] + 1, f"{type(defect).__name__}: {defect}")


def _channel_of(tx: Transaction, kind: ChannelKind, address: str) -> int:
    channel_id: int | None = tx.value(
        """
        SELECT id
          FROM channels
         WHERE workspace_id = :workspace_id
           AND kind = :kind
           AND address = :address
         ORDER BY (CASE WHEN deleted_at IS NULL THEN 0 ELSE 1 END), id DESC
         LIMIT 1
        """,
        kind=kind.name,
        address=address,
    )
    if channel_id is None:
        raise NotUnderstood(f"for a number that is not connected: {address[:64]}")
    return channel_id
