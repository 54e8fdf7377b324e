"""One running transaction of one thread on one connection to the file."""

import time
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import apsw
import structlog

from crm.db.session import RETURNING, EngineSession
from crm.db.sqlite.dialect import SQLiteDialect
from crm.db.sqlite.failures import translate
from crm.db.sqlite.statements import StatementCatalog, guard_tenant
from crm.db.statistics import Statistics
from crm.db.tallies import StatementTally
from crm.db.values import Params, SQLValue

PROGRESS_STEPS = 20_000
MOST_REMEMBERED = 1_000
DIALECT = SQLiteDialect()

log = structlog.get_logger("crm.db")


class PooledConnection:
    """A connection with its deadline and its tallies. One thread uses it at a time."""

    __slots__ = ("_remembered", "_statistics", "_version", "connection", "deadline", "idle_since", "tallies")

    def __init__(self, connection: apsw.Connection, statistics: Statistics) -> None:
        self.connection = connection
        self.deadline = float("inf")
        self.idle_since = time.monotonic()
        self._statistics = statistics
        self.tallies: dict[str, StatementTally] = statistics.new_tallies()
        self._version: object = None
        self._remembered: dict[object, Any] = {}
        connection.set_progress_handler(self._past_deadline, PROGRESS_STEPS)

    def remembered(self) -> dict[object, Any]:
        """What was read on this connection since any other last committed, for the transaction that runs.

        The number is that of the transaction's own snapshot, which begins with this look if not before.
        (https://www.sqlite.org/pragma.html#pragma_data_version)
        """
        [(version,)] = self.connection.execute("PRAGMA data_version")
        if version != self._version or len(self._remembered) > MOST_REMEMBERED:
            self._version, self._remembered = version, {}
        return self._remembered

    def _past_deadline(self) -> bool:
        return time.monotonic() > self.deadline

    def close(self) -> None:
        """Close it for good, even if its last checkpoint fails: that can be made later."""
        self._statistics.retire_tallies(self.tallies)
        try:
            self.connection.close()
        except apsw.Error:
            log.exception("closing a connection failed")
            self.connection.close(True)  # noqa: FBT003 - the engine's own signature


class SQLiteSession(EngineSession):
    __slots__ = ("_catalog", "_statement_seconds", "_statistics", "channel", "connection")

    def __init__(
        self,
        kind: Literal["read", "write"],
        channel: PooledConnection,
        catalog: StatementCatalog,
        statistics: Statistics,
        *,
        deadline: float,
        statement_seconds: float,
    ) -> None:
        super().__init__(kind, DIALECT, deadline)
        self.connection = channel.connection
        self.channel = channel
        self._catalog = catalog
        self._statistics = statistics
        self._statement_seconds = statement_seconds

    @property
    def stands(self) -> bool:
        return self.connection.in_transaction

    def _known_before(self) -> dict[object, Any]:
        """Of a reader alone: a connection does not count its own commits."""
        if self.kind == "write":
            return {}
        with self.guard:
            self.must_stand()
            try:
                return self.channel.remembered()
            except apsw.Error as error:
                raise self._failed(error) from error

    def execute(
        self, sql: str, bindings: Params, *, tenant: bool
    ) -> tuple[tuple[str, ...], list[tuple[SQLValue, ...]], int]:
        with self.guard:
            self.must_stand()
            started = time.perf_counter_ns()
            rows: list[tuple[SQLValue, ...]] | None = None
            failure: str | None = None
            self.channel.deadline = min(self.deadline, time.monotonic() + self._statement_seconds)
            try:
                statement = self._catalog.describe(self.connection, sql)
                if tenant:
                    guard_tenant(statement, sql)
                rows = self.connection.execute(sql, bindings).fetchall()
            except apsw.Error as error:
                failure = type(error).__name__
                raise self._failed(error) from error
            finally:
                self.channel.deadline = float("inf")
                taken = time.perf_counter_ns() - started
                self._statistics.note_statement(
                    self.channel.tallies, sql, taken, rows, failure, reading=self.kind == "read"
                )
            return statement.columns, rows, self.connection.changes()

    def execute_many(
        self, sql: str, bindings: Sequence[Params], *, tenant: bool
    ) -> list[tuple[SQLValue, ...]]:
        with self.guard:
            self.must_stand()
            started = time.perf_counter_ns()
            rows: list[tuple[SQLValue, ...]] | None = None
            failure: str | None = None
            try:
                statement = self._catalog.describe(self.connection, sql)
                if tenant:
                    guard_tenant(statement, sql)
                rows = self.connection.executemany(sql, self._timed(bindings)).fetchall()
            except apsw.Error as error:
                failure = type(error).__name__
                raise self._failed(error) from error
            finally:
                self.channel.deadline = float("inf")
                taken = (time.perf_counter_ns() - started) // max(1, len(bindings))
                self._statistics.note_statement(self.channel.tallies, sql, taken, rows, failure)
            return rows

    def insert_many(self, sql: str, bindings: Sequence[Params], *, tenant: bool) -> list[int]:
        """Only the first is asked for its id: a row that returns something takes twice as long.

        Nobody else writes meanwhile, and a new id is one above the highest: the others follow.
        """
        first = super().insert_many(sql, bindings[:1], tenant=tenant)[0]
        others = bindings[1:]
        if others:
            self.execute_many(sql.rpartition(RETURNING)[0], others, tenant=tenant)
            if self.connection.last_insert_rowid() != first + len(others):
                raise RuntimeError("the ids of rows that were inserted together do not follow each other")
        return list(range(first, first + len(bindings)))

    def _timed(self, bindings: Sequence[Params]) -> Iterator[Params]:
        """Each of them may take as long as one statement."""
        for each in bindings:
            self.channel.deadline = min(self.deadline, time.monotonic() + self._statement_seconds)
            yield each

    def control(self, sql: str) -> None:
        try:
            self.connection.execute(sql)
        except apsw.Error as error:
            raise self._failed(error) from error

    def defer_references(self) -> None:
        self.control("PRAGMA defer_foreign_keys = ON")

    def interrupt(self) -> None:
        self.connection.interrupt()

    def _failed(self, error: apsw.Error) -> Exception:
        meaning = translate(error)
        if isinstance(error, apsw.IOError):
            self.distrusted = True
        if self.distrusted or isinstance(error, apsw.InterruptError) or not self.connection.in_transaction:
            self.broken = meaning
        return meaning

    def undo(self, savepoint: str) -> None:
        try:
            self.connection.execute(f"ROLLBACK TO {savepoint}")
            self.connection.execute(f"RELEASE {savepoint}")
        except apsw.Error as error:
            self.broken = translate(error)
            log.exception("a part could not be undone; the whole transaction fails")

    def roll_back(self) -> None:
        try:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
        except apsw.Error:
            self.distrusted = True
            log.exception("rollback failed; the connection is replaced")
