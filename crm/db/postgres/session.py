"""One running transaction of one thread on one connection to the server."""

import time
from collections.abc import Sequence
from typing import Any, Literal

import psycopg
import structlog
from psycopg.pq import TransactionStatus

from crm.db.postgres.connections import PooledConnection
from crm.db.postgres.dialect import PostgresDialect
from crm.db.postgres.failures import NotConfirmed, is_loss, translate
from crm.db.postgres.roles import UNKNOWN, Scope
from crm.db.postgres.tenant_guard import TenantGuard
from crm.db.postgres.wording import worded
from crm.db.session import EngineSession, Undone
from crm.db.statistics import Statistics
from crm.db.values import Params, SQLValue
from crm.errors import Invalid

DIALECT = PostgresDialect()
UNIQUE = "23505"
OPEN = (TransactionStatus.INTRANS, TransactionStatus.INERROR)
NUL = "A text cannot contain the character NUL."

log = structlog.get_logger("crm.db")


class PostgresSession(EngineSession):
    """`optimistic`: a write on a snapshot, which is run again where another has changed what it saw.

    Such a write that turns to a workspace takes that one's lock as well.
    """

    __slots__ = ("_begun", "_guard", "_locked", "_scope", "_statistics", "connection", "optimistic")

    def __init__(
        self,
        kind: Literal["read", "write"],
        connection: PooledConnection,
        guard: TenantGuard,
        statistics: Statistics,
        *,
        deadline: float,
        optimistic: bool = False,
        scope: Scope | None = None,
    ) -> None:
        super().__init__(kind, DIALECT, deadline)
        self._begun = self._scope = scope
        self.connection = connection
        self.optimistic = optimistic
        self._guard = guard
        self._statistics = statistics
        self._locked: set[SQLValue] = set()

    @property
    def stands(self) -> bool:
        return self.connection.info.transaction_status in OPEN

    def execute(
        self, sql: str, bindings: Params, *, tenant: bool
    ) -> tuple[tuple[str, ...], list[tuple[SQLValue, ...]], int]:
        with self.guard:
            self.must_stand()
            started = time.perf_counter_ns()
            rows: list[tuple[SQLValue, ...]] | None = None
            failure: str | None = None
            try:
                self._prepare_for(sql, bindings, tenant=tenant)
                cursor = self._ask(worded(sql), bindings)
                columns, rows = _result(cursor)
            except psycopg.Error as error:
                failure = type(error).__name__
                raise self._failed(error) from error
            finally:
                self._note(sql, started, rows, failure)
            return columns, rows, max(cursor.rowcount, 0)

    def _ask(self, text: bytes, bindings: Params) -> psycopg.Cursor[tuple[Any, ...]]:
        """No text here holds NUL: who looks for one finds nothing, and who saves one is refused."""
        try:
            return self.connection.execute(text, bindings)
        except psycopg.DataError as error:
            if self.kind == "write" or not _is_about_nul(error):
                raise
        return self.connection.execute(text, {name: _unlike(value) for name, value in bindings.items()})

    def execute_many(
        self, sql: str, bindings: Sequence[Params], *, tenant: bool
    ) -> list[tuple[SQLValue, ...]]:
        """In one round trip, or few."""
        with self.guard:
            self.must_stand()
            started = time.perf_counter_ns()
            rows: list[tuple[SQLValue, ...]] | None = None
            failure: str | None = None
            try:
                self._prepare_for(sql, bindings[0], tenant=tenant)
                rows = self._run_each(worded(sql), bindings)
            except psycopg.Error as error:
                failure = type(error).__name__
                raise self._failed(error) from error
            finally:
                self._note(sql, started, rows, failure, times=len(bindings))
            return rows

    def _run_each(self, text: bytes, bindings: Sequence[Params]) -> list[tuple[SQLValue, ...]]:
        returning = b"RETURNING" in text or text.lstrip().startswith((b"SELECT", b"WITH"))
        found: list[tuple[SQLValue, ...]] = []
        with self.connection.cursor() as cursor:
            cursor.executemany(text, bindings, returning=returning)
            while returning:
                found += cursor.fetchall()
                if not cursor.nextset():
                    break
        return found

    def _prepare_for(self, sql: str, bindings: Params, *, tenant: bool) -> None:
        workspace = bindings["workspace_id"] if tenant else None
        if self._scope is not None:
            self._widen_to(self._scope.of(workspace))
        if not tenant:
            return
        self._guard.check(sql)
        if self.optimistic and workspace not in self._locked:
            self.connection.execute(LOCK_WORKSPACE, {"workspace_id": workspace})
            self._locked.add(workspace)

    def _widen_to(self, scope: Scope) -> None:
        """Who sees all workspaces goes on seeing them."""
        if self._scope not in (scope, scope.of(None)):
            self.connection.execute(scope.text.encode())
            self._scope = scope

    def _note(
        self, sql: str, started: int, rows: list[Any] | None, failure: str | None, *, times: int = 1
    ) -> None:
        taken = (time.perf_counter_ns() - started) // times
        self._statistics.note_statement(
            self.connection.tallies, sql, taken, rows, failure, reading=self.kind == "read"
        )

    def control(self, sql: str) -> None:
        try:
            self.connection.execute(sql.encode())
        except psycopg.Error as error:
            raise self._failed(error) from error

    def commit(self) -> None:
        """Raises NotConfirmed where nobody can say whether the server and its synchronous replica did it.

        A server that waits in vain for that replica says so in a warning, and that it has committed.
        """
        warnings = list[str | None]()
        self.connection.add_notice_handler(note := lambda said: warnings.append(said.severity_nonlocalized))
        try:
            self.connection.execute(b"COMMIT", prepare=False)
        except psycopg.Error as error:
            meaning = self._failed(error)
            raise (NotConfirmed() if is_loss(error) and self.kind == "write" else meaning) from error
        finally:
            self.connection.remove_notice_handler(note)
        if "WARNING" in warnings and self.kind == "write":
            raise NotConfirmed

    def defer_references(self) -> None:
        self.control("SET CONSTRAINTS ALL DEFERRED")

    def interrupt(self) -> None:
        self.connection.cancel()

    def _failed(self, error: psycopg.Error) -> Exception:
        """The server ends the transaction at any error, unless that was in a savepoint: see `undo`."""
        meaning = translate(error)
        if self.optimistic and error.sqlstate == UNIQUE:
            meaning = Undone()
        if _is_about_nul(error):
            return Invalid.field("text", NUL)
        if isinstance(error, psycopg.ProgrammingError) and error.sqlstate is None:
            return KeyError(str(error))  # a parameter without a value; nothing was sent
        self.distrusted = self.distrusted or self.connection.closed or self.connection.broken
        self.broken = meaning
        return meaning

    def undo(self, savepoint: str) -> None:
        if self.distrusted or isinstance(self.broken, Undone):
            return
        try:
            self.connection.execute(f"ROLLBACK TO {savepoint}".encode())
            self.connection.execute(f"RELEASE {savepoint}".encode())
            self.broken = None
            if self._scope != self._begun and self._scope is not None:
                self._scope = self._scope.of(UNKNOWN)
        except psycopg.Error as error:
            self.broken = translate(error)
            log.exception("a part could not be undone; the whole transaction fails")

    def roll_back(self) -> None:
        try:
            if self.stands:
                self.connection.execute(b"ROLLBACK")
        except psycopg.Error:
            self.distrusted = True
            log.warning("rollback failed; the connection is replaced")


LOCKS = 0x484F4C44  # "HOLD": the first half of the key of each advisory lock
LOCKS_OF_WORKSPACES = 2**31  # what the second half has room for: ids beyond it share a lock
LOCK_WORKSPACE = (
    f"SELECT pg_advisory_xact_lock({LOCKS}, CAST(mod(%(workspace_id)s, {LOCKS_OF_WORKSPACES}) AS integer))"
).encode()


def _is_about_nul(error: psycopg.Error) -> bool:
    """The driver says so before it sends anything: the transaction stands."""
    return isinstance(error, psycopg.DataError) and error.sqlstate is None and "NUL" in str(error)


def _unlike(value: SQLValue) -> SQLValue:
    """With a noncharacter, which no text has either, in the place of NUL."""
    return value.replace("\0", "\uffff") if isinstance(value, str) else value


def _result(cursor: psycopg.Cursor[tuple[Any, ...]]) -> tuple[tuple[str, ...], list[tuple[SQLValue, ...]]]:
    if cursor.description is None:
        return (), []
    return tuple(column.name for column in cursor.description), cursor.fetchall()
