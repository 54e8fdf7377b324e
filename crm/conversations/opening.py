"""Finding a person's conversation or beginning it, together with the client that they are."""

from dataclasses import dataclass

from crm.activity import activity
from crm.clients.client import find_client
from crm.conversations.contacts import ensure_client, find_client_by_phone, phone_key
from crm.conversations.conversation import Conversation, get_conversation, subject_of
from crm.conversations.received import Sender
from crm.db.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Opened:
    """`is_new`: the conversation was begun just now; `client_is_new`: so was the client."""

    conversation: Conversation
    is_new: bool
    client_is_new: bool


def open_conversation(
    tx: Transaction,
    who: Sender,
    *,
    channel_id: int | None = None,
    status: str = "active",
    make_client: bool = True,
) -> Opened:
    """The one conversation with a person: begun, or reopened where it rested; with the client that they are.

    Without `make_client` a client is found by phone, not made.
    """
    old = _find(tx, who)
    client_id, client_is_new = _client_of(tx, old, who, make_client=make_client)
    if old is None:
        begun = _begin(tx, who, client_id, channel_id, status)
        return Opened(begun, is_new=True, client_is_new=client_is_new)
    _follow(tx, old.id, who, client_id, channel_id)
    set_status(tx, old, status)
    return Opened(get_conversation(tx, old.id), is_new=False, client_is_new=client_is_new)


def set_status(tx: Transaction, old: Conversation, status: str, snoozed_until: str | None = None) -> None:
    """Where it differs, with its entry in the ledger."""
    if (old.status, old.snoozed_until) == (status, snoozed_until):
        return
    tx.run(
        """
        UPDATE conversations
           SET status = :status, snoozed_until = :snoozed_until, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
        """,
        conversation_id=old.id,
        status=status,
        snoozed_until=snoozed_until,
    )
    touch(tx, old.id)
    action = {"active": "reopened", "snoozed": "snoozed", "closed": "closed"}[status]
    activity.record(
        tx,
        f"conversation.{action}",
        "conversation",
        old.id,
        before={"status": old.status},
        after={"status": status, "snoozed_until": snoozed_until} if snoozed_until else {"status": status},
        subject=subject_of(old),
    )


def touch(tx: Transaction, conversation_id: int) -> None:
    """Let the pages that show it know."""
    tx.run(
        """
        UPDATE conversations
           SET pulse = 1 + (SELECT max(pulse) FROM conversations WHERE workspace_id = :workspace_id)
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
        """,
        conversation_id=conversation_id,
    )


def _find(tx: Transaction, who: Sender) -> Conversation | None:
    """By phone first: a person's id at the medium changes with their phone."""
    found = None
    if who.phone is not None:
        found = tx.value(f"{_BY_MEDIUM} AND phone_key = :key", key=phone_key(who.phone))
    if found is None and who.user_id is not None:
        found = tx.value(f"{_BY_MEDIUM} AND user_id = :key", key=who.user_id)
    return get_conversation(tx, found) if found is not None else None


_BY_MEDIUM = "SELECT id FROM conversations WHERE workspace_id = :workspace_id AND medium = 'whatsapp'"


def _client_of(
    tx: Transaction, old: Conversation | None, who: Sender, *, make_client: bool
) -> tuple[int | None, bool]:
    """The conversation's client while they live; else who has the phone, or somebody new."""
    if old is not None and old.client_id is not None:
        client = find_client(tx, old.client_id)
        if client is not None and client.deleted_at is None:
            return old.client_id, False
    if make_client:
        return ensure_client(tx, who)
    return (find_client_by_phone(tx, who.phone) if who.phone else None), False


def _begin(
    tx: Transaction, who: Sender, client_id: int | None, channel_id: int | None, status: str
) -> Conversation:
    conversation_id = tx.insert(
        """
        INSERT INTO conversations (workspace_id, medium, phone, phone_key, user_id, name, channel_id,
                                   client_id, status, last_message_at, pulse, created_at, updated_at)
        VALUES (:workspace_id, 'whatsapp', :phone, :phone_key, :user_id, :name, :channel_id,
                :client_id, :status, :now,
                1 + COALESCE((SELECT max(pulse) FROM conversations WHERE workspace_id = :workspace_id), 0),
                :now, :now)
        RETURNING id
        """,
        phone=who.phone,
        phone_key=phone_key(who.phone) if who.phone else None,
        user_id=who.user_id,
        name=who.name,
        channel_id=channel_id,
        client_id=client_id,
        status=status,
    )
    begun = get_conversation(tx, conversation_id)
    told = {"medium": begun.medium, "phone": who.phone, "client_id": client_id, "status": status}
    activity.record(
        tx, "conversation.created", "conversation", conversation_id, after=told, subject=subject_of(begun)
    )
    return begun


def _follow(
    tx: Transaction, conversation_id: int, who: Sender, client_id: int | None, channel_id: int | None
) -> None:
    """Keep to how the person writes now; an id that stands with another conversation stays there."""
    tx.run(
        """
        UPDATE conversations
           SET phone      = COALESCE(:phone, phone),
               phone_key  = COALESCE(:phone_key, phone_key),
               name       = COALESCE(:name, name),
               channel_id = COALESCE(:channel_id, channel_id),
               client_id  = COALESCE(:client_id, client_id),
               user_id    = CASE
                                WHEN EXISTS (SELECT 1
                                               FROM conversations other
                                              WHERE other.workspace_id = :workspace_id
                                                AND other.medium = 'whatsapp'
                                                AND other.user_id = :user_id
                                                AND other.id <> :conversation_id) THEN user_id
                                ELSE COALESCE(:user_id, user_id)
                            END
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
        """,
        conversation_id=conversation_id,
        phone=who.phone,
        phone_key=phone_key(who.phone) if who.phone else None,
        name=who.name,
        user_id=who.user_id,
        channel_id=channel_id,
        client_id=client_id,
    )
