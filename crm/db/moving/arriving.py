"""Everything of a SQLite database into an empty one on a server, in the transaction of the caller."""

from collections.abc import Iterator

import apsw
import psycopg

from crm.db.backup.report import Report
from crm.db.grams import ID_BITS
from crm.db.migrations import load_migrations
from crm.db.moving.digests import Digest, digest_of
from crm.db.moving.errors import MoveFailed
from crm.db.postgres.connections import PooledConnection
from crm.db.postgres.copies import in_pieces
from crm.db.postgres.migrations import RECORDED, build_around
from crm.db.sqlite.tables import describe_tables
from crm.db.tables import Table, quoted
from crm.db.values import SQLValue

SEARCHES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%' ORDER BY name"
GRAMS = b"CREATE TEMPORARY TABLE arriving_grams (rowid bigint, gram text) ON COMMIT DROP"
INDEXED = f"""
    INSERT INTO {{search}} (rowid, grams)
    SELECT rowid, array_to_tsvector(array_agg(gram) || ('workspace ' || (rowid >> {ID_BITS})))
      FROM arriving_grams
     GROUP BY rowid
"""
Rows = Iterator[tuple[SQLValue, ...]]


def fill_server(source: apsw.Connection, there: PooledConnection, report: Report) -> int:
    """The number of rows, each of which was read back and compared. Raises MoveFailed."""
    tables = moved_tables(source)
    sent: dict[str, Digest] = {}

    def fill() -> None:
        for table in tables:
            sent[table.name] = _send(source, there, table)
            if sent[table.name].rows:
                report.step(f"{table.name}: {sent[table.name].rows} rows")
        for (search,) in source.execute(SEARCHES).fetchall():
            _send_search(source, there, str(search))

    build_around(there, load_migrations(), fill)
    report.step("indexes and references: made, and no reference leads nowhere")
    for table in tables:
        _continue_ids(source, there, table)
        if digest_of(server_rows(there, table)) != sent[table.name]:
            raise MoveFailed(f"The rows of {table.name} are not those that were sent.")
    return sum(digest.rows for digest in sent.values())


def moved_tables(connection: apsw.Connection) -> list[Table]:
    return [table for name, table in describe_tables(connection).items() if name != RECORDED]


def file_rows(source: apsw.Connection, table: Table) -> Rows:
    return iter(source.execute(f"SELECT {columns_of(table)} FROM {quoted(table.name)}"))


def server_rows(there: PooledConnection, table: Table) -> Rows:
    return in_pieces(there, f"SELECT {columns_of(table)} FROM {quoted(table.name)}")


def columns_of(table: Table) -> str:
    return ", ".join(quoted(column) for column in table.columns)


def _send(source: apsw.Connection, there: PooledConnection, table: Table) -> Digest:
    digest = Digest()
    copying = f"COPY {quoted(table.name)} ({columns_of(table)}) FROM STDIN".encode()
    try:
        with there.cursor() as cursor, cursor.copy(copying) as copy:
            for row in digest.noting(file_rows(source, table)):
                copy.write_row(row)
    except (psycopg.DataError, psycopg.IntegrityError, UnicodeError) as error:
        raise MoveFailed(f"A row of {table.name} cannot be stored there: {error}") from error
    return digest


def _send_search(source: apsw.Connection, there: PooledConnection, search: str) -> None:
    """The index keeps no texts: its own dictionary tells which grams each row has."""
    source.execute(f"CREATE VIRTUAL TABLE temp.moving_grams USING fts5vocab(main, {search}, instance)")
    try:
        there.execute(GRAMS)
        with there.cursor() as cursor, cursor.copy(b"COPY arriving_grams (rowid, gram) FROM STDIN") as copy:
            for row in source.execute("SELECT doc, term FROM temp.moving_grams"):
                copy.write_row(row)
        there.execute(INDEXED.format(search=search).encode())
        there.execute(b"DROP TABLE arriving_grams")
    finally:
        source.execute("DROP TABLE temp.moving_grams")


def _continue_ids(source: apsw.Connection, there: PooledConnection, table: Table) -> None:
    """Ids go on after the highest that was ever given, be its row there or not."""
    if not table.has_id:
        return
    given = [_highest(source, f"SELECT max(id) FROM {quoted(table.name)}")]
    if source.execute("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").fetchall():
        given.append(_highest(source, "SELECT seq FROM sqlite_sequence WHERE name = ?", table.name))
    if max(given) > 0:
        there.execute(
            b"SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, true)", (table.name, str(max(given)))
        )


def _highest(source: apsw.Connection, sql: str, *values: str) -> int:
    rows = source.execute(sql, values).fetchall()
    return int(str(rows[0][0])) if rows and rows[0][0] is not None else 0
