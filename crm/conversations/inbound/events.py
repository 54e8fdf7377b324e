"""Received events on their way to being projected: waiting, done or quarantined."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from crm import clock
from crm.activity import activity
from crm.conversations.transport.backoff import delay_after
from crm.conversations.transport.events import Event
from crm.conversations.transport.ids import ChannelId, DeliveryId
from crm.db.keyset import Page, decode_cursor, page_of
from crm.db.transaction import Row, Transaction
from crm.errors import NotFound

BATCH = 100
MOST_ATTEMPTS = 5


@dataclass(frozen=True)
class QuarantinedEvent:
    """`payload` is what arrived, as text."""

    id: int
    channel_id: int
    kind: str
    event_key: str
    problem: str
    attempts: int
    payload: str
    received_at: str


def store_delivery(tx: Transaction, channel_id: ChannelId, digest: str, events: Sequence[Event]) -> int:
    """Keep the events of a delivery, each once, and which they are; returns how many were new.

    Another event under a key that is taken is kept as well, under a key with its own digest.
    """
    distinct = {(event.key, event.digest): event for event in events}
    delivery_id = DeliveryId(
        tx.insert(
            """
        INSERT INTO deliveries (workspace_id, channel_id, digest, parts, first_at, last_at)
        VALUES (:workspace_id, :channel_id, :digest, :parts, :now, :now)
            ON CONFLICT (workspace_id, channel_id, digest)
            DO UPDATE SET times = deliveries.times + 1, last_at = excluded.last_at
        RETURNING id
        """,
            channel_id=channel_id,
            digest=digest,
            parts=len(distinct),
        )
    )
    return sum(_store_event(tx, channel_id, delivery_id, event) for event in distinct.values())


def _store_event(tx: Transaction, channel_id: ChannelId, delivery_id: DeliveryId, event: Event) -> bool:
    """Whether it was new."""
    event_id = _insert_event(tx, channel_id, event.key, event)
    new = event_id is not None
    if event_id is None:
        known = tx.one(_BY_KEY, key=event.key)
        if known is None or known["digest"] in {None, event.digest}:
            event_id = known["id"] if known else None
        else:
            key = f"{event.key} {event.digest}"
            event_id = _insert_event(tx, channel_id, key, event)
            new = event_id is not None
            event_id = event_id or tx.value(_BY_KEY, key=key)
    tx.run(
        """
        INSERT INTO delivery_events (workspace_id, delivery_id, event_id)
        VALUES (:workspace_id, :delivery_id, :event_id)
            ON CONFLICT DO NOTHING
        """,
        delivery_id=delivery_id,
        event_id=event_id,
    )
    return new


_BY_KEY = "SELECT id, digest FROM inbound_events WHERE workspace_id = :workspace_id AND event_key = :key"


def _insert_event(tx: Transaction, channel_id: int, key: str, event: Event) -> int | None:
    """None if the key is taken."""
    event_id: int | None = tx.value(
        """
        INSERT INTO inbound_events (workspace_id, channel_id, kind, event_key, digest, payload, state,
                                    due_at, received_at)
        VALUES (:workspace_id, :channel_id, :kind, :key, :digest, :payload, 'waiting',
                :now, :now)
            ON CONFLICT (workspace_id, event_key) DO NOTHING
        RETURNING id
        """,
        channel_id=channel_id,
        kind=event.kind,
        key=key,
        digest=event.digest,
        payload=event.payload,
    )
    return event_id


def list_quarantined(tx: Transaction, *, limit: int, cursor: str | None = None) -> Page[QuarantinedEvent]:
    """Newest first."""
    below = decode_cursor(cursor, (int,))[0] if cursor else None
    rows = tx.all(
        f"""
        SELECT id, channel_id, kind, event_key, problem, attempts, payload, received_at
          FROM inbound_events
         WHERE workspace_id = :workspace_id
           AND state = 'quarantined'
           {"AND id < :below" if below is not None else ""}
         ORDER BY id DESC
         LIMIT :limit
        """,
        below=below,
        limit=limit + 1,
    )
    page = page_of(rows, limit, lambda row: [row["id"]])
    return Page([_event(row) for row in page.rows], page.next)


def replay_event(tx: Transaction, event_id: int) -> None:
    """Project a quarantined event again. Raises NotFound if it is not in quarantine."""
    found = tx.run(
        """
        UPDATE inbound_events
           SET state = 'waiting', attempts = 0, due_at = :now, problem = NULL, settled_at = NULL
         WHERE workspace_id = :workspace_id
           AND id = :event_id
           AND state = 'quarantined'
        """,
        event_id=event_id,
    )
    if not found:
        raise NotFound("There is no such event in the quarantine.")
    activity.record(tx, "event.replayed", "event", event_id)


def due_events(tx: Transaction) -> list[Row]:
    """Waiting events of all workspaces, in the order of arrival. `tx` is of SYSTEM."""
    return tx.all(
        """
        SELECT e.id, e.workspace_id, e.attempts, c.kind AS medium
          FROM inbound_events e
          JOIN channels c ON c.workspace_id = e.workspace_id AND c.id = e.channel_id
         WHERE e.state = 'waiting'
           AND e.due_at <= :now
         ORDER BY e.due_at, e.id
         LIMIT :batch
        """,
        batch=BATCH,
    )


def finish_event(tx: Transaction, event_id: int, state: str, problem: str | None) -> None:
    """Mark it done or quarantined, with the reason."""
    tx.run(
        """
        UPDATE inbound_events
           SET state = :state, problem = :problem, settled_at = :now, attempts = attempts + 1
         WHERE workspace_id = :workspace_id
           AND id = :event_id
        """,
        event_id=event_id,
        state=state,
        problem=problem,
    )


def put_off_event(tx: Transaction, event_id: int, attempts: int, problem: str) -> None:
    """A defect of ours: a few more attempts, then the quarantine."""
    if attempts >= MOST_ATTEMPTS:
        finish_event(tx, event_id, "quarantined", problem[:500])
        return
    tx.run(
        """
        UPDATE inbound_events
           SET attempts = :attempts, due_at = :due_at, problem = :problem
         WHERE workspace_id = :workspace_id
           AND id = :event_id
        """,
        event_id=event_id,
        attempts=attempts,
        due_at=clock.later(tx.now, max(delay_after(attempts), timedelta(seconds=1))),
        problem=problem[:500],
    )


def _event(row: Row) -> QuarantinedEvent:
    return QuarantinedEvent(**{**row, "payload": row["payload"].decode("utf-8", "replace")})
