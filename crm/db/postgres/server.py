"""The database on a PostgreSQL server in one process: its pool of connections."""

import time
from typing import Any, Literal

import psycopg
import psycopg_pool

from crm.config import Settings
from crm.db.engine import Plan, Pool
from crm.db.failures import FAULT
from crm.db.moved import Moved
from crm.db.postgres.connections import CONTEXT, OPTIONS, PooledConnection, connect
from crm.db.postgres.failures import translate
from crm.db.postgres.installation import WHERE_NOW
from crm.db.postgres.plans import plan_of
from crm.db.postgres.session import LOCKS, PostgresSession
from crm.db.postgres.tenant_guard import OWNED, TenantGuard
from crm.db.session import EngineSession
from crm.db.statistics import Statistics
from crm.errors import Busy, Sentence

IN_USE = Sentence("All connections to the database are in use. Please try again.")
WAITING = 200
WRITERS = 8
"""Connections for changes: who waits for a workspace must not keep readers waiting."""
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


Kind = Literal["read", "write"]


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
        self._pools = {
            "read": self._open("read", self._settings.db_pool_max),
            "write": self._open("write", WRITERS),
        }
        try:
            self._look()
        except BaseException:
            for pool in self._pools.values():
                pool.close(0)
            raise

    def _open(self, name: str, most: int) -> "psycopg_pool.ConnectionPool[PooledConnection]":
        settings = self._settings
        return psycopg_pool.ConnectionPool(
            self._address,
            connection_class=PooledConnection,
            kwargs={**OPTIONS, "autocommit": True, "context": CONTEXT},
            min_size=min(settings.db_pool_min, most),
            max_size=most,
            timeout=settings.db_connect_timeout / 1000,
            max_idle=settings.db_idle_timeout / 1000,
            max_waiting=WAITING,
            configure=self._configure,
            open=True,
            name=f"holdfast-{name}",
            num_workers=1,
        )

    def _configure(self, connection: PooledConnection) -> None:
        connection.retire = self._statistics.retire_tallies
        connection.tallies = self._statistics.new_tallies()

    def _look(self) -> None:
        self._tenants = TenantGuard(frozenset(str(name) for (name,) in self._ask(OWNED)))
        version = str(self._ask(b"SHOW server_version")[0][0])
        self._product = f"PostgreSQL {version.partition(' ')[0]}"

    def _acquire(self, kind: Kind) -> PooledConnection:
        try:
            return self._pools[kind].getconn()
        except psycopg_pool.PoolClosed as error:
            raise Busy("The server is shutting down.") from error
        except (psycopg_pool.PoolTimeout, psycopg_pool.TooManyRequests) as error:
            raise Busy(IN_USE) from error

    def begin_read(self, deadline: float) -> PostgresSession:
        connection = self._begin("read", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", deadline)
        return PostgresSession("read", connection, self._tenants, self._statistics, deadline=deadline)

    def begin_write(
        self, deadline: float, *, alone: bool = False, workspace_id: int | None = None
    ) -> PostgresSession:
        optimistic = workspace_id is None and not alone
        level = "SERIALIZABLE" if optimistic else "READ COMMITTED"
        begun = f"BEGIN ISOLATION LEVEL {level} READ WRITE"
        locks = [ALL_WRITERS.format(mode="EXCLUSIVE" if alone else "ROW SHARE")]
        if workspace_id is not None and not alone:
            locks.append(f"SELECT pg_advisory_xact_lock({LOCKS}, {int(workspace_id)})")
        connection = self._begin("write", begun, deadline, *locks, WHERE_NOW)
        return PostgresSession(
            "write", connection, self._tenants, self._statistics, deadline=deadline, optimistic=optimistic
        )

    def _begin(self, kind: Kind, begun: str, deadline: float, *locks: str) -> PooledConnection:
        """In one round trip. What the server closed meanwhile is replaced: nothing was done on it."""
        for left in reversed(range(TRIES)):
            connection = self._acquire(kind)
            try:
                asked = connection.execute("; ".join([begun, *self._bounds(deadline), *locks]).encode())
            except psycopg.Error as error:
                lost = connection.closed
                self._discard(kind, connection)
                if not lost or not left:
                    raise translate(error) from error
            else:
                self._must_be_here(kind, connection, asked)
                return connection
        raise Busy(FAULT, retry_after=5)

    def _must_be_here(
        self, kind: Kind, connection: PooledConnection, asked: "psycopg.Cursor[tuple[Any, ...]]"
    ) -> None:
        """Raises Moved for a change, where the data has moved since the lock was asked for."""
        if kind == "write":
            asked.set_result(-1)
            for (where,) in asked.fetchall():
                self._discard(kind, connection)
                raise Moved(str(where))

    def _bounds(self, deadline: float) -> list[str]:
        """How long a statement may take, a lock may be waited for, and the transaction may lie idle."""
        left = max(1, round((deadline - time.monotonic()) * 1000))
        return [
            f"SET LOCAL statement_timeout = {min(left, round(self._statement_seconds * 1000))}",
            f"SET LOCAL lock_timeout = {left}",
            f"SET LOCAL idle_in_transaction_session_timeout = {left + 1_000}",
        ]

    def _discard(self, kind: Kind, connection: PooledConnection) -> None:
        connection.close()
        self._pools[kind].putconn(connection)

    def give_back(self, session: EngineSession) -> None:
        if not isinstance(session, PostgresSession):
            raise TypeError("a session of another engine")
        if session.distrusted or session.stands:
            self._discard(session.kind, session.connection)
        else:
            self._pools[session.kind].putconn(session.connection)

    def version(self) -> int | None:
        return None

    def revision(self, table: str, version: int) -> int | None:  # noqa: ARG002 - the engine's own signature
        return None

    def pool(self) -> Pool:
        found = [pool.get_stats() for pool in self._pools.values()]
        opened, idle, waiting = (
            sum(int(each.get(name, 0)) for each in found)
            for name in ("pool_size", "pool_available", "requests_waiting")
        )
        return Pool(self._settings.db_pool_max + WRITERS, opened, idle, waiting)

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
        connection = self._acquire("read")
        try:
            return connection.execute(sql).fetchall()
        except psycopg.Error as error:
            raise translate(error) from error
        finally:
            self._pools["read"].putconn(connection)

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
        for pool in self._pools.values():
            pool.close(max(deadline - time.monotonic(), 1))
        return ended

    def _at_work(self) -> bool:
        pool = self.pool()
        return pool.open > pool.idle

    def end(self) -> None:
        """Nothing is left to be noted: the server keeps its own log."""
