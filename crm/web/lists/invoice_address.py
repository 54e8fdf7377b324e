"""The address of the list of invoices: filters, order, page."""

from crm.documents.invoice_filters import InvoiceFilter
from crm.web.lists.chosen_columns import AddedColumns


class InvoiceAddress(InvoiceFilter, AddedColumns):
    endpoint = "invoices.list_all"
