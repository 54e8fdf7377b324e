"""Another type for a field of many values: begun by people, done by the worker, confirmed or cancelled."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson

from crm.custom_fields.conversion import Unfit, shadow_of
from crm.custom_fields.custom_field import (
    FIELD_RECORD,
    CustomField,
    field_under,
    get_custom_field,
    plain,
)
from crm.custom_fields.definitions import insert_shadow, note_change
from crm.custom_fields.fields import ConversionFields
from crm.custom_fields.under_way import refuse_frozen, refuse_under_way
from crm.custom_fields.values import stored_custom
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict, Invalid, NotFound, Sentence
from crm.records.kinds import kinds_of
from crm.records.skeleton import refuse_stale

State = Literal["converting", "asking", "failed", "cleaning", "cancelling"]
SELECT = """
    SELECT field_id, shadow_id, state, empty_unfit, given, former, next_id, total, done, unfit, examples,
           reason, actor_id, operation_id
      FROM custom_conversions
     WHERE workspace_id = :workspace_id
"""


@dataclass(frozen=True, slots=True)
class Conversion:
    """A change of a field's type that is under way.

    Until it is `cleaning`, nobody sees the new values. `done` of `total` values were looked at. `asking`: all
    were, and `unfit` of them do not fit, the first as examples; it goes on once that is confirmed.
    """

    field_id: int
    field_type: str
    state: State
    total: int
    done: int
    unfit: int
    examples: list[Unfit]
    reason: str | None


def begin_conversion(
    tx: Transaction, field_id: int, asked: ConversionFields, *, expected_version: int | None = None
) -> Conversion:
    """Raises NotFound, Stale, Invalid, and Conflict while one is under way, and for a field whose values are
    unique.
    """
    old = get_custom_field(tx, field_id)
    refuse_stale(FIELD_RECORD, old, expected_version)
    refuse_under_way(tx, old)
    refuse_frozen(tx, old)
    if asked.field_type == old.field_type:
        raise Invalid.field("field_type", "is the type that the field has")
    if old.unique:
        raise Conflict("The values of this field are unique. Lift that before you change its type.")
    shadow_id = insert_shadow(tx, shadow_of(tx, old, asked))
    tx.run(
        """
        INSERT INTO custom_conversions (workspace_id, field_id, shadow_id, state, empty_unfit, given, total,
                                        actor_id, created_at, updated_at)
        VALUES (:workspace_id, :field_id, :shadow_id, 'converting', :empty_unfit, :given, :total,
                :actor_id, :now, :now)
        """,
        field_id=field_id,
        shadow_id=shadow_id,
        empty_unfit=int(asked.empty_unfit),
        given=int(bool(asked.choices)),
        total=count_values(tx, old),
    )
    note_change(tx)
    return get_conversion(tx, field_id)


def count_values(tx: Transaction, field: CustomField) -> int:
    """How many records have a value."""
    return int(
        tx.value(
            """
            SELECT count(DISTINCT record_id)
              FROM custom_values
             WHERE workspace_id = :workspace_id
               AND field_id = :field_id
            """,
            field_id=field.values_id,
        )
    )


def find_conversion(tx: Transaction, field_id: int) -> Conversion | None:
    row = conversion_row(tx, field_id)
    return None if row is None else _conversion_of(tx, row)


def get_conversion(tx: Transaction, field_id: int) -> Conversion:
    """Raises NotFound while none is under way."""
    get_custom_field(tx, field_id)
    found = find_conversion(tx, field_id)
    if found is None:
        raise NotFound("The type of this field is not being changed.")
    return found


def conversion_row(tx: Transaction, field_id: int) -> Row | None:
    return tx.one(f"{SELECT} AND field_id = :field_id", field_id=field_id)


def conversions_under_way(tx: Transaction) -> list[tuple[int, int | None]]:
    """The fields for which there is something to do, each with the user who began it; for the worker."""
    rows = tx.all(f"{SELECT} AND state IN ('converting', 'cleaning', 'cancelling') ORDER BY field_id")
    return [(row["field_id"], row["actor_id"]) for row in rows]


def confirm_conversion(tx: Transaction, field_id: int) -> Conversion:
    """Go on, though what does not fit is emptied. Raises NotFound, and Conflict unless it asks."""
    found = get_conversion(tx, field_id)
    if found.state != "asking":
        raise Conflict("Nothing is asked about this change of type.", {"state": found.state})
    move_to(tx, field_id, "converting", empty_unfit=1)
    return get_conversion(tx, field_id)


def cancel_conversion(tx: Transaction, field_id: int) -> None:
    """The field stays as it is. Raises NotFound, and Conflict once the new values are in place."""
    found = get_conversion(tx, field_id)
    if found.state == "cleaning":
        raise Conflict("The field has its new type already.", {"state": found.state})
    move_to(tx, field_id, "cancelling", empty_unfit=0)
    note_change(tx)


def move_to(tx: Transaction, field_id: int, state: State, *, empty_unfit: int) -> None:
    """Go through all again from there where something is to be taken away."""
    tx.run(
        """
        UPDATE custom_conversions
           SET state = :state, empty_unfit = :empty_unfit, updated_at = :now,
               next_id = CASE WHEN :state IN ('cleaning', 'cancelling') THEN 1 ELSE next_id END
         WHERE workspace_id = :workspace_id
           AND field_id = :field_id
        """,
        field_id=field_id,
        state=state,
        empty_unfit=empty_unfit,
    )


def _conversion_of(tx: Transaction, row: Row) -> Conversion:
    told = {name: row[name] for name in ("field_id", "state", "total", "done", "unfit", "reason")}
    old = get_custom_field(tx, row["field_id"])
    shadow = field_under(tx, row["shadow_id"])
    examples = [_example(tx, old, *each) for each in orjson.loads(row["examples"])]
    return Conversion(field_type=shadow.field_type, examples=examples, **told)


def _example(tx: Transaction, old: CustomField, record_id: int, reason: dict[str, Any]) -> Unfit:
    """With the value that the record has now: it is kept in no other place, so that it can be erased."""
    table = kinds_of(tx).by_name[old.kind].table
    value = plain(stored_custom(tx, table, record_id).get(old.stored_key))
    return Unfit(record_id, value, Sentence(reason["template"], **reason["values"]))


def as_shadow(field: CustomField, shadow: CustomField) -> CustomField:
    """The field once its values are those of the shadow."""
    return replace(
        field,
        field_type=shadow.field_type,
        choices=shadow.choices,
        currency=shadow.currency,
        default=None,
        unique=False,
        _kept_in=shadow.id,
    )
