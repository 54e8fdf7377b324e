"""What goes once the type of a field was changed in pieces: the old values, or the new ones if cancelled."""

import time
from dataclasses import replace
from typing import Any

import orjson

from crm.activity import activity
from crm.activity.operations import within_operation
from crm.custom_fields.conversion import names_in
from crm.custom_fields.conversion_records import held_from
from crm.custom_fields.converting import NameOf, converted
from crm.custom_fields.custom_field import Choice, CustomField, field_under, get_custom_field, plain
from crm.custom_fields.definitions import note_change
from crm.custom_fields.reading import Asked
from crm.custom_fields.values import index_value, keep_custom
from crm.db.transaction import Row, Transaction
from crm.errors import Invalid
from crm.records.kinds import kinds_of

PIECE_SECONDS = 0.1


def clean_some(tx: Transaction, row: Row) -> bool:
    """Take away the old values, each that is lost with an entry in the ledger; the new ones, if cancelled."""
    field, shadow = get_custom_field(tx, row["field_id"]), field_under(tx, row["shadow_id"])
    gone = shadow if row["state"] == "cancelling" else _former(field, row)
    held = held_from(tx, field, gone.values_id, row["next_id"])
    if not held:
        _forget(tx, field.id)
        return False
    lost = row["state"] == "cleaning"
    values = [plain(each[gone.stored_key]) for each in held.values() if gone.stored_key in each]
    name_of = names_in(tx, gone, values)
    ends, last = time.monotonic() + PIECE_SECONDS, 0
    for record_id, stored in held.items():
        index_value(tx, gone, record_id, None)
        _take_away(tx, (field, gone), record_id, stored, changed=lost)
        if lost:
            _tell_loss(within_operation(tx, row["operation_id"]), (field, gone), record_id, stored, name_of)
        last = record_id
        if time.monotonic() > ends:
            break
    sql = """
        UPDATE custom_conversions
           SET next_id = :next_id
         WHERE workspace_id = :workspace_id
           AND field_id = :field_id
        """
    tx.run(sql, field_id=field.id, next_id=last + 1)
    return True


def _former(field: CustomField, row: Row) -> CustomField:
    """The field as it was before."""
    former = orjson.loads(row["former"])
    choices = tuple(Choice(**each) for each in former["choices"])
    return replace(
        field,
        field_type=former["field_type"],
        choices=choices,
        currency=former["currency"],
        _kept_in=former["kept_in"],
    )


def _take_away(
    tx: Transaction,
    fields: tuple[CustomField, CustomField],
    record_id: int,
    stored: dict[str, Any],
    *,
    changed: bool,
) -> None:
    """`changed`: people see another value of the record than before."""
    field, gone = fields
    table = kinds_of(tx).by_name[field.kind].table
    kept = {name: each for name, each in stored.items() if name != gone.stored_key}
    keep_custom(tx, table, record_id, kept)
    if changed:
        tx.run(
            f"""
            UPDATE {table}
               SET version = version + 1, updated_at = :now
             WHERE workspace_id = :workspace_id
               AND id = :record_id
            """,
            record_id=record_id,
        )


def _tell_loss(
    inside: Transaction,
    fields: tuple[CustomField, CustomField],
    record_id: int,
    stored: dict[str, Any],
    name_of: NameOf,
) -> None:
    field, gone = fields
    value = plain(stored.get(gone.stored_key))
    if value is None:
        return
    try:
        converted(
            Asked(inside, field, kinds_of(inside).customized[field.kind].parse_phone), gone, value, name_of
        )
    except (ValueError, Invalid):
        before, after = {field.name: value}, {field.name: None}
        activity.record(inside, f"{field.kind}.changed", field.kind, record_id, before=before, after=after)


def _forget(tx: Transaction, field_id: int) -> None:
    for table in ("custom_conversion_changes", "custom_conversions"):
        tx.run(
            f"DELETE FROM {table} WHERE workspace_id = :workspace_id AND field_id = :field_id",
            field_id=field_id,
        )
    note_change(tx)
