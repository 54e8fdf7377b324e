"""Drafts of invoices in the trash. What was issued is never deleted."""

from crm.custom_fields.uniqueness import claim_record, free_record
from crm.db.transaction import Transaction
from crm.documents.invoice import INVOICE_RECORD, Invoice, find_invoice, get_invoice
from crm.documents.invoice_index import SEARCH, index_invoice
from crm.documents.invoices import refuse_issued
from crm.records.record_trash import RecordTrash


def _leave(tx: Transaction, invoice: Invoice) -> None:
    refuse_issued(invoice)
    free_record(tx, "invoice", invoice.id)


INVOICE_TRASH = RecordTrash(
    record=INVOICE_RECORD,
    get=get_invoice,
    find=find_invoice,
    search=SEARCH,
    index=lambda tx, invoice: index_invoice(tx, invoice.id),
    leaving=_leave,
    returning=lambda tx, invoice: claim_record(tx, "invoice", invoice.id),
)
delete_invoice = INVOICE_TRASH.delete
restore_invoice = INVOICE_TRASH.restore
