"""What lists of invoices can be filtered by in `?filter=`."""

from typing import get_args

from crm.custom_fields.listing import custom_filters
from crm.db.transaction import Transaction
from crm.documents.document_filter_fields import document_choice, document_filter_fields
from crm.documents.invoice_fields import InvoiceState, InvoiceType
from crm.records.conditions.fields import FilterField, FilterFields


def invoice_filter_fields(tx: Transaction) -> FilterFields:
    return FIELDS | custom_filters(tx, "invoice", "i")


FIELDS: dict[str, FilterField] = {
    **document_filter_fields("i", "name", "name_key", get_args(InvoiceState)),
    "type": document_choice("i", "type", get_args(InvoiceType)),
    "open": FilterField(type="amount", column="i.open_minor", indexed=True, optional=False),
    "issued_on": FilterField(type="day", column="i.issued_on", indexed=True),
    "due_on": FilterField(type="day", column="i.due_on", indexed=True),
}
