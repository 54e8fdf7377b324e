"""Custom fields as columns of a list."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.custom_fields.custom_field import CustomField, custom_fields_of
from crm.custom_fields.field_types import type_of
from crm.db.transaction import Transaction
from crm.records.kind import Kind
from crm.web.records.custom_facts import Fact, read_short_facts


@dataclass(frozen=True, slots=True)
class OwnColumns:
    """The fields that are shown, in their order, and their facts by the id of the record and by field."""

    fields: Sequence[CustomField] = ()
    facts: Mapping[int, Mapping[str, Fact]] | None = None

    @property
    def heads(self) -> list[tuple[object, str, str]]:
        """As `Columns`; those that nothing is sorted by have no name of a sort."""
        return [
            (field.label, field.name if type_of(field).sorted else "", "col-custom") for field in self.fields
        ]

    def shown(self, record_id: int) -> list[tuple[str, str, Fact | None]]:
        """What the row of that record shows of them."""
        return [(field.name, field.label, self.fact(record_id, field)) for field in self.fields]

    def fact(self, record_id: int, field: CustomField) -> Fact | None:
        return (self.facts or {}).get(record_id, {}).get(field.name)


def read_own_columns(
    tx: Transaction, kind: Kind, names: Collection[str], records: Sequence[Any]
) -> OwnColumns:
    """Of the fields of these names that there still are."""
    if not names:
        return OwnColumns()
    fields = [field for field in custom_fields_of(tx, kind.name).all if field.name in names]
    return OwnColumns(fields, read_short_facts(tx, fields, records))
