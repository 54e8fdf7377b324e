"""Reminders of overdue invoices: a friendly one, a second and a last one, each as a text to send."""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from crm.db.transaction import Transaction
from crm.documents.invoice import INVOICE_RECORD, Invoice, get_invoice, invoice_facts
from crm.documents.invoice_mails import InvoiceMailFields, queue_invoice_mail
from crm.documents.reminder_texts import reminder_text
from crm.errors import Conflict
from crm.records.recording import record_change
from crm.records.skeleton import refuse_stale

LEVELS = 3


class ReminderFields(InvoiceMailFields):
    """How the client is reminded: by e-mail with the invoice as a PDF file, or otherwise, which is noted."""

    by: Literal["email", "note"] = Field(default="note", description="note: it was sent in another way")


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


def remind(
    tx: Transaction,
    invoice_id: int,
    fields: ReminderFields,
    *,
    mail_set_up: bool = False,
    expected_version: int | None = None,
) -> Reminder:
    """Send the reminder, or note that it was sent: the next is of the next level.

    Raises NotFound, Stale, Conflict, and Invalid where nobody knows whom to write to.
    """
    invoice = get_invoice(tx, invoice_id)
    refuse_stale(INVOICE_RECORD, invoice, expected_version)
    reminder, recipient = next_reminder(tx, invoice_id), None
    if fields.by == "email":
        usual = {"subject": reminder.subject, "text": reminder.text}
        letter = fields.model_copy(update={name: getattr(fields, name) or usual[name] for name in usual})
        mail = queue_invoice_mail(tx, invoice, letter, mail_set_up=mail_set_up, level=reminder.level)
        recipient = mail.recipient
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
    told = {"recipient": recipient} if recipient else {}
    states = invoice, get_invoice(tx, invoice_id)
    record_change(tx, "invoice.reminded", INVOICE_RECORD, states, facts=invoice_facts, told=told)
    return reminder


def _refuse_not_overdue(invoice: Invoice) -> None:
    if not invoice.overdue:
        raise Conflict("Only an overdue invoice is reminded of.")
