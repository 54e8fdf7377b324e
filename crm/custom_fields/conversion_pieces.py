"""Changing the type of a field of many values, in pieces that let others write in between.

The new values are kept beside the old ones, which stay what everybody reads, until all are there. Then one
small transaction puts the new ones in their place, and the old ones are taken away in pieces. The place is
written with each piece: where it stops, be it by a kill, the next one goes on.
"""

import time
from dataclasses import replace
from typing import Any

import orjson

from crm.activity import activity
from crm.activity.operations import begin_operation, operation_of
from crm.custom_fields.conversion import add_choices, names_in
from crm.custom_fields.conversion_cleaning import clean_some
from crm.custom_fields.conversion_records import PIECE_ROWS, Held, held_from, stored_in
from crm.custom_fields.conversions import as_shadow, conversion_row, move_to
from crm.custom_fields.converting import NameOf, converted, refusal_of_value
from crm.custom_fields.custom_field import (
    FIELD_RECORD,
    CustomField,
    field_under,
    get_custom_field,
    plain,
)
from crm.custom_fields.custom_fields import kept_facts
from crm.custom_fields.definitions import note_change, search_anew, update_field
from crm.custom_fields.field_types import as_kept
from crm.custom_fields.reading import Asked
from crm.custom_fields.under_way import KEPT, has_frozen
from crm.custom_fields.values import index_value, keep_custom
from crm.db.transaction import Row, Transaction
from crm.errors import Invalid
from crm.records.kinds import kinds_of
from crm.records.skeleton import facts_of

PIECE_SECONDS = 0.1
MOST_SHOWN = 20


def go_on(tx: Transaction, field_id: int) -> bool:
    """The next piece; False where nothing is left to do by itself."""
    row = conversion_row(tx, field_id)
    if row is None or row["state"] not in {"converting", "cleaning", "cancelling"}:
        return False
    if row["state"] == "converting":
        return _convert_some(tx, row)
    return clean_some(tx, row)


def _convert_some(tx: Transaction, row: Row) -> bool:
    old, shadow = get_custom_field(tx, row["field_id"]), field_under(tx, row["shadow_id"])
    again = _changed(tx, old)
    held = held_from(tx, old, old.values_id, row["next_id"]) if not again else stored_in(tx, old, again)
    if not again and not held:
        _ask_or_switch(tx, row, old, shadow)
        return bool(row["empty_unfit"] or not row["unfit"])
    values = {each: plain(stored.get(old.stored_key)) for each, stored in held.items()}
    name_of = names_in(tx, old, [value for value in values.values() if value is not None])
    try:
        wider = shadow if row["given"] else add_choices(old, shadow, values.values(), name_of)
    except Invalid as error:
        _fail(tx, old.id, error.problems[0].message)
        return False
    if wider != shadow:
        update_field(tx, replace(wider, _kept_in=None))
    _convert_records(tx, row, (old, wider), held, name_of, again=bool(again))
    return True


def _convert_records(
    tx: Transaction,
    row: Row,
    fields: tuple[CustomField, CustomField],
    held: Held,
    name_of: NameOf,
    *,
    again: bool,
) -> None:
    """As many as others may wait for. `again`: they were looked at before, or are not yet."""
    old = fields[0]
    ends, unfit, last, done = time.monotonic() + PIECE_SECONDS, list[tuple[int, Any]](), 0, 0
    for record_id, stored in held.items():
        reason = _convert(tx, fields, record_id, stored, name_of)
        unfit += [] if reason is None else [(record_id, reason)]
        last, done = record_id, done + 1
        if again:
            _forget_change(tx, old, record_id)
        if time.monotonic() > ends:
            break
    examples = [*orjson.loads(row["examples"]), *unfit][:MOST_SHOWN]
    tx.run(
        """
        UPDATE custom_conversions
           SET next_id = :next_id, done = :done, unfit = :unfit, examples = :examples, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND field_id = :field_id
        """,
        field_id=old.id,
        next_id=row["next_id"] if again else last + 1,
        done=row["done"] if again else row["done"] + done,
        unfit=row["unfit"] + len(unfit),
        examples=orjson.dumps(examples).decode(),
    )


def _convert(
    tx: Transaction,
    fields: tuple[CustomField, CustomField],
    record_id: int,
    stored: dict[str, Any],
    name_of: NameOf,
) -> dict[str, Any] | None:
    """Why the value does not fit; None where it does, or there is none any more."""
    old, shadow = fields
    value, new, reason = plain(stored.get(old.stored_key)), None, None
    if value is not None:
        try:
            new = converted(
                Asked(tx, shadow, kinds_of(tx).customized[old.kind].parse_phone), old, value, name_of
            )
        except (ValueError, Invalid) as error:
            said = refusal_of_value(error)
            reason = {
                "template": getattr(said, "template", str(said)),
                "values": dict(getattr(said, "values", {})),
            }
    kept = {name: each for name, each in stored.items() if name != shadow.stored_key}
    if new is not None:
        kept[shadow.stored_key] = as_kept(shadow, new)
    if kept != stored:
        keep_custom(tx, kinds_of(tx).by_name[old.kind].table, record_id, kept)
    index_value(tx, shadow, record_id, new)
    return reason


def _ask_or_switch(tx: Transaction, row: Row, old: CustomField, shadow: CustomField) -> None:
    if row["unfit"] and not row["empty_unfit"]:
        move_to(tx, old.id, "asking", empty_unfit=0)
        return
    if has_frozen(tx, old):
        _fail(tx, old.id, KEPT)
        return
    new = as_shadow(old, shadow)
    former = {"field_type": old.field_type, "choices": list(old.choices), "currency": old.currency}
    within = begin_operation(tx)
    tx.run(
        """
        UPDATE custom_conversions
           SET former = :former, operation_id = :operation_id
         WHERE workspace_id = :workspace_id
           AND field_id = :field_id
        """,
        field_id=old.id,
        former=orjson.dumps(former | {"kept_in": old.kept_in}).decode(),
        operation_id=operation_of(within),
    )
    move_to(tx, old.id, "cleaning", empty_unfit=1)
    update_field(tx, new)
    note_change(tx)
    search_anew(tx, old.kind)
    before, after = (kept_facts(facts_of(FIELD_RECORD, each)) for each in (old, new))
    earlier, later = activity.changes(before, after)
    activity.record(tx, "custom_field.converted", "custom_field", old.id, before=earlier, after=later)


def _changed(tx: Transaction, field: CustomField) -> list[int]:
    """Records whose value was changed since the conversion began."""
    rows = tx.all(
        """
        SELECT record_id
          FROM custom_conversion_changes
         WHERE workspace_id = :workspace_id
           AND field_id = :field_id
         ORDER BY record_id
         LIMIT :most
        """,
        field_id=field.id,
        most=PIECE_ROWS,
    )
    return [row["record_id"] for row in rows]


def _forget_change(tx: Transaction, field: CustomField, record_id: int) -> None:
    tx.run(
        """
        DELETE FROM custom_conversion_changes
         WHERE workspace_id = :workspace_id
           AND field_id = :field_id
           AND record_id = :record_id
        """,
        field_id=field.id,
        record_id=record_id,
    )


def _fail(tx: Transaction, field_id: int, reason: str) -> None:
    tx.run(
        """
        UPDATE custom_conversions
           SET state = 'failed', reason = :reason, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND field_id = :field_id
        """,
        field_id=field_id,
        reason=str(reason),
    )
