"""The columns of an exported kind, taken from its description: a new field of a record is a new column."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, get_args, get_type_hints

from crm.custom_fields.custom_field import PREFIX
from crm.db.transaction import Transaction
from crm.records.kind import Export, Kind
from crm.records.kinds import kinds_of
from crm.records.names import name_records
from crm.records.origin import origin_of, record_key

Form = Literal["text", "number", "yes", "day", "moment", "tags", "structure"]
KEY = "holdfast_key"
MOMENTS = ("_at", "_since")
Row = list[Any]


@dataclass(frozen=True, slots=True)
class Column:
    """`of` is the field of the record whose value, or whose id, it shows."""

    name: str
    form: Form
    of: str


@dataclass(frozen=True, slots=True)
class Table:
    """What a kind's file has: its columns, and how a page of its records becomes rows."""

    kind: Kind
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def export_of(kind: Kind) -> Export:
    """Raises TypeError for a kind that is not exported."""
    if kind.export is None:
        raise TypeError(f"{kind.name} is not exported")
    return kind.export


@cache
def table_of(kind: Kind) -> Table:
    """Beside its own fields a record shows the names, e-mails and keys of those that it links to."""
    hints = get_type_hints(export_of(kind).record)
    shown = [each.name for each in fields(export_of(kind).record)]
    columns: list[Column] = []
    for name in shown:
        columns.append(Column(name, _form_of(kind, name, hints[name]), name))
        columns += (each for each in _beside(kind, name) if each.name not in shown)
    return Table(kind, (*columns, Column(KEY, "text", "id")))


def _beside(kind: Kind, name: str) -> Iterable[Column]:
    linked = kind.links.get(name)
    start = name.removesuffix("_id")
    if linked is None:
        on_record = kind.hangs_on is not None and name == kind.hangs_on[1]
        return [Column(f"{start}_{what}", "text", name) for what in ("name", "key")] if on_record else []
    more = [Column(f"{start}_name", "text", name)]
    return [*more, Column(f"{start}_{'email' if linked == 'user' else 'key'}", "text", name)]


def form_of(kind: Kind, name: str, model: Any) -> Form:
    """The form of a field by the model of what people write."""
    return _form_of(kind, name, get_type_hints(model).get(name, str))


def _form_of(kind: Kind, name: str, hint: Any) -> Form:
    given = kind.fields.model_fields.get(name) if kind.fields else None
    written = _types_in(given.annotation) if given else set()
    held = _types_in(hint)
    if list in held:
        return "tags" if hint == list[str] else "structure"
    if dict in held:
        return "structure"
    if bool in held:
        return "yes"
    if held & {int, float, Decimal}:
        return "number"
    if datetime in written or name.endswith(MOMENTS):
        return "moment"
    return "day" if date in written or name.endswith("_day") else "text"


def _types_in(hint: Any) -> set[Any]:
    parts = get_args(hint)
    own = {getattr(hint, "__origin__", hint), getattr(hint, "__supertype__", hint)}
    return own.union(*map(_types_in, parts)) if parts else own


def rows_of(tx: Transaction, table: Table, records: Iterable[Any]) -> list[Row]:
    """The values of the records in the order of the columns."""
    listed = list(records)
    origin = origin_of(tx)
    found = {column.name: _finder(tx, table.kind, column, listed, origin) for column in table.columns}
    return [[found[column.name](record) for column in table.columns] for record in listed]


def _finder(
    tx: Transaction, kind: Kind, column: Column, records: list[Any], origin: str
) -> Callable[[Any], Any]:
    """How the value of a column is read from a record."""
    if column.name == column.of:
        return lambda record: getattr(record, column.of)
    if column.name.startswith(PREFIX):
        key = column.name.removeprefix(PREFIX)
        return lambda record: record.custom.get(key)
    if column.name == KEY:
        return lambda record: _key(origin, kind.name, record.id)
    if column.name.endswith("_key"):
        return lambda record: _key(origin, _kind_of(kind, column, record), getattr(record, column.of))
    if column.of not in kind.links:
        bearers = _bearers(tx, kind, records)
        return lambda record: bearers.get((_kind_of(kind, column, record), getattr(record, column.of)))
    linked = kinds_of(tx).by_name[kind.links[column.of]]
    ids = {getattr(record, column.of) for record in records} - {None}
    known = _emails(tx, ids) if column.name.endswith("_email") else name_records(tx, linked, ids)
    return lambda record: known.get(getattr(record, column.of))


def _bearers(tx: Transaction, kind: Kind, records: list[Any]) -> Mapping[tuple[str, int], str]:
    """The names of the records that these are on."""
    named, number = kind.hangs_on or ("", "")
    found: dict[tuple[str, int], str] = {}
    for bearer in kinds_of(tx).bearing(kind):
        ids = {getattr(each, number) for each in records if getattr(each, named) == bearer.name}
        found |= {(bearer.name, of): name for of, name in name_records(tx, bearer, ids).items()}
    return found


def _kind_of(kind: Kind, column: Column, record: Any) -> str:
    """The kind of the record that a column links to."""
    if column.of in kind.links:
        return kind.links[column.of]
    return getattr(record, kind.hangs_on[0]) or "" if kind.hangs_on else ""


def _key(origin: str, kind: str, record_id: int | None) -> str | None:
    return None if record_id is None else record_key(origin, kind, record_id)


def _emails(tx: Transaction, ids: Iterable[int]) -> Mapping[int, str]:
    wanted = {f"id_{place}": each for place, each in enumerate(sorted(ids))}
    if not wanted:
        return {}
    rows = tx.all(
        f"""
        SELECT id, email
          FROM users
         WHERE workspace_id = :workspace_id
           AND id IN ({", ".join(f":{name}" for name in wanted)})
        """,
        **wanted,
    )
    return {row["id"]: row["email"] for row in rows}
