"""Working on conversations: assign, snooze, close, link to a client."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from crm import clock
from crm.accounts.owners import check_owner
from crm.activity import activity
from crm.clients.client import find_client
from crm.conversations.people.wishes import carry_wish
from crm.conversations.thread.conversation import (
    CONVERSATION_RECORD,
    Conversation,
    get_conversation,
    subject_of,
)
from crm.conversations.thread.fields import ConversationChanges
from crm.conversations.thread.opening import set_status, touch
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Row, Transaction
from crm.errors import Invalid, Sentence, Stale
from crm.records.skeleton import facts_of, refuse_stale


def change_conversation(
    tx: Transaction,
    conversation_id: int,
    changes: ConversationChanges,
    *,
    expected_version: int | None = None,
) -> Conversation:
    """Raises NotFound, Stale and Invalid. If nothing differs, nothing is written."""
    old = get_conversation(tx, conversation_id)
    refuse_stale(CONVERSATION_RECORD, old, expected_version)
    given = changes.model_dump(exclude_unset=True)
    if "status" in given or "snoozed_until" in given:
        status, until = _wanted_status(tx, given)
        set_status(tx, old, status, until)
    links: dict[str, Any] = {name: given[name] for name in ("assignee_id", "client_id") if name in given}
    if links:
        _link(tx, get_conversation(tx, conversation_id), links)
    return get_conversation(tx, conversation_id)


def assign_conversation(
    tx: Transaction, conversation_id: int, changes: ConversationChanges, *, seen: int | None
) -> Conversation:
    """`seen` is the assignee whom the asking user saw. Raises NotFound, Stale and Invalid."""
    old = get_conversation(tx, conversation_id)
    if old.assignee_id not in {seen, changes.assignee_id}:
        who = old.assignee_name
        message = (
            Sentence(
                "{who} was assigned this conversation in the meantime. Assign it again if you still want to.",
                who=who,
            )
            if who
            else Sentence(
                "Somebody unassigned this conversation in the meantime. Assign it again if you still want to."
            )
        )
        raise Stale(message, asdict(old))
    return change_conversation(tx, conversation_id, changes)


def link_conversation(
    tx: Transaction, conversation_id: int, changes: ConversationChanges, *, seen: int | None
) -> Conversation:
    """`seen` is the client whom the asking user saw. Raises NotFound, Stale and Invalid."""
    old = get_conversation(tx, conversation_id)
    if old.client_id not in {seen, changes.client_id}:
        message = (
            Sentence("Somebody linked this conversation to {who} in the meantime.", who=old.client_name)
            if old.client_name
            else Sentence("Somebody removed the client from this conversation in the meantime.")
        )
        raise Stale(message, asdict(old))
    return change_conversation(tx, conversation_id, changes)


def mark_read(tx: Transaction, conversation_id: int, *, message_id: int | None = None) -> None:
    """The asking user has seen it up to and with this message, or all of it.

    What was written before that but arrives later stays unread. Raises NotFound and Invalid.
    """
    get_conversation(tx, conversation_id)
    if (
        message_id is not None
        and tx.value(_OF_CONVERSATION, id=conversation_id, message_id=message_id) is None
    ):
        raise Invalid.field("message_id", "is not a message of this conversation")
    tx.run(
        """
        INSERT INTO conversation_reads (workspace_id, conversation_id, user_id, message_id, arrived_id)
        SELECT :workspace_id, :conversation_id, :actor_id, m.id,
               (SELECT max(id) FROM messages
                 WHERE workspace_id = :workspace_id AND conversation_id = :conversation_id)
          FROM messages m
         WHERE m.workspace_id = :workspace_id
           AND m.conversation_id = :conversation_id
           AND m.id = COALESCE(CAST(:message_id AS INTEGER),
                               (SELECT id
                                  FROM messages
                                 WHERE workspace_id = :workspace_id
                                   AND conversation_id = :conversation_id
                                 ORDER BY placed_at DESC, id DESC
                                 LIMIT 1))
            ON CONFLICT (workspace_id, conversation_id, user_id)
            DO UPDATE SET message_id = excluded.message_id, arrived_id = excluded.arrived_id
             WHERE EXISTS (SELECT 1
                             FROM messages seen
                             JOIN messages now ON now.workspace_id = seen.workspace_id
                                              AND now.id = excluded.message_id
                            WHERE seen.workspace_id = :workspace_id
                              AND seen.id = conversation_reads.message_id
                              AND (seen.placed_at, seen.id) <= (now.placed_at, now.id))
        """,
        conversation_id=conversation_id,
        message_id=message_id,
    )


_OF_CONVERSATION = """
    SELECT 1
      FROM messages
     WHERE workspace_id = :workspace_id
       AND conversation_id = :id
       AND id = :message_id
"""


def wake_snoozed(db: Database) -> int:
    """Reopen conversations whose snooze is over; returns how many."""
    rows = db.read(_rested, SYSTEM)
    for row in rows:
        db.write(_wake, Actor(row["workspace_id"], None, f"snoozed-{row['id']}"), row["id"])
    return len(rows)


def _rested(tx: Transaction) -> list[Row]:
    return tx.all(
        """
        SELECT id, workspace_id
          FROM conversations
         WHERE status = 'snoozed'
           AND snoozed_until IS NOT NULL
           AND snoozed_until <= :now
         ORDER BY snoozed_until
         LIMIT 500
        """
    )


def _wake(tx: Transaction, conversation_id: int) -> None:
    conversation = get_conversation(tx, conversation_id)
    if conversation.snoozed_until is not None and conversation.snoozed_until <= tx.now:
        set_status(tx, conversation, "active")


def _wanted_status(tx: Transaction, given: dict[str, Any]) -> tuple[str, str | None]:
    """A time of snoozing needs the status snoozed."""
    until: datetime | None = given.get("snoozed_until")
    status = given.get("status") or ("snoozed" if until is not None else "active")
    if (status == "snoozed") != (until is not None):
        raise Invalid.field("snoozed_until", "requires the status snoozed")
    if until is None:
        return status, None
    moment = clock.as_text(until)
    if moment <= tx.now:
        raise Invalid.field("snoozed_until", "must be in the future")
    return status, moment


def _link(tx: Transaction, old: Conversation, links: dict[str, Any]) -> None:
    before, after = activity.changes(facts_of(CONVERSATION_RECORD, old), links)
    if not after:
        return
    _check_links(tx, after)
    tx.run(
        """
        UPDATE conversations
           SET assignee_id = :assignee_id, client_id = :client_id, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
        """,
        conversation_id=old.id,
        assignee_id=links.get("assignee_id", old.assignee_id),
        client_id=links.get("client_id", old.client_id),
    )
    carry_wish(tx, old.id)
    touch(tx, old.id)
    action = "conversation.assigned" if after.keys() == {"assignee_id"} else "conversation.linked"
    subject = subject_of(get_conversation(tx, old.id))
    activity.record(tx, action, "conversation", old.id, before=before, after=after, subject=subject)


def _check_links(tx: Transaction, links: dict[str, Any]) -> None:
    if links.get("assignee_id") is not None:
        try:
            check_owner(tx, links["assignee_id"])
        except Invalid as error:
            raise Invalid.field("assignee_id", error.problems[0].message) from None
    if links.get("client_id") is not None:
        client = find_client(tx, links["client_id"])
        if client is None or client.deleted_at is not None:
            raise Invalid.field("client_id", "is not a client of this workspace")
