"""Writing to a client: in the conversation with them, else in a new one by their phone number."""

from dataclasses import dataclass

from crm.clients.client import Client, get_client
from crm.conversations.channel_kinds import BY_PHONE
from crm.conversations.channels.channels import list_channels
from crm.conversations.people.identities import find_person
from crm.conversations.thread.conversation import Conversation, get_conversation, takes_text
from crm.conversations.thread.opening import open_conversation
from crm.conversations.transport.received import Sender
from crm.conversations.writing.fields import MessageToSend
from crm.conversations.writing.writing import Written, write_message
from crm.db.transaction import Transaction
from crm.errors import Invalid


@dataclass(frozen=True, slots=True)
class Reach:
    """How a client is written to. `can_be_reached`: a number is connected, and theirs is known; outside of
    `window_open` only by a template.
    """

    conversation_id: int | None
    can_be_reached: bool
    window_open: bool


def reach_of(tx: Transaction, client_id: int) -> Reach:
    """As things are now. Raises NotFound."""
    client = get_client(tx, client_id)
    connected = any(channel.kind == BY_PHONE.name for channel in list_channels(tx))
    found = _with_client(tx, client) or _with_number(tx, client)
    if found is None:
        return Reach(None, connected and client.phone is not None, window_open=False)
    return Reach(found.id, connected, window_open=takes_text(tx.now, found, found.window_until))


def write_to_client(tx: Transaction, client_id: int, words: MessageToSend) -> Written:
    """Raises NotFound, Conflict where no number is connected, and Invalid naming the field."""
    client = get_client(tx, client_id)
    conversation = _with_client(tx, client) or _begun(tx, client)
    if conversation.client_id != client_id:
        raise Invalid.field("client_id", "has the phone number of another client's conversation")
    written = write_message(tx, conversation, words, channel_id=words.channel_id)
    if words.template is None and not written.window_open:
        raise Invalid.field(
            "template", "is required: the customer has not written to this number in the last 24 hours"
        )
    return written


def _begun(tx: Transaction, client: Client) -> Conversation:
    if client.phone is None:
        raise Invalid.field("client_id", "has no phone number")
    return open_conversation(tx, Sender(client.phone, None, client.name), make_client=False).conversation


def _with_client(tx: Transaction, client: Client) -> Conversation | None:
    """The last one."""
    conversation_id = tx.value(
        """
        SELECT id
          FROM conversations
         WHERE workspace_id = :workspace_id
           AND client_id = :client_id
           AND medium = :medium
           AND erased_at IS NULL
         ORDER BY last_message_at DESC
         LIMIT 1
        """,
        client_id=client.id,
        medium=BY_PHONE.name,
    )
    return None if conversation_id is None else get_conversation(tx, conversation_id)


def _with_number(tx: Transaction, client: Client) -> Conversation | None:
    """That of the client's number, if nobody else is known to have it."""
    if client.phone is None:
        return None
    found = find_person(tx, BY_PHONE.name, Sender(client.phone, None, None), tx.now).conversation_id
    conversation = None if found is None else get_conversation(tx, found)
    return conversation if conversation is not None and conversation.client_id is None else None
