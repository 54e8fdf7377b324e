"""How SQLite goes about a statement, and the index that would spare it a walk through a table."""

import re
from collections.abc import Iterator
from functools import partial

import apsw
import apsw.ext

from crm.db.engine import Plan
from crm.db.index_advice import Tables, advised, aliases_of, compared_in, ordered_in
from crm.db.sqlite.tables import tables_of

SCAN = re.compile(r"^SCAN (\w+)(?!.*\bINDEX\b)")
AUTOMATIC = re.compile(r"^SEARCH (\w+) USING AUTOMATIC .*INDEX \((.+)\)")
SORTED = "USE TEMP B-TREE FOR ORDER BY"
SEARCHED = re.compile(r"^(?:SEARCH|SCAN) (\w+)")


def plan_of(connection: apsw.Connection, sql: str) -> Plan:
    """Nothing is run. Raises apsw.Error for a text that is no statement of this database."""
    names = apsw.ext.query_info(connection, sql).bindings_names
    bindings = {name: None for name in names if name}
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()  # notices a schema that has changed
    rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", bindings, can_cache=False).fetchall()
    steps = [str(detail) for *_, detail in rows]
    tables = Tables(partial(_count, connection), partial(_indexes, connection))
    return Plan(steps, advised(_lacking(connection, sql, steps), tables))


def _count(connection: apsw.Connection, table: str, most: int) -> int:
    rows = connection.execute(f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT ?)", (most,))
    return int(str(rows.fetchall()[0][0]))


def _indexes(connection: apsw.Connection, table: str) -> list[list[str]]:
    """The columns of each that has all rows of the table."""
    sql = "SELECT name FROM pragma_index_list(?) WHERE NOT partial"
    names = [str(name) for (name,) in connection.execute(sql, (table,)).fetchall()]
    sql = "SELECT name FROM pragma_index_info(?) ORDER BY seqno"
    return [[str(column) for (column,) in connection.execute(sql, (name,)).fetchall()] for name in names]


def _lacking(connection: apsw.Connection, sql: str, steps: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The tables and columns of which an index would help."""
    known = frozenset(tables_of(connection))
    tables = {alias: table for alias, table in aliases_of(sql) if table in known}
    for step in steps:
        if (found := AUTOMATIC.match(step)) and found[1] in tables:
            yield tables[found[1]], [part.split("=")[0].strip("<>? ") for part in found[2].split(" AND ")]
        elif (found := SCAN.match(step)) and found[1] in tables:
            columns = compared_in(sql, found[1], tables[found[1]], _columns(connection, tables[found[1]]))
            if columns:
                yield tables[found[1]], columns
    sorting = next((step for step in steps if SEARCHED.match(step)), "")
    if SORTED in steps and (found := SEARCHED.match(sorting)) and found[1] in tables:
        columns = _columns(connection, tables[found[1]])
        equal = compared_in(sql, found[1], tables[found[1]], columns, ranges=False)
        ordered = ordered_in(sql, found[1], columns)
        if ordered:
            yield tables[found[1]], list(dict.fromkeys([*equal, *ordered]))


def _columns(connection: apsw.Connection, table: str) -> list[str]:
    rows = connection.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    return [str(name) for (name,) in rows]
