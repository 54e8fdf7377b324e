"""Clients for conversations without one: named in the inbox, or created to have the files."""

from crm.clients.clients import create_client
from crm.clients.fields import NewClient
from crm.clients.ids import ClientId
from crm.conversations.channel_kinds import CHANNEL_KINDS
from crm.conversations.people.contacts import ensure_client
from crm.conversations.thread.conversation import Conversation, get_conversation
from crm.conversations.thread.conversations import link_conversation
from crm.conversations.thread.fields import ConversationChanges
from crm.conversations.transport.received import Sender
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import parse_fields


def link_new_client(tx: Transaction, conversation_id: int, name: str, *, seen: int | None) -> Conversation:
    """Has the conversation's number, unless that is another client's by the conversation itself.

    `seen` is whose it was when the asking user decided. Raises NotFound, Stale and Invalid for `client_id`.
    """
    conversation = get_conversation(tx, conversation_id)
    phone = conversation.phone if conversation.client_id is None else None
    given = {"name": name, "phone": phone, "owner_id": tx.actor.user_id}
    try:
        client = create_client(tx, parse_fields(NewClient, given), allow_duplicate=True)
    except Invalid as error:
        raise Invalid.field("client_id", error.problems[0].message) from None
    changes = ConversationChanges(client_id=client.id)
    return link_conversation(tx, conversation_id, changes, seen=seen)


def client_for_files(tx: Transaction, conversation_id: int) -> ClientId:
    """The conversation's client; or the client with its number; or a new one."""
    conversation = get_conversation(tx, conversation_id)
    if conversation.client_id is not None:
        return conversation.client_id
    who = Sender(conversation.phone, conversation.user_id, conversation.name)
    client_id, _ = ensure_client(tx, who, CHANNEL_KINDS[conversation.medium].label)
    link_conversation(tx, conversation_id, ConversationChanges(client_id=client_id), seen=None)
    return client_id
