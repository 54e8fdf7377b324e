"""What records hold of a custom field whose type is being changed."""

from typing import Any

import orjson

from crm.custom_fields.custom_field import CustomField
from crm.db.list_parts import among_values
from crm.db.transaction import Transaction
from crm.records.kinds import kinds_of

PIECE_ROWS = 200
Held = dict[int, dict[str, Any]]
"""By the id of the record all that is stored of custom fields with it."""


def held_from(tx: Transaction, field: CustomField, values_id: int, next_id: int) -> Held:
    """What the next records hold that have a value, those in the trash too."""
    rows = tx.all(
        """
        SELECT DISTINCT v.record_id
          FROM custom_values v
         WHERE v.workspace_id = :workspace_id
           AND v.field_id = :values_id
           AND v.record_id >= :next_id
         ORDER BY v.record_id
         LIMIT :most
        """,
        values_id=values_id,
        next_id=next_id,
        most=PIECE_ROWS,
    )
    return stored_in(tx, field, [row["record_id"] for row in rows])


def stored_in(tx: Transaction, field: CustomField, record_ids: list[int]) -> Held:
    table = kinds_of(tx).by_name[field.kind].table
    among, params = among_values("r.id", "record", record_ids or [0])
    rows = tx.all(
        f"""
        SELECT r.id, r.custom
          FROM {table} r
         WHERE r.workspace_id = :workspace_id
           AND {among}
        """,
        **params,
    )
    found = {row["id"]: orjson.loads(row["custom"] or "{}") for row in rows}
    return {each: found.get(each, {}) for each in record_ids}
