"""How PostgreSQL goes about a statement, whatever its parameters are, and the index that it lacks."""

import re
from collections.abc import Iterator
from functools import partial

import psycopg

from crm.db.engine import Plan
from crm.db.index_advice import Tables, advised, aliases_of, compared_in, ordered_in
from crm.db.postgres.connections import Connection
from crm.db.postgres.wording import PARAMETER, QUOTED, by_rule

SCAN = re.compile(r"^Seq Scan on (\w+)(?: (\w+))?")
SEARCHED = re.compile(r"^(?:Index|Bitmap Heap|Index Only|Seq) Scan.* on (\w+)(?: (\w+))?")
SETTINGS = (b"SET LOCAL plan_cache_mode = force_generic_plan", b"SET LOCAL enable_seqscan = off")
"""A walk through a table is planned only where no index fits, however small the table is."""
COLUMNS = b"""
    SELECT column_name
      FROM information_schema.columns
     WHERE table_schema = current_schema() AND table_name = %s
     ORDER BY ordinal_position
"""

# The columns of each index that has all rows of a table.
INDEXES = b"""
    SELECT (SELECT array_agg(a.attname::text ORDER BY k.place)
              FROM unnest(i.indkey) WITH ORDINALITY AS k (number, place)
              JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number)
      FROM pg_index i
     WHERE i.indrelid = to_regclass(%s)
       AND i.indpred IS NULL
       AND i.indexprs IS NULL
"""


def plan_of(connection: Connection, sql: str) -> Plan | None:
    """Nothing is run, and nothing stays on the connection, which others may share. None for what is no
    statement of its tables.
    """
    try:
        with connection.transaction():
            for setting in SETTINGS:
                connection.execute(setting)
            rows = _explained(connection, *_numbered(by_rule(sql)))
    except (psycopg.ProgrammingError, psycopg.DataError):
        return None
    steps = [str(row[0]).strip().removeprefix("->").strip() for row in rows]
    tables = Tables(partial(_count, connection), partial(_indexes, connection))
    return Plan(steps, advised(_lacking(connection, sql, steps), tables))


def _count(connection: Connection, table: str, most: int) -> int:
    counted = f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {most}) few"
    return int(connection.execute(counted.encode()).fetchall()[0][0])


def _explained(connection: Connection, text: str, count: int) -> list[tuple[object, ...]]:
    given = f"({', '.join(['NULL'] * count)})" if count else ""
    connection.execute(f"PREPARE explained AS {text}".encode())
    try:
        with connection.transaction():
            return connection.execute(f"EXPLAIN (COSTS OFF) EXECUTE explained{given}".encode()).fetchall()
    finally:
        connection.execute(b"DEALLOCATE explained")


def _numbered(sql: str) -> tuple[str, int]:
    """With `$1` for each parameter, and how many there are."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return f"${names.setdefault(found[1], len(names) + 1)}"

    parts, at = [], 0
    for quoted in QUOTED.finditer(sql):
        parts += [PARAMETER.sub(number, sql[at : quoted.start()]), quoted.group()]
        at = quoted.end()
    return "".join([*parts, PARAMETER.sub(number, sql[at:])]), len(names)


def _indexes(connection: Connection, table: str) -> list[list[str]]:
    return [list(columns) for (columns,) in connection.execute(INDEXES, (table,)).fetchall()]


def _lacking(connection: Connection, sql: str, steps: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The tables and columns of which an index would help."""
    tables = dict(aliases_of(sql))
    for step in steps:
        found = SCAN.match(step)
        if found and found[1] in tables.values():
            compared = compared_in(sql, found[2] or found[1], found[1], _columns(connection, found[1]))
            if compared:
                yield found[1], compared
    first = next((found for step in steps if (found := SEARCHED.match(step))), None)
    if first is not None and "Sort" in steps and first[1] in tables.values():
        columns = _columns(connection, first[1])
        ordered = ordered_in(sql, first[2] or first[1], columns)
        equal = compared_in(sql, first[2] or first[1], first[1], columns, ranges=False)
        if ordered:
            yield first[1], list(dict.fromkeys([*equal, *ordered]))


def _columns(connection: Connection, table: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(COLUMNS, (table,)).fetchall()]
