"""The database on a PostgreSQL server in one process: its pool of connections."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg

from crm.config import Settings
from crm.db.engine import Followers, Guards, Plan, Pool
from crm.db.moved import Moved
from crm.db.postgres.archive import archive_age
from crm.db.postgres.connections import PooledConnection, connect
from crm.db.postgres.failures import BROKEN, translate
from crm.db.postgres.figures import ServerFigures
from crm.db.postgres.installation import WHERE_NOW
from crm.db.postgres.plans import plan_of
from crm.db.postgres.pools import Kind, Pools
from crm.db.postgres.replicas import POSITION, Replicas, identity_of
from crm.db.postgres.roles import Scope, guards_of
from crm.db.postgres.session import LOCKS, LOCKS_OF_WORKSPACES, PostgresSession
from crm.db.postgres.tenant_guard import OWNED, TenantGuard
from crm.db.session import EngineSession
from crm.db.statistics import Statistics
from crm.errors import Busy
from crm.setting_servers import replica_addresses

TRIES = 3
READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
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
        figures = ServerFigures(self._ask)
        self.log_bytes, self.data_bytes = figures.log_bytes, figures.data_bytes
        self.table_sizes = figures.table_sizes

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

        self._replicas = self._find_replicas()

    def _find_replicas(self) -> Replicas:
        """None is asked before it is needed: one that is down keeps nobody from starting."""
        settings = self._settings
        addresses = replica_addresses(settings)
        identity = self._with(identity_of) if addresses else ""
        return Replicas(addresses, identity, settings.db_pool_max, self._statistics)

    def guards(self) -> Guards:
        return self._with(guards_of)

    def begin_read(self, deadline: float, *, workspace_id: int | None = None) -> PostgresSession:
        scope = self._scope(workspace_id)
        connection = self._begin("read", READING, deadline, *([scope.text] if scope else []))
        return PostgresSession(
            "read", connection, self._tenants, self._statistics, deadline=deadline, scope=scope
        )

    def begin_report(self, deadline: float, *, workspace_id: int | None = None) -> PostgresSession | None:
        connection = self._replicas.reach(self._position()) if self._replicas else None
        if connection is None:
            return None
        scope = self._scope(workspace_id)
        texts = [READING, *self._bounds(deadline), *([scope.text] if scope else [])]
        try:
            connection.execute("; ".join(texts).encode())
        except psycopg.Error:
            self._replicas.take_back(connection, spoiled=True)
            return None
        return PostgresSession(
            "read", connection, self._tenants, self._statistics, deadline=deadline, scope=scope
        )

    def _position(self) -> str:
        """Up to where the log is on the disk: all that was acknowledged is before that."""
        return str(self._ask(POSITION)[0][0])

    def followers(self) -> Followers:
        return Followers(list(self._replicas.states(self._position)), self._with(archive_age))

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
            locks.append(f"SELECT pg_advisory_xact_lock({LOCKS}, {workspace_id % LOCKS_OF_WORKSPACES})")
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
        spoiled = session.distrusted or session.stands
        if self._replicas.take_back(session.connection, spoiled=spoiled):
            return
        if spoiled:
            self._pools.discard(session.kind, session.connection)
        else:
            self._pools.give_back(session.kind, session.connection)

    def version(self) -> int | None:
        return None

    def revision(self, table: str, version: int) -> int | None:  # noqa: ARG002 - the engine's own signature
        return None

    def pool(self) -> Pool:
        return self._pools.counted()

    def explain(self, sql: str) -> Plan | None:
        """On a connection of its own, whose settings are those of plans."""
        try:
            with connect(self._address) as connection:
                return plan_of(connection, sql)
        except psycopg.OperationalError as error:
            raise translate(error) from error

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
        self._replicas.close()
        self._pools.close(max(deadline - time.monotonic(), 1))
        return ended

    def _at_work(self) -> bool:
        pool = self.pool()
        return pool.open > pool.idle

    def end(self) -> None:
        """Nothing is left to be noted: the server keeps its own log."""
