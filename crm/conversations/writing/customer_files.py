"""Files sent to a customer become files of the client."""

from crm.conversations.thread.conversation import get_conversation
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.files.files import File, attach_file
from crm.files.uploads import Upload


def attach_to_customer(tx: Transaction, conversation_id: int, upload: Upload) -> File:
    """Raises NotFound, and Invalid where nobody knows whose the conversation is."""
    client_id = get_conversation(tx, conversation_id).client_id
    if client_id is None:
        raise Invalid.field("file", "can be sent once the conversation has a client")
    return attach_file(tx, "client", client_id, upload)
