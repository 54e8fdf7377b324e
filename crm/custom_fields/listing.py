"""Custom fields in lists: what rows are filtered and sorted by."""

from collections.abc import Callable, Mapping
from typing import Any

from crm.custom_fields.custom_field import PREFIX, CustomField, custom_fields_of
from crm.custom_fields.field_types import text_key, type_of
from crm.custom_fields.reading import Asked
from crm.db.list_parts import Elsewhere, Sort
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.records.conditions.fields import FilterField, Type
from crm.records.conditions.periods import Unfit
from crm.records.kinds import kinds_of
from crm.records.merged import ids_meant

ME = "me"
LAST = "\U0010ffff"
FILTER_TYPES: dict[str, Type] = {
    "number": "number",
    "money": "number",
    "percent": "number",
    "date": "day",
    "datetime": "moment",
    "choice": "choice",
    "multi_choice": "choice",
    "user": "record",
    "client": "record",
    "yes_no": "yes_no",
}
"""All others are text."""


def custom_sorts(tx: Transaction, kind: str, alias: str, *, descending: bool) -> dict[str, Sort]:
    """The orders of a list by its custom fields; rows without a value come last, either way round."""
    nothing = "" if descending else LAST
    return {
        field.name: Sort(
            (f"COALESCE({_value_of(field, alias)}, '{nothing}')", f"{alias}.id"),
            (str, int),
            elsewhere=held_by(field),
            nothing=nothing,
            optional=_value_of(field, alias),
        )
        for field in custom_fields_of(tx, kind).all
        if type_of(field).sorted
    }


def sorts_with_custom(
    tx: Transaction, kind: str, alias: str, sorts: Mapping[str, Sort], sort: str | None
) -> Mapping[str, Sort]:
    """The orders of a list, with those by its custom fields where one is asked for."""
    if sort is None or PREFIX not in sort:
        return sorts
    return {**sorts, **custom_sorts(tx, kind, alias, descending=sort.startswith("-"))}


def held_by(field: CustomField) -> Elsewhere:
    """The rows of the field's values: of each record one, or one for each of its choices."""
    where = f"held.workspace_id = :workspace_id AND held.field_id = {field.values_id}"
    return Elsewhere("custom_values", "held.record_id", where, "held.value_key", "held.place = 0")


def _value_of(field: CustomField, alias: str) -> str:
    held = held_by(field)
    return f"""(SELECT {held.value}
                  FROM {held.table} held
                 WHERE {held.where}
                   AND {held.row_id} = {alias}.id
                   AND {held.first})"""


def custom_filters(tx: Transaction, kind: str, alias: str) -> dict[str, FilterField]:
    """What lists of the kind can be filtered by in `?filter=`, by the name in it."""
    return {field.name: _filter_of(tx, field, alias) for field in custom_fields_of(tx, kind).all}


def _filter_of(tx: Transaction, field: CustomField, alias: str) -> FilterField:
    kind = FILTER_TYPES.get(field.field_type, "text")
    return FilterField(
        type=kind,
        column="held.value_key",
        indexed=True,
        values=tuple(choice.key for choice in field.choices),
        accepts=None if kind in {"text", "choice", "day", "moment"} else _accepting(tx, field),
        keys=_keys_of(tx, field) if kind == "text" else None,
        parts=(lambda text: [text_key(text)]) if kind == "text" else None,
        of=type_of(field).linked,
        elsewhere=held_by(field),
        value_of=_value_of(field, alias),
        repeated=field.field_type == "multi_choice",
        label=field.label,
        names={choice.key: choice.label for choice in field.choices},
    )


def _accepting(tx: Transaction, field: CustomField) -> Callable[[Any], str | list[str]]:
    """The key of a value; of a record, those of all that mean it. It need not be one that there still is."""

    def key(value: Any) -> str | list[str]:
        known = type_of(field)
        if known.linked:
            ids = ids_meant(tx, known.linked, _id_in(tx, known.linked, value))
            return [known.key(each) for each in ids]
        return known.key(_read(tx, field, value))

    return key


def _id_in(tx: Transaction, kind: str, value: Any) -> int:
    if kind == "user" and value == ME:
        return tx.actor.user_id or 0
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value < 2**53:
        raise Unfit("must be the number of a record")
    return value


def _keys_of(tx: Transaction, field: CustomField) -> Callable[[str], list[str]]:
    if field.field_type in {"text", "long_text"}:
        return lambda text: [text_key(text)]
    return lambda text: [type_of(field).key(_read(tx, field, text))]


def _read(tx: Transaction, field: CustomField, value: Any) -> Any:
    """Raises Unfit."""
    parse_phone = kinds_of(tx).customized[field.kind].parse_phone
    try:
        return type_of(field).read(Asked(tx, field, parse_phone), value)
    except Invalid as error:
        raise Unfit(error.problems[0].message) from None
    except ValueError as error:
        raise Unfit(error.args[0]) from None
