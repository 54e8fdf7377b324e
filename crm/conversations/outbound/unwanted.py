"""Messages that wait while the customer opts out: marketing is not sent any more, all else is."""

from crm.conversations.templates.templates import may_be_marketing
from crm.conversations.thread.conversation import get_conversation
from crm.conversations.transport.outgoing import Outgoing
from crm.db.transaction import Transaction

OPTED_OUT = "Not sent: the customer has opted out of marketing."


class OptedOut(Exception):
    """What is to be sent is, or may be, marketing, of which the customer wants none."""


def refuse_unwanted(tx: Transaction, message_id: int, message: Outgoing) -> None:
    """Raises OptedOut."""
    template = message.template
    if template is None or not may_be_marketing(tx, template.name, template.language):
        return
    conversation_id = tx.value(
        """
        SELECT conversation_id
          FROM messages
         WHERE workspace_id = :workspace_id
           AND id = :message_id
        """,
        message_id=message_id,
    )
    if get_conversation(tx, conversation_id).marketing_stopped_at is not None:
        raise OptedOut
