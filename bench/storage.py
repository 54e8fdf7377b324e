"""What a client and a lead take with each index: of the file, and of the processor when one is stored."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import apsw

from bench.places import Places
from bench.report import Chosen, Result, result_of

ROWS = 20_000
TABLES = {"clients": "client", "leads": "lead"}
GROWTH = "growth of the file: row and indexes of a {kind}, in bytes"
OF_TABLE = "growth of the file: {name}, in bytes a {kind}"
COST = "cost of an index on POST {kind}: {name}, in µs of processor"
ALL = "cost of all indexes on POST {kind}, in µs of processor"


def measure_storage(places: Places, chosen: Chosen, *, rounds: int) -> list[Result]:
    """Of the workspace of 100,000 clients; each index is measured alone, beside the table without any."""
    wanted = [name.format(kind=kind, name="") for kind in TABLES.values() for name in (GROWTH, COST, ALL)]
    if not any(map(chosen, wanted)):
        return []
    with _opened(places) as connection:
        results = [
            result
            for table, kind in TABLES.items()
            for result in (*_growth(connection, table, kind), *_costs(connection, table, kind, rounds))
        ]
    return [result for result in results if chosen(result.name)]


@contextmanager
def _opened(places: Places) -> Iterator[apsw.Connection]:
    connection = apsw.Connection(str(places.some.database), flags=apsw.SQLITE_OPEN_READONLY)
    yield connection
    connection.close()


def _growth(connection: apsw.Connection, table: str, kind: str) -> list[Result]:
    """Its row in the table and in each index; neither its ledger nor what it is searched by."""
    rows = _number(connection, f"SELECT count(*) FROM {table}")
    sizes = dict(connection.execute("SELECT name, sum(pgsize) FROM dbstat WHERE aggregate = 0 GROUP BY name"))
    own = [table, *_indexes(connection, table)]
    each = {name: sizes[name] / rows for name in own}
    total = result_of(GROWTH.format(kind=kind), [sum(each.values())], None)
    return [total, *(result_of(OF_TABLE.format(name=n, kind=kind), [size], None) for n, size in each.items())]


def _costs(connection: apsw.Connection, table: str, kind: str, rounds: int) -> list[Result]:
    indexes = _indexes(connection, table)
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    rows = connection.execute(f"SELECT * FROM {table} ORDER BY id LIMIT {ROWS}").fetchall()
    storing = partial(_microseconds, table, columns, rows)
    storing([])
    found: dict[str, list[float]] = {name: [] for name in (*indexes, ALL)}
    for _ in range(rounds):
        bare = storing([])
        for name, sql in indexes.items():
            found[name].append(storing([sql]) - bare)
        found[ALL].append(storing([*indexes.values()]) - bare)
    names = {name: COST.format(kind=kind, name=name) for name in indexes} | {ALL: ALL.format(kind=kind)}
    return [result_of(names[name], each, None) for name, each in found.items()]


def _microseconds(
    table: str, columns: list[str], rows: list[tuple[object, ...]], indexes: Sequence[str]
) -> float:
    """Of the processor, for one row, in memory: what the disk adds is the size of the index."""
    connection = apsw.Connection(":memory:")
    connection.execute(f"CREATE TABLE {table} ({', '.join(columns)}, PRIMARY KEY (id))")
    for sql in indexes:
        connection.execute(sql)
    places = ", ".join("?" for _ in columns)
    started = time.thread_time_ns()
    connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
    spent = time.thread_time_ns() - started
    connection.close()
    return spent / 1000 / len(rows)


def _indexes(connection: apsw.Connection, table: str) -> dict[str, str]:
    """By name, but for those that a constraint of the table makes."""
    return dict(
        connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
            (table,),
        )
    )


def _number(connection: apsw.Connection, sql: str) -> int:
    return int(next(connection.execute(sql))[0])
