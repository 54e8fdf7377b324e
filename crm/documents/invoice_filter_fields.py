"""What lists of invoices can be filtered by in `?filter=`."""

from typing import get_args

from crm.db.transaction import Transaction
from crm.documents.invoice_fields import InvoiceState, InvoiceType
from crm.records.conditions.fields import FilterField, FilterFields
from crm.records.keys import sort_key


def invoice_filter_fields(_tx: Transaction) -> FilterFields:
    return FIELDS


FIELDS: dict[str, FilterField] = {
    "name": FilterField(
        type="text", column="i.name_key", indexed=True, optional=False, keys=lambda text: [sort_key(text)]
    ),
    "title": FilterField(
        type="text", column="i.title_key", indexed=True, optional=False, keys=lambda text: [sort_key(text)]
    ),
    "type": FilterField(
        type="choice",
        column="i.type",
        indexed=True,
        paired="type",
        optional=False,
        values=get_args(InvoiceType),
    ),
    "state": FilterField(
        type="choice",
        column="i.state",
        indexed=True,
        paired="state",
        optional=False,
        values=get_args(InvoiceState),
    ),
    "total": FilterField(type="amount", column="i.total_minor", indexed=True, optional=False),
    "open": FilterField(type="amount", column="i.open_minor", indexed=True, optional=False),
    "currency": FilterField(type="choice", column="i.currency", optional=False),
    "client_id": FilterField(
        type="record", column="i.client_id", indexed=True, paired="client_id", of="client"
    ),
    "owner_id": FilterField(type="record", column="i.owner_id", indexed=True, paired="owner_id", of="user"),
    "issued_on": FilterField(type="day", column="i.issued_on", indexed=True),
    "due_on": FilterField(type="day", column="i.due_on", indexed=True),
    "created_at": FilterField(type="moment", column="i.created_at", indexed=True, optional=False),
    "updated_at": FilterField(type="moment", column="i.updated_at", indexed=True, optional=False),
}
