"""The ad that a customer came by."""

from typing import Any

import orjson

from crm.db.transaction import Transaction


def keep_referral(tx: Transaction, conversation_id: int, referral: dict[str, Any]) -> None:
    """The newest one is shown with the conversation; each message keeps its own."""
    tx.run(
        """
        UPDATE conversations
           SET referral = :referral
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
        """,
        conversation_id=conversation_id,
        referral=orjson.dumps(referral).decode(),
    )
