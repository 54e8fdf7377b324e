"""How SQLite goes about a statement, and the index that would spare it a walk through a table."""

import re
from collections.abc import Iterator

import apsw
import apsw.ext

from crm.db.engine import Plan
from crm.db.sqlite.tables import tables_of

SCAN = re.compile(r"^SCAN (\w+)(?!.*\bINDEX\b)")
AUTOMATIC = re.compile(r"^SEARCH (\w+) USING AUTOMATIC .*INDEX \((.+)\)")
SORTED = "USE TEMP B-TREE FOR ORDER BY"
SEARCHED = re.compile(r"^(?:SEARCH|SCAN) (\w+)")
NAMED = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?", re.IGNORECASE)
NO_ALIAS = re.compile(r"where|set|on|join|left|inner|cross|order|group|limit|using", re.IGNORECASE)
MOST = 3
"""Columns of one value that an index is advised: with more of them it hardly finds fewer rows."""
EQUAL = r"\s*(?:=|\bIS\s+NOT\s+DISTINCT\b|\bIS\b(?!\s+NOT)|\bIN\b)"
RANGE = r"\s*(?:<|>|\bBETWEEN\b)"


def plan_of(connection: apsw.Connection, sql: str) -> Plan:
    """Nothing is run. Raises apsw.Error for a text that is no statement of this database."""
    names = apsw.ext.query_info(connection, sql).bindings_names
    bindings = {name: None for name in names if name}
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()  # notices a schema that has changed
    rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", bindings, can_cache=False).fetchall()
    steps = [str(detail) for *_, detail in rows]
    return Plan(steps, list(dict.fromkeys(_advice(connection, sql, steps))))


def _advice(connection: apsw.Connection, sql: str, steps: list[str]) -> Iterator[str]:
    known = frozenset(tables_of(connection))
    tables = {alias: table for alias, table in _aliases(sql) if table in known}
    for step in steps:
        if (found := AUTOMATIC.match(step)) and found[1] in tables:
            yield _index(
                tables[found[1]], [part.split("=")[0].strip("<>? ") for part in found[2].split(" AND ")]
            )
        elif (found := SCAN.match(step)) and found[1] in tables:
            columns = _compared(connection, sql, found[1], tables[found[1]])
            if columns:
                yield _index(tables[found[1]], columns)
    sorting = next((step for step in steps if SEARCHED.match(step)), "")
    if SORTED in steps and (found := SEARCHED.match(sorting)) and found[1] in tables:
        equal = _compared(connection, sql, found[1], tables[found[1]], ranges=False)
        ordered = _ordered(connection, sql, found[1], tables[found[1]])
        if ordered:
            yield _index(tables[found[1]], list(dict.fromkeys([*equal, *ordered])))


def _aliases(sql: str) -> Iterator[tuple[str, str]]:
    for table, alias in NAMED.findall(sql):
        yield table, table
        if alias and not NO_ALIAS.fullmatch(alias):
            yield alias, table


def _compared(
    connection: apsw.Connection, sql: str, alias: str, table: str, *, ranges: bool = True
) -> list[str]:
    """The columns that it is searched by: those of one value first, then the first of a range."""
    columns = [name for name in _columns(connection, table) if name != "id"]
    equal = [name for name in columns if re.search(_named(alias, table, name) + EQUAL, sql, re.IGNORECASE)]
    ranged = [name for name in columns if re.search(_named(alias, table, name) + RANGE, sql, re.IGNORECASE)]
    return equal[:MOST] + [name for name in ranged if name not in equal][: int(ranges)]


def _ordered(connection: apsw.Connection, sql: str, alias: str, table: str) -> list[str]:
    terms = re.split(r"\bORDER\s+BY\b", sql, flags=re.IGNORECASE)[-1].split(",")
    columns = _columns(connection, table)
    found = (re.match(rf"\s*(?:{alias}\.)?(\w+)", term) for term in terms)
    return [each[1] for each in found if each is not None and each[1] in columns]


def _columns(connection: apsw.Connection, table: str) -> list[str]:
    rows = connection.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    return [str(name) for (name,) in rows]


def _named(alias: str, table: str, column: str) -> str:
    """The column as the statement may write it: with its table, or alone."""
    return rf"(?:\b{alias}\.|\b{table}\.|(?<![.\w:])){column}\b"


def _index(table: str, columns: list[str]) -> str:
    return f"CREATE INDEX {table}_{'_'.join(columns)} ON {table} ({', '.join(columns)})"
