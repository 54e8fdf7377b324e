"""Custom values of a row from mapped columns, as the record takes them: who is meant, and what is taken."""

from collections.abc import Mapping
from typing import Any

from crm.custom_fields.custom_field import CustomField, custom_fields_of
from crm.custom_fields.values import check_changed_custom
from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence
from crm.fields import name_key
from crm.imports.bearers import find_named
from crm.imports.entry import Entry
from crm.imports.exported_keys import find_by_key
from crm.imports.fitting import add_problem
from crm.imports.record import Record
from crm.records.kinds import kinds_of

NOBODY = Sentence("There is no user with this name or e-mail.")
REMOVED = Sentence("The custom field of this column was removed.")
EMPTY: tuple[object, ...] = (None, "", [])


def fit_mapped(
    tx: Transaction, entry: Entry, kind: str, given: Mapping[str, Any], record: Record, *, record_id: int
) -> dict[str, Any]:
    """By key. What does not fit is left out and reported. `record_id` is that of an update."""
    fields = custom_fields_of(tx, kind).by_key
    kept: dict[str, Any] = {}
    for key, value in given.items():
        field = fields.get(key)
        if field is None:
            add_problem(record, REMOVED, str(value))
            continue
        try:
            meant = _meant(tx, entry, field, value)
            check_changed_custom(tx, kind, record_id, {}, {"custom": {key: meant}}, whole=False)
        except Invalid as error:
            add_problem(record, error.problems[0].message, str(value), field.name)
        else:
            kept[key] = meant
    return kept


def _meant(tx: Transaction, entry: Entry, field: CustomField, value: Any) -> Any:
    """The id of a user or client who is named; any other value is itself. Raises Invalid."""
    if field.field_type == "user":
        found = entry.owners.get(name_key(str(value)))
        if found is None:
            raise Invalid.field(field.name, NOBODY)
        return found
    if field.field_type != "client":
        return value
    client = kinds_of(tx).by_name["client"]
    return find_by_key(tx, client, str(value)) or find_named(tx, {client.name: client}, str(value))[1]


def with_mapped(values: Mapping[str, Any], mapped: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a record with those of mapped columns beside what it has in `custom`."""
    return {**values, "custom": {**(values.get("custom") or {}), **mapped}} if mapped else dict(values)


def custom_to_write(held: Mapping[str, Any], given: Mapping[str, Any], *, overwrite: bool) -> dict[str, Any]:
    """Of the given custom values those that a record takes which has others already."""
    return {
        key: value
        for key, value in given.items()
        if value not in EMPTY and (overwrite or held.get(key) in EMPTY)
    }
