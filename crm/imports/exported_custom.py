"""The custom values of an exported row, as far as this workspace has such fields."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from crm.custom_fields.custom_field import PREFIX, CustomField, custom_fields_of
from crm.custom_fields.values import check_changed_custom
from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence
from crm.exports.cells import split_texts
from crm.imports.fitting import add_problem
from crm.imports.record import Record
from crm.money import as_major, as_stored
from crm.records.origin import id_in_key, origin_of

OF_ANOTHER = Sentence("This names a record of the other workspace.")
LINKS = frozenset({"user", "client"})
READERS: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(("number", "money", "percent"), lambda cell: as_major(as_stored(Decimal(cell)))),
    **dict.fromkeys(LINKS, int),
    "multi_choice": split_texts,
    "yes_no": lambda cell: {"true": True, "false": False}.get(cell.strip().lower(), cell),
    "date": lambda cell: cell[:10],
}


def fit_custom(
    tx: Transaction, kind: str, values: dict[str, Any], record: Record, *, key: str | None, record_id: int
) -> dict[str, Any]:
    """What does not fit is left out and reported. `key` is that of the row, `record_id` that of an update."""
    given = values.get("custom")
    if not isinstance(given, dict):
        return values
    is_ours = id_in_key(origin_of(tx), kind, key or "") is not None
    fields = custom_fields_of(tx, kind).by_key
    kept = {}
    for name, cell in given.items():
        field = fields.get(name)
        value = cell if field is None else _value_in(field, cell)
        known = value is None or (is_ours and field is not None)
        why = None if known else _misfit(tx, kind, field, {name: value}, record_id)
        if why is not None:
            add_problem(record, why, str(value), f"custom.{name}")
        elif name in fields:
            kept[name] = value
    return {**values, "custom": kept}


def _value_in(field: CustomField, cell: Any) -> Any:
    """Of the text of a cell; what is no such value goes on as text, to be reported."""
    read = READERS.get(field.field_type)
    if read is None or not isinstance(cell, str):
        return cell
    try:
        return read(cell)
    except (ValueError, InvalidOperation):
        return cell


def with_custom_facts(values: Mapping[str, Any]) -> dict[str, Any]:
    """As the ledger keeps them: `custom.size` beside the other fields."""
    own = values.get("custom") or {}
    others = {name: value for name, value in values.items() if name != "custom"}
    return others | {f"{PREFIX}{key}": value for key, value in own.items()}


def _misfit(
    tx: Transaction, kind: str, field: CustomField | None, value: dict[str, Any], record_id: int
) -> str | None:
    if field is not None and field.field_type in LINKS:
        return OF_ANOTHER
    try:
        check_changed_custom(tx, kind, record_id, {}, {"custom": value}, whole=False)
    except Invalid as error:
        return error.problems[0].message
    return None
