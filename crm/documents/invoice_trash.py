"""Drafts of invoices in the trash. What was issued is never deleted."""

from crm.custom_fields.trash import CustomizedTrash
from crm.documents.invoice import INVOICE_RECORD, find_invoice, get_invoice
from crm.documents.invoice_index import SEARCH, index_invoice
from crm.documents.invoices import refuse_issued

INVOICE_TRASH = CustomizedTrash(
    record=INVOICE_RECORD,
    get=get_invoice,
    find=find_invoice,
    search=SEARCH,
    index=lambda tx, invoice: index_invoice(tx, invoice.id),
    leaving=lambda _tx, invoice: refuse_issued(invoice),
)
delete_invoice = INVOICE_TRASH.delete
restore_invoice = INVOICE_TRASH.restore
