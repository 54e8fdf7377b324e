"""The fields of the draft of an invoice that are changed in the list and on its page."""

from crm.documents.invoice_fields import InvoiceChanges
from crm.documents.invoices import change_invoice
from crm.web.lists.cell_fields import Cell
from crm.web.lists.cells import CellEditing, cell_blueprint
from crm.web.lists.invoice_list import INVOICE_LIST
from crm.web.records.entries import NUMBER, TEXT, WORDS

blueprint = cell_blueprint(
    CellEditing(
        kind=INVOICE_LIST.kind,
        page=INVOICE_LIST,
        cells={"title": Cell(), "payment_days": Cell(), "tags": Cell("words")},
        entries={"title": TEXT, "payment_days": NUMBER, "tags": WORDS},
        model=InvoiceChanges,
        change=change_invoice,
    )
)
