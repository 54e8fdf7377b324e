"""The custom fields of a kind as columns of a table: one for each, named as in the API (`custom.size`)."""

from collections.abc import Iterator, Mapping

from crm.custom_fields.custom_field import CustomField, custom_fields_of
from crm.db.transaction import Transaction
from crm.exports.columns import Column, Form, Table, table_of
from crm.records.kind import Kind

OBJECT = "custom"
FORMS: Mapping[str, Form] = {
    "number": "number",
    "money": "number",
    "percent": "number",
    "date": "day",
    "multi_choice": "tags",
    "yes_no": "yes",
}
"""All others are text, as the API has them."""


def sheet_of(tx: Transaction, kind: Kind) -> Table:
    """The table of that kind in this workspace, for spreadsheets: they have no object in a cell."""
    table = table_of(kind)
    if kind.customized is None:
        return table
    fields = custom_fields_of(tx, kind.name).all
    return Table(kind, tuple(each for column in table.columns for each in _parted(column, fields)))


def _parted(column: Column, fields: tuple[CustomField, ...]) -> Iterator[Column]:
    if column.name != OBJECT:
        yield column
        return
    for field in fields:
        yield Column(field.name, FORMS.get(field.field_type, "text"), OBJECT)
