"""Reminders of overdue invoices: a friendly one, a second and a last one, each as a text to send."""

from dataclasses import dataclass

from crm.activity import activity
from crm.db.transaction import Transaction
from crm.documents.invoice import INVOICE_RECORD, Invoice, get_invoice
from crm.documents.reminder_texts import reminder_text
from crm.errors import Conflict
from crm.records.skeleton import refuse_stale

LEVELS = 3


@dataclass(frozen=True, slots=True)
class Reminder:
    """`level` is 1 to 3; `subject` and `text` are in the language of the invoice."""

    invoice_id: int
    level: int
    subject: str
    text: str


def next_reminder(tx: Transaction, invoice_id: int) -> Reminder:
    """The text of the level that comes next; after the last one that again. Raises NotFound, Conflict."""
    invoice = get_invoice(tx, invoice_id)
    _refuse_not_overdue(invoice)
    level = min(invoice.reminder_level + 1, LEVELS)
    return Reminder(invoice_id, level, *reminder_text(tx, invoice, level))


def remind(tx: Transaction, invoice_id: int, *, expected_version: int | None = None) -> Reminder:
    """Note that the reminder was sent: the next is of the next level. Raises NotFound, Stale, Conflict."""
    refuse_stale(INVOICE_RECORD, get_invoice(tx, invoice_id), expected_version)
    reminder = next_reminder(tx, invoice_id)
    tx.run(
        """
        UPDATE invoices
           SET reminder_level = :level, reminded_at = :now, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :invoice_id
        """,
        invoice_id=invoice_id,
        level=reminder.level,
    )
    activity.record(tx, "invoice.reminded", "invoice", invoice_id, after={"reminder_level": reminder.level})
    return reminder


def _refuse_not_overdue(invoice: Invoice) -> None:
    if not invoice.overdue:
        raise Conflict("Only an overdue invoice is reminded of.")
