"""What lists of quotes and of invoices can both be filtered by in `?filter=`."""

from crm.records.conditions.fields import FilterField
from crm.records.keys import sort_key


def document_filter_fields(
    alias: str, name: str, name_key: str, states: tuple[str, ...]
) -> dict[str, FilterField]:
    """`name` is the field that people know a document by."""
    return {
        name: _key(f"{alias}.{name_key}"),
        "title": _key(f"{alias}.title_key"),
        "state": document_choice(alias, "state", states),
        "total": FilterField(type="amount", column=f"{alias}.total_minor", indexed=True, optional=False),
        "currency": FilterField(type="choice", column=f"{alias}.currency", optional=False),
        "client_id": _record_field(f"{alias}.client_id", "client_id", "client"),
        "owner_id": _record_field(f"{alias}.owner_id", "owner_id", "user"),
        "created_at": _moment(f"{alias}.created_at"),
        "updated_at": _moment(f"{alias}.updated_at"),
    }


def document_choice(alias: str, name: str, values: tuple[str, ...]) -> FilterField:
    column = f"{alias}.{name}"
    return FilterField(type="choice", column=column, indexed=True, paired=name, optional=False, values=values)


def _key(column: str) -> FilterField:
    return FilterField(
        type="text", column=column, indexed=True, optional=False, keys=lambda text: [sort_key(text)]
    )


def _record_field(column: str, paired: str, of: str) -> FilterField:
    return FilterField(type="record", column=column, indexed=True, paired=paired, of=of)


def _moment(column: str) -> FilterField:
    return FilterField(type="moment", column=column, indexed=True, optional=False)
