"""What lists of quotes can be filtered by in `?filter=`."""

from typing import get_args

from crm.custom_fields.listing import custom_filters
from crm.db.transaction import Transaction
from crm.documents.document_filter_fields import document_filter_fields
from crm.documents.fields import State
from crm.records.conditions.fields import FilterField, FilterFields


def quote_filter_fields(tx: Transaction) -> FilterFields:
    return FIELDS | custom_filters(tx, "quote", "q")


FIELDS: dict[str, FilterField] = {
    **document_filter_fields("q", "quote_number", "number_key", get_args(State)),
    "valid_until": FilterField(type="day", column="q.valid_until", indexed=True),
}
