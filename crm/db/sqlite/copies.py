"""Reading a database file that nobody is writing, without changing the file or its folder."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import apsw

from crm.db.actor import Actor
from crm.db.sqlite.engine import assert_safe_engine
from crm.db.sqlite.session import PooledConnection, SQLiteSession
from crm.db.sqlite.statements import StatementCatalog
from crm.db.sqlite.tables import describe_tables, tables_of
from crm.db.statistics import Statistics
from crm.db.tables import Table, quoted
from crm.db.transaction import Transaction
from crm.db.values import SQLValue

P = ParamSpec("P")
T = TypeVar("T")
SECONDS = 6 * 3600


class DamagedCopy(RuntimeError):
    """The file is not a sound database; the message says what is wrong with it."""


class Copy:
    """Implements the copy of `crm/db/copy.py`."""

    def __init__(self, connection: apsw.Connection, *, in_transaction: bool = False) -> None:
        """`in_transaction`: the caller has begun one, which stays as it is."""
        self.connection = connection
        self._in_transaction = in_transaction
        self._statistics = Statistics(SECONDS * 1000)
        self._channel = PooledConnection(connection, self._statistics)
        self._catalog = StatementCatalog()

    def rows(self, sql: str, *values: SQLValue) -> list[tuple[SQLValue, ...]]:
        return self.connection.execute(sql, values).fetchall()

    def each(self, sql: str) -> Iterator[tuple[SQLValue, ...]]:
        return iter(self.connection.execute(sql))

    def tables(self) -> dict[str, Table]:
        return describe_tables(self.connection)

    def read(
        self, fn: Callable[Concatenate[Transaction, P], T], actor: Actor, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        session = SQLiteSession(
            "read",
            self._channel,
            self._catalog,
            self._statistics,
            deadline=time.monotonic() + SECONDS,
            statement_seconds=SECONDS,
        )
        if not self._in_transaction:
            session.control("BEGIN")
        try:
            return fn(Transaction(session, actor), *args, **kwargs)
        finally:
            if not self._in_transaction:
                session.control("ROLLBACK")


@contextmanager
def opened_copy(path: Path) -> Iterator[Copy]:
    """The copy must have no -wal, because its contents would not be read."""
    assert_safe_engine()
    address = f"{path.absolute().as_uri()}?immutable=1"
    connection = apsw.Connection(address, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    try:
        connection.pragma("trusted_schema", "OFF")
        connection.pragma("cell_size_check", "ON")
        yield Copy(connection)
    finally:
        connection.close()


def check_integrity(connection: apsw.Connection) -> None:
    """The whole of integrity_check and foreign_key_check; raises DamagedCopy."""
    try:
        faults = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
        dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
    except apsw.Error as error:
        raise DamagedCopy(str(error)) from error
    if faults != ["ok"]:
        raise DamagedCopy("; ".join(faults))
    if dangling:
        raise DamagedCopy(f"{len(dangling)} rows refer to a row that is not there")


def count_rows(connection: apsw.Connection) -> dict[str, int]:
    """By table, without the engine's own and those of a search index."""
    return {
        table: int(str(connection.execute(f"SELECT count(*) FROM {quoted(table)}").fetchall()[0][0]))
        for table in tables_of(connection)
    }
