"""Lists of invoices."""

from crm.catalogue.days_in_stock import workspace_today
from crm.db.transaction import Transaction
from crm.documents.document_list import DocumentList
from crm.documents.invoice import NAMES, InvoiceInList, in_list, invoice_columns
from crm.documents.invoice_filters import INVOICES, SAME, InvoiceFilter, own_parts
from crm.documents.orders import sources_of_order

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


def invoices_of_order(
    tx: Transaction, *, quote_id: int | None, deal_id: int | None, most: int
) -> list[InvoiceInList]:
    """Of a deal and all of its quotes, the newest first."""
    found: list[InvoiceInList] = []
    for column, source_id in sources_of_order(tx, quote_id=quote_id, deal_id=deal_id):
        found += list_invoices(tx, InvoiceFilter.model_validate({column: source_id}), limit=most).rows
    return sorted(found, key=lambda each: -each.id)[:most]
