"""What the schema says of its tables: their columns, their keys, and which rows belong to which."""

from collections.abc import Iterable
from dataclasses import dataclass

import apsw

from crm.db.sqlite.copies import tables_of


@dataclass(frozen=True, slots=True)
class Reference:
    """`pairs` are the columns here with those of the parent. `owned`: a row cannot be without its parent.

    `only` are columns here, each with the value by which a row has such a parent at all.
    """

    parent: str
    pairs: tuple[tuple[str, str], ...]
    owned: bool
    only: tuple[tuple[str, str], ...] = ()

    def column_of(self, target: str) -> str | None:
        """The column here that holds that column of the parent."""
        return next((here for here, there in self.pairs if there == target), None)


@dataclass(frozen=True, slots=True)
class Table:
    """`types` are the columns, each with its type as the schema writes it; `required` may not be NULL."""

    name: str
    columns: tuple[str, ...]
    types: tuple[tuple[str, str], ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...]
    required: frozenset[str] = frozenset()

    @property
    def has_id(self) -> bool:
        return self.key == ("id",)


def describe_tables(connection: apsw.Connection) -> dict[str, Table]:
    return {name: _describe(connection, name) for name in tables_of(connection)}


def _describe(connection: apsw.Connection, name: str) -> Table:
    rows = connection.execute(
        'SELECT name, pk, "notnull", type FROM pragma_table_info(?)', (name,)
    ).fetchall()
    keyed = sorted((int(str(place)), str(column)) for column, place, _, _ in rows if place)
    required = {str(column) for column, place, notnull, _ in rows if notnull or place}
    return Table(
        name=name,
        columns=tuple(str(column) for column, _, _, _ in rows),
        types=tuple((str(column), str(kind)) for column, _, _, kind in rows),
        key=tuple(column for _, column in keyed),
        references=tuple(_references(connection, name, required)),
        required=frozenset(required),
    )


def _references(connection: apsw.Connection, name: str, required: set[str]) -> Iterable[Reference]:
    pairs: dict[int, list[tuple[str, str]]] = {}
    parents: dict[int, str] = {}
    rows = connection.execute(
        'SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq', (name,)
    )
    for number, parent, here, there in rows:
        pairs.setdefault(int(str(number)), []).append((str(here), str(there or "id")))
        parents[int(str(number))] = str(parent)
    for number, columns in pairs.items():
        owned = all(here in required for here, _ in columns)
        yield Reference(parents[number], tuple(columns), owned)
