"""The values of custom fields: checked with their record, and stored in its row and in the index."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from crm.custom_fields.custom_field import PREFIX, CustomField, CustomFields, custom_fields_of
from crm.custom_fields.field_types import as_kept, keys_of, own_key, type_of
from crm.custom_fields.reading import Asked, refused
from crm.db.transaction import Transaction
from crm.db.values import Params
from crm.errors import FieldProblem, Invalid, Sentence
from crm.records.kind import Lookup
from crm.records.kinds import kinds_of

Values = dict[str, Any]


def without_custom(values: Mapping[str, Any]) -> Values:
    """The values of the record's own fields."""
    return {name: value for name, value in values.items() if not name.startswith(PREFIX)}


def with_custom(facts: Mapping[str, Any]) -> Values:
    """Facts as the ledger has them, in the form in which a record is changed: `custom` is an object."""
    custom = {name.removeprefix(PREFIX): value for name, value in facts.items() if name.startswith(PREFIX)}
    return without_custom(facts) | ({"custom": custom} if custom else {})


def check_new_custom(tx: Transaction, kind: str, values: Values, *, complete: bool = True) -> Values:
    """The values of a new record, those of its custom fields as facts, with defaults. Raises Invalid.

    Where `complete`, each required field must have a value: not in what the server itself creates.
    """
    given = values.pop("custom", None)
    fields = custom_fields_of(tx, kind)
    if not fields.all and not given:
        return values
    defaults = {field.key: field.default for field in fields.all if field.default is not None}
    wanted = {field.key: None for field in fields.all} if complete else {}
    return values | _checked(tx, kind, fields, {**wanted, **defaults, **(given or {})}, {}, complete=complete)


def check_changed_custom(
    tx: Transaction, kind: str, record_id: int, held: Mapping[str, Any], values: Values, *, whole: bool
) -> Values:
    """The same of a record that has the custom values `held`: of all fields where `whole`, else of the given
    ones. A value that stays as it is may be one that no longer fits, and a required one may stay empty.
    """
    given = values.pop("custom", None)
    if given is None:
        return values
    fields = custom_fields_of(tx, kind)
    wanted = {field.key: None for field in fields.all} if whole else {}
    return values | _checked(tx, kind, fields, {**wanted, **given}, held, complete=False, record_id=record_id)


def _checked(
    tx: Transaction,
    kind: str,
    fields: CustomFields,
    given: Mapping[str, Any],
    held: Mapping[str, Any],
    *,
    complete: bool,
    record_id: int = 0,
) -> Values:
    found: Values = {}
    problems: list[FieldProblem] = []
    for key, value in given.items():
        field = fields.by_key.get(key)
        try:
            if field is None:
                raise Invalid.field(PREFIX + key, "is not a known field")
            if key in held and held[key] == value and type(held[key]) is type(value):
                continue
            found[field.name] = _read(tx, kind, field, value, required=complete or held.get(key) is not None)
            refuse_taken(tx, field, found[field.name], record_id)
        except Invalid as error:
            problems += error.problems
    if problems:
        raise Invalid(*problems)
    return found


def _read(tx: Transaction, kind: str, field: CustomField, value: Any, *, required: bool) -> Any:
    """None for what is empty. Raises Invalid, naming the field."""
    asked = Asked(tx, field, kinds_of(tx).customized[kind].parse_phone)
    try:
        read = None if is_blank(value) else type_of(field).read(asked, value)
    except (ValueError, Invalid) as error:
        raise refused(field.name, error) from None
    read = None if read == [] else read
    if read is None and field.required and required:
        raise Invalid.field(field.name, "is required")
    return read


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def refuse_taken(tx: Transaction, field: CustomField, value: Any, record_id: int) -> None:
    """Raises Invalid naming the field, if it is unique and another live record has the value."""
    if holder_of(tx, field, own_key(field, value)) not in (None, record_id):
        noun = lookup_of(tx, field.kind).record.noun
        raise Invalid.field(field.name, Sentence("is the value of another {record} already", record=noun))


def holder_of(tx: Transaction, field: CustomField, key: str | None) -> int | None:
    """The live record that has this unique value."""
    if key is None:
        return None
    found: int | None = tx.value(
        """
        SELECT record_id
          FROM custom_values
         WHERE workspace_id = :workspace_id
           AND field_id = :field_id
           AND unique_key = :key
        """,
        field_id=field.values_id,
        key=key,
    )
    return found


def lookup_of(tx: Transaction, kind: str) -> Lookup:
    found = kinds_of(tx).by_name[kind].lookup
    if found is None:
        raise TypeError(f"{kind} cannot be looked up")
    return found


def store_custom(tx: Transaction, kind: str, record_id: int, values: Mapping[str, Any]) -> None:
    """Store those of the values that are of custom fields, with what they are filtered and sorted by.

    Values of fields that were removed stay with the record.
    """
    changed = {name: value for name, value in values.items() if name.startswith(PREFIX)}
    if not changed:
        return
    fields = custom_fields_of(tx, kind)
    table = kinds_of(tx).by_name[kind].table
    stored = stored_custom(tx, table, record_id)
    for name, value in changed.items():
        field = fields.by_name[name]
        if value is None:
            stored.pop(field.stored_key, None)
        else:
            stored[field.stored_key] = as_kept(field, value)
        index_value(tx, field, record_id, value)
        if field.id in fields.converting:
            tx.run(LOOK_AGAIN, field_id=field.id, record_id=record_id)
    keep_custom(tx, table, record_id, stored)


def store_new_custom(tx: Transaction, kind: str, records: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """The same for several new records of a kind, each with its id, of which nothing is stored yet."""
    fields = custom_fields_of(tx, kind)
    if not fields.all:
        return
    kept, keys, looked = list[Params](), list[Params](), list[Params]()
    for record_id, values in records:
        own = [(fields.by_name[name], value) for name, value in values.items() if name.startswith(PREFIX)]
        given = [(field, value) for field, value in own if value is not None]
        if given:
            stored = {field.stored_key: as_kept(field, value) for field, value in given}
            kept.append({"record_id": record_id, "custom": orjson.dumps(stored).decode()})
        keys += [{"record_id": record_id, **key} for field, value in given for key in _keys(field, value)]
        again = [field.id for field, _ in given if field.id in fields.converting]
        looked += [{"field_id": each, "record_id": record_id} for each in again]
    tx.run_many(_keeping(kinds_of(tx).by_name[kind].table), kept)
    tx.run_many(INDEX, keys)
    tx.run_many(LOOK_AGAIN, looked)


def stored_custom(tx: Transaction, table: str, record_id: int) -> Values:
    """What is stored with the record, values of removed fields too."""
    sql = f"SELECT custom FROM {table} WHERE workspace_id = :workspace_id AND id = :record_id"
    text = tx.value(sql, record_id=record_id)
    found: Values = orjson.loads(text) if text else {}
    return found


def keep_custom(tx: Transaction, table: str, record_id: int, stored: Values) -> None:
    custom = orjson.dumps(stored).decode() if stored else None
    tx.run(_keeping(table), record_id=record_id, custom=custom)


def _keeping(table: str) -> str:
    return f"UPDATE {table} SET custom = :custom WHERE workspace_id = :workspace_id AND id = :record_id"


def index_value(
    tx: Transaction, field: CustomField, record_id: int, value: Any, *, live: bool = True
) -> None:
    """What the record is found by. Only those that are `live` hold a unique value against others."""
    tx.run(
        """
        DELETE FROM custom_values
         WHERE workspace_id = :workspace_id
           AND field_id = :field_id
           AND record_id = :record_id
        """,
        field_id=field.values_id,
        record_id=record_id,
    )
    for key in _keys(field, value, live=live):
        tx.run(INDEX, record_id=record_id, **key)


INDEX = """
        INSERT INTO custom_values (workspace_id, field_id, record_id, place, value_key, unique_key)
        VALUES (:workspace_id, :field_id, :record_id, :place, :value_key, :unique_key)
"""


LOOK_AGAIN = """
        INSERT INTO custom_conversion_changes (workspace_id, field_id, record_id)
        VALUES (:workspace_id, :field_id, :record_id)
            ON CONFLICT (workspace_id, field_id, record_id) DO NOTHING
"""
"""Where the type of the field is being changed, its value of the record is converted anew."""


def _keys(field: CustomField, value: Any, *, live: bool = True) -> Iterator[Values]:
    """The rows of the index for a value, but for the record."""
    own = own_key(field, value) if live else None
    for place, key in enumerate(keys_of(field, value)):
        yield {"field_id": field.values_id, "place": place, "value_key": key, "unique_key": own}
