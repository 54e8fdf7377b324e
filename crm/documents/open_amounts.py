"""What is open on an invoice, from its payments and credit notes, and the state that follows."""

from collections.abc import Mapping

from crm.db.transaction import Transaction

UPDATED = """
    UPDATE invoices
       SET paid_minor = :paid, credited_minor = :credited,
           open_minor = total_minor - deducted_minor - :paid - :credited,
           state = CASE WHEN :noted > 0 AND :credited >= total_minor - deducted_minor THEN 'credited'
                        WHEN total_minor - deducted_minor - :paid - :credited <= 0 THEN 'paid'
                        WHEN :paid + :credited > 0 THEN 'partly_paid'
                        ELSE 'open' END,
           version = version + 1, updated_at = :now
     WHERE workspace_id = :workspace_id
       AND id = :invoice_id
"""


def update_open(tx: Transaction, invoice_id: int) -> None:
    """Below 0 it is owed to the client: more was paid than is left after a credit note."""
    tx.run(UPDATED, invoice_id=invoice_id, paid=_paid(tx, invoice_id), **_credited(tx, invoice_id))


def _paid(tx: Transaction, invoice_id: int) -> int:
    found = tx.value(
        """
        SELECT COALESCE(sum(amount_minor), 0)
          FROM invoice_payments
         WHERE workspace_id = :workspace_id
           AND invoice_id = :invoice_id
           AND taken_back_at IS NULL
        """,
        invoice_id=invoice_id,
    )
    return int(found)


def _credited(tx: Transaction, invoice_id: int) -> Mapping[str, int]:
    """What credit notes come to: `noted`, and less the deposits that they give free, `credited`."""
    found = tx.one(
        """
        SELECT COALESCE(sum(total_minor), 0) AS noted,
               COALESCE(sum(total_minor - deducted_minor), 0) AS credited
          FROM invoices
         WHERE workspace_id = :workspace_id
           AND corrects_id = :invoice_id
           AND state = 'issued'
        """,
        invoice_id=invoice_id,
    )
    return {name: int(value) for name, value in (found or {}).items()}
