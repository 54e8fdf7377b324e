"""Tables as SQLite's schema describes them."""

from collections.abc import Iterable

import apsw

from crm.db.tables import Reference, Table


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


def tables_of(connection: apsw.Connection) -> list[str]:
    rows = connection.execute(
        """
        SELECT name
          FROM pragma_table_list
         WHERE schema = 'main'
           AND type   = 'table'
           AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         ORDER BY name
        """
    )
    return [str(name) for (name,) in rows]
