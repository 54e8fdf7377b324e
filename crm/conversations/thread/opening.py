"""Finding or starting a customer's conversation, together with their client."""

from dataclasses import dataclass

from crm.activity import activity
from crm.clients.client import find_client
from crm.clients.ids import ClientId
from crm.clients.spellings import phone_key
from crm.conversations.channel_kinds import BY_PHONE
from crm.conversations.people.contacts import ensure_client, find_client_by_phone, follow_phone
from crm.conversations.people.identities import become, claim, find_person, is_former_of, keep_late_id
from crm.conversations.people.probably_same import (
    SAME_ADDRESS,
    SAME_PHONE,
    mark_client,
    mark_conversations,
    mark_same_name,
)
from crm.conversations.people.wishes import carry_wish
from crm.conversations.searching import index_conversation
from crm.conversations.thread.conversation import Conversation, get_conversation, subject_of
from crm.conversations.transport.channel_kind import ChannelKind
from crm.conversations.transport.ids import ChannelId
from crm.conversations.transport.received import Sender
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
    kind: ChannelKind = BY_PHONE,
    status: str = "active",
    make_client: bool = True,
) -> Opened:
    """The conversation with a person whom a user names here: started, or reopened if it was snoozed.

    Without `make_client` a client is found by phone, not made. Known numbers and names stay as the medium has
    them: what is typed here is another spelling at most.
    """
    found = find_person(tx, kind.name, who, tx.now)
    if found.conversation_id is None:
        return _begin(tx, kind, who, None, status, make_client=make_client)
    old = get_conversation(tx, found.conversation_id)
    client_id, client_is_new = _client_of(tx, kind, old, _as_known(old, who), make_client=make_client)
    now = _as_of_now(tx, old, status, client_id=client_id)
    return Opened(now, is_new=False, client_is_new=client_is_new)


def hear_from(
    tx: Transaction,
    kind: ChannelKind,
    who: Sender,
    at: str,
    *,
    channel_id: ChannelId,
    wakes: bool = False,
    speaks: bool = False,
    begun_as: str = "closed",
    make_client: bool = False,
) -> Opened:
    """The conversation with a person whom the channel names, by their present or former number or id.

    `wakes`: it is opened where it rested; one that begins is `begun_as`. `speaks`: the customer wrote to this
    number.
    """
    found = find_person(tx, kind.name, who, at)
    if found.conversation_id is None:
        return _begin(tx, kind, who, channel_id, "active" if wakes else begun_as, make_client=make_client)
    old = learn(tx, get_conversation(tx, found.conversation_id), who)
    if found.other_id is not None:
        mark_conversations(tx, old.id, [found.other_id], SAME_ADDRESS)
    client_id, client_is_new = _client_of(tx, kind, old, _as_known(old, who), make_client=make_client)
    spoken_to = channel_id if speaks else None
    status = "active" if wakes else None
    now = _as_of_now(tx, old, status, client_id=client_id, name=who.name, channel_id=spoken_to)
    return Opened(now, is_new=False, client_is_new=client_is_new)


def learn(tx: Transaction, old: Conversation, who: Sender) -> Conversation:
    """Take over the person's number and id as the medium has them now; the client gets the number, too."""
    if is_former_of(tx, old.id, old.medium, who):
        keep_late_id(tx, old.id, old.medium, who)
        return old
    return move(tx, old, who)


def move(tx: Transaction, old: Conversation, who: Sender) -> Conversation:
    """The person has this number and id from now on."""
    if who.phone in {None, old.phone} and who.user_id in {None, old.user_id}:
        return old
    mark_conversations(tx, old.id, become(tx, old.id, old.medium, who), SAME_ADDRESS)
    new = get_conversation(tx, old.id)
    if new.client_id is None or new.phone is None or new.phone == old.phone:
        return new
    follow_phone(tx, new.client_id, old.phone, new.phone)
    other = find_client_by_phone(tx, new.phone, besides=new.client_id)
    if other is not None:
        mark_client(tx, new.id, other, SAME_PHONE)
    return new


def set_status(tx: Transaction, old: Conversation, status: str, snoozed_until: str | None = None) -> bool:
    """Where it differs, with its entry in the ledger; whether it did."""
    if (old.status, old.snoozed_until) == (status, snoozed_until):
        return False
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
    return True


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


def _as_known(old: Conversation, who: Sender) -> Sender:
    """By the present number: a late message names a former one."""
    return Sender(old.phone, old.user_id, who.name or old.name)


def _client_of(
    tx: Transaction, kind: ChannelKind, old: Conversation | None, who: Sender, *, make_client: bool
) -> tuple[ClientId | None, bool]:
    """The conversation's client if not deleted; else who has the phone, or a new client."""
    if old is not None and old.client_id is not None:
        client = find_client(tx, old.client_id)
        if client is not None and client.deleted_at is None:
            return old.client_id, False
    if make_client:
        return ensure_client(tx, who, kind.label)
    return (find_client_by_phone(tx, who.phone) if who.phone else None), False


def _begin(
    tx: Transaction,
    kind: ChannelKind,
    who: Sender,
    channel_id: ChannelId | None,
    status: str,
    *,
    make_client: bool,
) -> Opened:
    client_id, client_is_new = _client_of(tx, kind, None, who, make_client=make_client)
    claim(tx, kind.name, who)
    conversation_id = tx.insert(
        """
        INSERT INTO conversations (workspace_id, medium, phone, phone_key, user_id, name, channel_id,
                                   client_id, status, last_message_at, pulse, created_at, updated_at)
        VALUES (:workspace_id, :medium, :phone, :phone_key, :user_id, :name, :channel_id,
                :client_id, :status, :now,
                1 + COALESCE((SELECT max(pulse) FROM conversations WHERE workspace_id = :workspace_id), 0),
                :now, :now)
        RETURNING id
        """,
        medium=kind.name,
        phone=who.phone,
        phone_key=phone_key(who.phone) if who.phone else None,
        user_id=who.user_id,
        name=who.name,
        channel_id=channel_id,
        client_id=client_id,
        status=status,
    )
    index_conversation(tx, conversation_id)
    begun = get_conversation(tx, conversation_id)
    facts = {"medium": begun.medium, "phone": who.phone, "client_id": client_id, "status": status}
    activity.record(
        tx, "conversation.created", "conversation", conversation_id, after=facts, subject=subject_of(begun)
    )
    if who.phone is None:
        mark_same_name(tx, conversation_id, kind.name)
    return Opened(begun, is_new=True, client_is_new=client_is_new)


def _as_of_now(
    tx: Transaction, old: Conversation, status: str | None, **links: int | str | None
) -> Conversation:
    """With the given status, client, name and channel; read again only if one of them differs."""
    differing = {name: value for name, value in links.items() if value not in {None, getattr(old, name)}}
    if differing:
        _link(tx, old.id, {**dict.fromkeys(("name", "channel_id", "client_id")), **differing})
    changed = status is not None and set_status(tx, old, status)
    return get_conversation(tx, old.id) if differing or changed else old


def _link(tx: Transaction, conversation_id: int, links: dict[str, int | str | None]) -> None:
    """The given values; the rest is unchanged."""
    tx.run(
        """
        UPDATE conversations
           SET name       = COALESCE(:name, name),
               channel_id = COALESCE(:channel_id, channel_id),
               client_id  = COALESCE(:client_id, client_id)
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
        """,
        conversation_id=conversation_id,
        **links,
    )
    if links["client_id"] is not None:
        carry_wish(tx, conversation_id)
    index_conversation(tx, conversation_id)
