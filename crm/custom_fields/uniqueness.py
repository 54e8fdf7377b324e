"""Values that no two live records may share."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from crm.custom_fields.custom_field import CustomField, custom_fields_of, plain
from crm.custom_fields.field_types import own_key
from crm.custom_fields.values import refuse_taken, stored_custom
from crm.db.transaction import Transaction
from crm.errors import Conflict, Sentence
from crm.records.kinds import kinds_of

MOST_AT_ONCE = 50_000
"""Values of a field that can be made unique afterwards: others wait meanwhile."""


def free_values(tx: Transaction, field: CustomField) -> None:
    """Of a field whose values may be the same from now on."""
    tx.run(
        """
        UPDATE custom_values
           SET unique_key = NULL
         WHERE workspace_id = :workspace_id
           AND field_id = :field_id
           AND unique_key IS NOT NULL
        """,
        field_id=field.values_id,
    )


def claim_values(tx: Transaction, field: CustomField) -> None:
    """Of a field whose values must differ from now on. Raises Conflict when two live records share one."""
    seen: dict[str, int] = {}
    for record_id, key in _live_keys(tx, field):
        if key in seen:
            refusal = "Several records have the same value, so that it cannot be unique."
            raise Conflict(refusal, {"records": [seen[key], record_id]})
        seen[key] = record_id
        _claim(tx, field, record_id, key)


def free_record(tx: Transaction, kind: str, record_id: int) -> None:
    """Of a record that goes to the trash: others may have its values now."""
    for field in custom_fields_of(tx, kind).all:
        if field.unique:
            _claim(tx, field, record_id, None)


def claim_record(tx: Transaction, kind: str, record_id: int) -> None:
    """Of one that comes back. Raises Invalid naming the field whose value another has by now."""
    for field in custom_fields_of(tx, kind).all:
        value = _value_of(tx, field, record_id) if field.unique else None
        refuse_taken(tx, field, value, record_id)
        if value is not None:
            _claim(tx, field, record_id, own_key(field, value))


def copied_custom(tx: Transaction, kind: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The custom values that a copy of a record begins with: not those that only one may have."""
    fields = custom_fields_of(tx, kind)
    return {field.name: facts[field.name] for field in fields.all if not field.unique}


def _claim(tx: Transaction, field: CustomField, record_id: int, key: str | None) -> None:
    tx.run(
        """
        UPDATE custom_values
           SET unique_key = :key
         WHERE workspace_id = :workspace_id
           AND field_id = :field_id
           AND record_id = :record_id
        """,
        field_id=field.values_id,
        record_id=record_id,
        key=key,
    )


def _value_of(tx: Transaction, field: CustomField, record_id: int) -> object:
    return plain(stored_custom(tx, kinds_of(tx).by_name[field.kind].table, record_id).get(field.stored_key))


def _live_keys(tx: Transaction, field: CustomField) -> Iterator[tuple[int, str]]:
    table = kinds_of(tx).by_name[field.kind].table
    rows = tx.all(
        f"""
        SELECT r.id, r.custom
          FROM custom_values v
          JOIN {table} r ON r.workspace_id = v.workspace_id AND r.id = v.record_id
         WHERE v.workspace_id = :workspace_id
           AND v.field_id = :field_id
           AND r.deleted_at IS NULL
         LIMIT :most
        """,
        field_id=field.values_id,
        most=MOST_AT_ONCE + 1,
    )
    if len(rows) > MOST_AT_ONCE:
        raise Conflict(
            Sentence("A field of more than {n} values cannot become unique any more.", n=MOST_AT_ONCE)
        )
    for row in rows:
        key = own_key(field, plain(orjson.loads(row["custom"]).get(field.stored_key)))
        if key is not None:
            yield row["id"], key
