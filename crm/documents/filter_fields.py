"""What lists of quotes can be filtered by in `?filter=`."""

from typing import get_args

from crm.db.transaction import Transaction
from crm.documents.fields import State
from crm.records.conditions.fields import FilterField, FilterFields
from crm.records.keys import sort_key


def quote_filter_fields(_tx: Transaction) -> FilterFields:
    return FIELDS


FIELDS: dict[str, FilterField] = {
    "quote_number": FilterField(
        type="text", column="q.number_key", indexed=True, optional=False, keys=lambda text: [sort_key(text)]
    ),
    "title": FilterField(
        type="text", column="q.title_key", indexed=True, optional=False, keys=lambda text: [sort_key(text)]
    ),
    "state": FilterField(
        type="choice",
        column="q.state",
        indexed=True,
        paired="state",
        optional=False,
        values=get_args(State),
    ),
    "total": FilterField(type="amount", column="q.total_minor", indexed=True, optional=False),
    "currency": FilterField(type="choice", column="q.currency", optional=False),
    "client_id": FilterField(
        type="record", column="q.client_id", indexed=True, paired="client_id", of="client"
    ),
    "owner_id": FilterField(type="record", column="q.owner_id", indexed=True, paired="owner_id", of="user"),
    "valid_until": FilterField(type="day", column="q.valid_until", indexed=True),
    "created_at": FilterField(type="moment", column="q.created_at", indexed=True, optional=False),
    "updated_at": FilterField(type="moment", column="q.updated_at", indexed=True, optional=False),
}
