"""How many e-mails wait, are being sent and have failed."""

from crm.db.transaction import Transaction
from crm.documents.mail_queue import MailQueue


def count_mails(tx: Transaction, *queues: MailQueue) -> dict[str, int]:
    """By state, of all workspaces. `tx` is of SYSTEM."""
    whole = dict.fromkeys(("queued", "sending", "failed"), 0)
    for queue in queues:
        for state, number in _counts(tx, queue).items():
            whole[state] += number
    return whole


def _counts(tx: Transaction, queue: MailQueue) -> dict[str, int]:
    rows = tx.all(
        f"""
        SELECT state, count(*) AS mails
          FROM {queue.table}
         WHERE state IN ('queued', 'sending')
         GROUP BY state
         UNION ALL
        SELECT 'failed' AS state, count(*) AS mails FROM {queue.table} WHERE state = 'failed'
        """
    )
    return {"queued": 0, "sending": 0} | {row["state"]: row["mails"] for row in rows}
