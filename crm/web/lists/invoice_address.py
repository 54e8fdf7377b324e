"""The address of the list of invoices: filters, order, page."""

from crm.documents.invoice_filters import InvoiceFilter
from crm.web.lists.list_address import ListAddress


class InvoiceAddress(InvoiceFilter, ListAddress):
    endpoint = "invoices.list_all"
