"""Reading the whole database in one snapshot, with the interface of a copy."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Concatenate, ParamSpec, TypeVar

from crm.db.actor import Actor
from crm.db.postgres.connections import CONTEXT, OPTIONS, PooledConnection
from crm.db.postgres.session import PostgresSession
from crm.db.postgres.tenant_guard import OWNED, TenantGuard
from crm.db.statistics import Statistics
from crm.db.tables import Table
from crm.db.transaction import Transaction
from crm.db.values import SQLValue

P = ParamSpec("P")
T = TypeVar("T")
SECONDS = 6 * 3600
SNAPSHOT = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
FETCHED = b"FETCH 5000 FROM pieces"


class ServerCopy:
    """Implements the copy of `crm/db/copy.py` on a connection that is in a transaction."""

    def __init__(self, connection: PooledConnection, tables: dict[str, Table]) -> None:
        self.connection = connection
        self._tables = tables
        self._statistics = Statistics(SECONDS * 1000)
        connection.tallies = self._statistics.new_tallies()
        connection.retire = self._statistics.retire_tallies
        self._guard = TenantGuard(frozenset(str(name) for (name,) in connection.execute(OWNED)))

    def rows(self, sql: str, *values: SQLValue) -> list[tuple[SQLValue, ...]]:
        return self.connection.execute(sql.replace("?", "%s").encode(), values).fetchall()

    def each(self, sql: str) -> Iterator[tuple[SQLValue, ...]]:
        return in_pieces(self.connection, sql)

    def tables(self) -> dict[str, Table]:
        return self._tables

    def read(
        self, fn: Callable[Concatenate[Transaction, P], T], actor: Actor, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        deadline = time.monotonic() + SECONDS
        session = PostgresSession("read", self.connection, self._guard, self._statistics, deadline=deadline)
        return fn(Transaction(session, actor), *args, **kwargs)


def in_pieces(connection: PooledConnection, sql: str) -> Iterator[tuple[SQLValue, ...]]:
    """The rows of a statement inside a transaction, whatever their number; one such statement at a time."""
    connection.execute(f"DECLARE pieces NO SCROLL CURSOR FOR {sql}".encode())
    while rows := connection.execute(FETCHED).fetchall():
        yield from rows
    connection.execute(b"CLOSE pieces")


@contextmanager
def long_connection(address: str) -> Iterator[PooledConnection]:
    """For one long transaction of a command."""
    connection = PooledConnection.connect(address, autocommit=True, context=CONTEXT, **OPTIONS)
    try:
        yield connection
    finally:
        connection.close()
