"""Lists of invoices."""

from crm.catalogue.days_in_stock import workspace_today
from crm.documents.document_list import DocumentList
from crm.documents.invoice import NAMES, InvoiceInList, in_list, invoice_columns
from crm.documents.invoice_filters import INVOICES, SAME, InvoiceFilter, own_parts

INVOICE_LISTING: DocumentList[InvoiceFilter, InvoiceInList] = DocumentList(
    kind="invoice",
    listed=INVOICES,
    name_key="name_key",
    columns=invoice_columns,
    width=len(NAMES),
    record_of=in_list,
    today=lambda tx: workspace_today(tx).isoformat(),
    filters=InvoiceFilter,
    same=SAME,
    own=own_parts,
)
list_invoices = INVOICE_LISTING.page
count_invoices = INVOICE_LISTING.count
suggest_invoices = INVOICE_LISTING.suggest
