"""Conversations of a client that was merged with another: they are of the one that stays, and go on."""

from crm.conversations.thread.opening import touch
from crm.db.transaction import Transaction


def note_moved(tx: Transaction, conversation_id: int) -> None:
    """It has another client now, as two were merged."""
    tx.run(
        """
        UPDATE conversations
           SET version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
        """,
        conversation_id=conversation_id,
    )
    touch(tx, conversation_id)
