"""From what arrived to what people see: each event once, in one transaction, and again after a mend."""

import time
from collections.abc import Mapping

import structlog

from crm.conversations.contacts import SOURCE
from crm.conversations.events import due_events, put_off_event, settle_event
from crm.conversations.leads import ensure_lead
from crm.conversations.medium import Medium
from crm.conversations.messages import NewMessage, add_message
from crm.conversations.opening import open_conversation
from crm.conversations.received import NotUnderstood, ReceivedMedia, ReceivedMessage, ReceivedStatus
from crm.conversations.statuses import apply_status
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Row, Transaction
from crm.errors import Busy, Full
from crm.fields import parse_fields
from crm.leads.fields import LeadFields

# What the projection does is found in the ledger under this and the event's id.
PROJECTING = "event-"
DETAILS = 20_000
YIELD = 2
SILENT = frozenset({"reaction", "system"})

log = structlog.get_logger("crm.conversations")


def project_due(db: Database, media: Mapping[str, Medium]) -> int:
    """Project what waits, in the order of its arrival; returns how many events were settled.

    What arrives goes first, as a sender without a timely answer delivers again: each event is followed by
    a pause of some times its own duration.
    """
    settled = 0
    while rows := db.read(due_events, SYSTEM):
        for row in rows:
            started = time.monotonic()
            _project(db, media[row["medium"]], row)
            time.sleep(YIELD * (time.monotonic() - started))
        settled += len(rows)
    return settled


def project_event(tx: Transaction, medium: Medium, event_id: int) -> None:
    """Raises NotUnderstood. What is settled already stays as it is."""
    payload = tx.value(
        """
        SELECT payload
          FROM inbound_events
         WHERE workspace_id = :workspace_id
           AND id = :event_id
           AND state = 'waiting'
        """,
        event_id=event_id,
    )
    if payload is None:
        return
    told = medium.read(payload)
    channel_id = _channel_of(tx, told.phone_number_id)
    if isinstance(told, ReceivedStatus):
        apply_status(tx, event_id, told)
    else:
        take_in(tx, event_id, channel_id, told)
    settle_event(tx, event_id, "done", None)


def take_in(tx: Transaction, event_id: int, channel_id: int, told: ReceivedMessage) -> None:
    """The message, its conversation and client; and a lead for a new one, where the number makes them."""
    opened = open_conversation(tx, told.sender, channel_id=channel_id)
    message_id = add_message(
        tx,
        opened.conversation,
        NewMessage(
            direction="in",
            kind=told.kind,
            body=told.body,
            facts=told.facts,
            channel_id=channel_id,
            external_id=told.external_id,
            context_id=told.context_id,
            event_id=event_id,
            sent_at=told.sent_at,
        ),
    )
    if told.media is not None:
        _expect_media(tx, message_id, told.media)
    if opened.client_is_new and _wants_lead(tx, channel_id) and told.kind not in SILENT:
        fields = {"title": opened.conversation.client_name, "details": told.body[:DETAILS], "source": SOURCE}
        lead = {**fields, "client_id": opened.conversation.client_id}
        ensure_lead(tx, opened.conversation, parse_fields(LeadFields, lead))


def _project(db: Database, medium: Medium, row: Row) -> None:
    actor = Actor(row["workspace_id"], None, f"{PROJECTING}{row['id']}")
    try:
        db.write(project_event, actor, medium, row["id"])
    except NotUnderstood as reason:
        db.write(settle_event, actor, row["id"], "quarantined", str(reason))
    except (Busy, Full):
        raise
    except Exception as defect:
        log.exception("an event could not be projected", event_id=row["id"])
        db.write(put_off_event, actor, row["id"], row["attempts"] + 1, f"{type(defect).__name__}: {defect}")


def _channel_of(tx: Transaction, phone_number_id: str) -> int:
    channel_id: int | None = tx.value(
        """
        SELECT id
          FROM channels
         WHERE workspace_id = :workspace_id
           AND phone_number_id = :phone_number_id
         ORDER BY deleted_at IS NULL DESC, id DESC
         LIMIT 1
        """,
        phone_number_id=phone_number_id,
    )
    if channel_id is None:
        raise NotUnderstood(f"for a number that is not connected: {phone_number_id[:64]}")
    return channel_id


def _wants_lead(tx: Transaction, channel_id: int) -> bool:
    return bool(
        tx.value(
            "SELECT create_leads FROM channels WHERE workspace_id = :workspace_id AND id = :channel_id",
            channel_id=channel_id,
        )
    )


def _expect_media(tx: Transaction, message_id: int, media: ReceivedMedia) -> None:
    tx.run(
        """
        INSERT INTO message_media (workspace_id, message_id, media_id, media_type, name, sha256_told,
                                   state, due_at)
        VALUES (:workspace_id, :message_id, :media_id, :media_type, :name, :sha256,
                'waiting', :now)
        """,
        message_id=message_id,
        media_id=media.media_id,
        media_type=media.media_type,
        name=media.name,
        sha256=media.sha256,
    )
