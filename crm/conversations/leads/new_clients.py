"""A client named in the inbox: made and linked to the conversation at once, or not at all."""

from crm.clients.clients import create_client
from crm.clients.fields import NewClient
from crm.conversations.thread.conversation import Conversation, get_conversation
from crm.conversations.thread.conversations import link_conversation
from crm.conversations.thread.fields import ConversationChanges
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
