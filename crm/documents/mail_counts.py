"""How many e-mails with documents wait, are being sent and have failed."""

from crm.db.transaction import Transaction
from crm.documents.invoice_mails import INVOICE_MAILS
from crm.documents.mail_queue import MailQueue
from crm.documents.quote_mails import QUOTE_MAILS


def count_mails(tx: Transaction) -> dict[str, int]:
    """By state, of all workspaces. `tx` is of SYSTEM."""
    of_quotes, of_invoices = _counts(tx, QUOTE_MAILS), _counts(tx, INVOICE_MAILS)
    return {state: number + of_invoices[state] for state, number in of_quotes.items()}


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
