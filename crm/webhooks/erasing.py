"""What erasing a person takes out of the log of deliveries."""

from crm.db.transaction import Transaction


def forget_answers(tx: Transaction) -> int:
    """Of deliveries that told of entries erased in this transaction; returns how many.

    A receiver may repeat in its answer what it was told. What it was told is not kept beside the ledger.
    """
    return tx.run(
        """
        UPDATE webhook_attempts
           SET answer = NULL
         WHERE workspace_id = :workspace_id
           AND answer IS NOT NULL
           AND delivery_id IN (SELECT d.id
                                 FROM webhook_deliveries d
                                 JOIN activity_contents c ON c.activity_id = d.activity_id
                                WHERE d.workspace_id = :workspace_id
                                  AND c.erased_at = :now)
        """
    )
