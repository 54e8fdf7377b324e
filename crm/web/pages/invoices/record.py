"""The page of an invoice: its lines and sums, what was paid, and what happened to it."""

from typing import Any

from crm.db.transaction import Transaction
from crm.documents.invoice import Invoice
from crm.documents.invoice_kind import INVOICE
from crm.documents.invoice_listing import invoices_of_order
from crm.documents.invoice_mails import list_invoice_mails
from crm.documents.invoice_reading import find_payment_code, has_e_invoice
from crm.documents.invoices import copy_invoice
from crm.documents.payments import list_payments
from crm.documents.reminders import next_reminder
from crm.web.pages.documents.record import document_blueprint
from crm.web.sessions.identity import mail_set_up

MOST_RELATED = 20


def _more(tx: Transaction, invoice: Invoice) -> dict[str, Any]:
    related = invoices_of_order(tx, quote_id=invoice.quote_id, deal_id=invoice.deal_id, most=MOST_RELATED)
    return {
        "payments": [] if invoice.deleted_at else list_payments(tx, invoice.id),
        "payment_code": find_payment_code(tx, invoice) is not None,
        "mails": [] if invoice.deleted_at else list_invoice_mails(tx, invoice.id),
        "mail_set_up": mail_set_up(),
        "has_xml": has_e_invoice(tx, invoice),
        "reminder": next_reminder(tx, invoice.id) if invoice.overdue else None,
        "related": [each for each in related if each.id != invoice.id],
    }


blueprint = document_blueprint(INVOICE, _more, copy_invoice)
