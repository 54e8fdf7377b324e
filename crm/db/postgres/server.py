"""The database on a PostgreSQL server in one process: its pool of connections."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg

from crm.config import Settings
from crm.db.engine import Guards, Plan, Pool
from crm.db.moved import Moved
from crm.db.postgres.connections import PooledConnection, connect
from crm.db.postgres.failures import BROKEN, translate
from crm.db.postgres.installation import WHERE_NOW
from crm.db.postgres.plans import plan_of
from crm.db.postgres.pools import Kind, Pools
from crm.db.postgres.roles import Scope, guards_of
from crm.db.postgres.session import LOCKS, PostgresSession
from crm.db.postgres.tenant_guard import OWNED, TenantGuard
from crm.db.session import EngineSession
from crm.db.statistics import Statistics
from crm.errors import Busy

TRIES = 3
SIZES = b"""
    SELECT c.relname, pg_total_relation_size(c.oid)
      FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace
       AND c.relkind = 'r'
     ORDER BY 2 DESC, 1
"""
LOG = b"SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::bigint FROM pg_control_checkpoint()"
LOG_SECONDS = 10.0
ALL_WRITERS = "LOCK TABLE identity_revisions IN {mode} MODE"
"""Unlike a function call it takes no snapshot. Who writes alone waits for all others."""


T = TypeVar("T")


class DatabaseServer:
    """Implements the engine of `crm/db/engine.py`.

    A workspace's writes follow one another by a lock that is taken before their first snapshot; reads have
    one snapshot; a write without a workspace is SERIALIZABLE, and runs again alone where that fails.
    """

    def __init__(self, settings: Settings, statistics: Statistics) -> None:
        if settings.database_url is None:
            raise TypeError("the settings name no server")
        self._address = settings.database_url.get_secret_value()
        self._settings = settings
        self._statistics = statistics
        self._statement_seconds = settings.db_statement_timeout / 1000
        self._product = "PostgreSQL"
        self._log_bytes, self._log_due = 0, 0.0

    def start(self) -> None:
        self._pools = Pools(self._address, self._settings, self._statistics)
        try:
            self._look()
        except BaseException:
            self._pools.close(0)
            raise

    def _look(self) -> None:
        self._tenants = TenantGuard(frozenset(str(name) for (name,) in self._ask(OWNED)))
        self._role = str(self._ask(b"SELECT current_user")[0][0])
        self._fenced = self.guards().workspaces
        version = str(self._ask(b"SHOW server_version")[0][0])
        self._product = f"PostgreSQL {version.partition(' ')[0]}"

    def guards(self) -> Guards:
        return self._with(guards_of)

    def begin_read(self, deadline: float, *, workspace_id: int | None = None) -> PostgresSession:
        scope = self._scope(workspace_id)
        begun = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        connection = self._begin("read", begun, deadline, *([scope.text] if scope else []))
        return PostgresSession(
            "read", connection, self._tenants, self._statistics, deadline=deadline, scope=scope
        )

    def _scope(self, workspace_id: int | None) -> Scope | None:
        return Scope(self._role, workspace_id) if self._fenced else None

    def begin_write(
        self, deadline: float, *, alone: bool = False, claims: bool = False, workspace_id: int | None = None
    ) -> PostgresSession:
        optimistic = workspace_id is None and not alone and not claims
        level = "SERIALIZABLE" if optimistic else "READ COMMITTED"
        begun = f"BEGIN ISOLATION LEVEL {level} READ WRITE"
        locks = [ALL_WRITERS.format(mode="EXCLUSIVE" if alone else "ROW SHARE")]
        if workspace_id is not None and not alone:
            locks.append(f"SELECT pg_advisory_xact_lock({LOCKS}, {int(workspace_id)})")
        scope = self._scope(workspace_id)
        scoped = [scope.text] if scope else []
        connection = self._begin("write", begun, deadline, *locks, *scoped, WHERE_NOW)
        return PostgresSession(
            "write",
            connection,
            self._tenants,
            self._statistics,
            deadline=deadline,
            optimistic=optimistic,
            scope=scope,
        )

    def _begin(self, kind: Kind, begun: str, deadline: float, *locks: str) -> PooledConnection:
        """In one round trip. What the server closed meanwhile is replaced: nothing was done on it."""
        for left in reversed(range(TRIES)):
            connection = self._pools.acquire(kind)
            try:
                asked = connection.execute("; ".join([begun, *self._bounds(deadline), *locks]).encode())
            except psycopg.Error as error:
                lost = connection.closed
                self._pools.discard(kind, connection)
                if not lost or not left:
                    raise translate(error) from error
            else:
                self._must_be_here(kind, connection, asked)
                return connection
        raise Busy(BROKEN, retry_after=5)

    def _must_be_here(
        self, kind: Kind, connection: PooledConnection, asked: "psycopg.Cursor[tuple[Any, ...]]"
    ) -> None:
        """Raises Moved for a change, where the data has moved since the lock was asked for."""
        if kind == "write":
            asked.set_result(-1)
            for (where,) in asked.fetchall():
                self._pools.discard(kind, connection)
                raise Moved(str(where))

    def _bounds(self, deadline: float) -> list[str]:
        """How long a statement may take, a lock may be waited for, and the transaction may lie idle."""
        left = max(1, round((deadline - time.monotonic()) * 1000))
        return [
            f"SET LOCAL statement_timeout = {min(left, round(self._statement_seconds * 1000))}",
            f"SET LOCAL lock_timeout = {left}",
            f"SET LOCAL idle_in_transaction_session_timeout = {left + 1_000}",
        ]

    def give_back(self, session: EngineSession) -> None:
        if not isinstance(session, PostgresSession):
            raise TypeError("a session of another engine")
        if session.distrusted or session.stands:
            self._pools.discard(session.kind, session.connection)
        else:
            self._pools.give_back(session.kind, session.connection)

    def version(self) -> int | None:
        return None

    def revision(self, table: str, version: int) -> int | None:  # noqa: ARG002 - the engine's own signature
        return None

    def pool(self) -> Pool:
        return self._pools.counted()

    def log_bytes(self) -> int:
        """Each process asks for it every second: the server is asked less often."""
        if self._log_due <= time.monotonic():
            self._log_due = time.monotonic() + LOG_SECONDS
            self._log_bytes = int(self._ask(LOG)[0][0])
        return self._log_bytes

    def explain(self, sql: str) -> Plan | None:
        """On a connection of its own, whose settings are those of plans."""
        try:
            with connect(self._address) as connection:
                return plan_of(connection, sql)
        except psycopg.OperationalError as error:
            raise translate(error) from error

    def data_bytes(self) -> int:
        return int(self._ask(b"SELECT pg_database_size(current_database())")[0][0])

    def table_sizes(self) -> list[tuple[str, int]]:
        return [(str(name), int(size)) for name, size in self._ask(SIZES)]

    def _ask(self, sql: bytes) -> list[tuple[Any, ...]]:
        return self._with(lambda connection: connection.execute(sql).fetchall())

    def _with(self, look: Callable[[PooledConnection], T]) -> T:
        connection = self._pools.acquire("read")
        try:
            return look(connection)
        except psycopg.Error as error:
            raise translate(error) from error
        finally:
            self._pools.give_back("read", connection)

    @property
    def product(self) -> str:
        return self._product

    def tidy(self) -> None:
        """The server maintains itself."""

    def clean_log(self) -> bool:
        return True

    def close(self, wait: float) -> bool:
        """The pool closes what is idle at once, and what is given back afterwards."""
        deadline = time.monotonic() + wait
        while self._at_work() and time.monotonic() < deadline:
            time.sleep(0.02)
        ended = not self._at_work()
        self._pools.close(max(deadline - time.monotonic(), 1))
        return ended

    def _at_work(self) -> bool:
        pool = self.pool()
        return pool.open > pool.idle

    def end(self) -> None:
        """Nothing is left to be noted: the server keeps its own log."""
