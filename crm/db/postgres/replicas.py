"""Streaming replicas: what takes long reads there, where all is that was acknowledged before it began.

Nobody keeps who wrote what. A read asks the primary how far its log is on the disk, and takes a replica that
has replayed as much: so it sees each change that anybody was told is saved, on whichever machine. One that is
down, behind, or no replica any more, is passed over for a while.
"""

import threading
import time
from collections.abc import Callable, Iterator

import psycopg
import structlog

from crm.db.engine import ReplicaState
from crm.db.postgres.connections import CONTEXT, OPTIONS, Connection, PooledConnection
from crm.db.statistics import Statistics

PATIENCE = 0.25
"""Seconds that a read waits for a replica to come so far."""
STEP = 0.01
BEHIND_SECONDS, AWAY_SECONDS = 1.0, 5.0
"""For how long one is passed over."""
KEPT = 4
CONNECT_SECONDS = 2
POSITION = b"SELECT pg_current_wal_flush_lsn()::text"
SAME = b"SELECT system_identifier::text || current_database() FROM pg_control_system()"
REACHED = b"SELECT pg_is_in_recovery(), COALESCE(pg_last_wal_replay_lsn() >= CAST(%s AS pg_lsn), false)"
LAG = b"""
    SELECT pg_is_in_recovery(),
           CASE WHEN pg_last_wal_replay_lsn() >= CAST(%s AS pg_lsn) THEN 0
                ELSE GREATEST(0, extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()))
           END
"""
OTHER = "it is a replica of another server"
PROMOTED = "it is no replica any more"

log = structlog.get_logger("crm.db")


class NotAReplica(psycopg.OperationalError):
    """What is there must not be read from."""


class Replica:
    """One of them, as one process uses it; `identity` is the primary's."""

    def __init__(self, address: str, identity: str, most: int, statistics: Statistics) -> None:
        self._address, self._identity, self._statistics = address, identity, statistics
        self._room = threading.BoundedSemaphore(most)
        self._idle: list[PooledConnection] = []
        self._lock = threading.Lock()
        self._passed_over_until = 0.0

    def reach(self, position: str) -> PooledConnection | None:
        """A connection to it, where it has all up to that position of the log, or soon has."""
        if time.monotonic() < self._passed_over_until or not self._room.acquire(blocking=False):
            return None
        connection: PooledConnection | None = None
        try:
            connection = self._take()
            if self._comes_to(connection, position):
                return connection
            self._pass_over(BEHIND_SECONDS, "it is behind")
        except psycopg.Error as error:
            self._pass_over(AWAY_SECONDS, _reason(error))
            if connection is not None:
                connection.close()
        self._leave(connection)
        return None

    def take_back(self, connection: PooledConnection, *, spoiled: bool) -> None:
        if spoiled:
            connection.close()
        self._leave(connection)

    def lag(self, position: str) -> float:
        """Seconds. Raises psycopg.Error where it is down, or no replica."""
        with self._connect() as connection:
            follows, seconds = connection.execute(LAG, (position,)).fetchall()[0]
            _must_follow(follows)
            return float(seconds or 0)

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _take(self) -> PooledConnection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._connect()

    def _connect(self) -> PooledConnection:
        given = {**OPTIONS, "connect_timeout": CONNECT_SECONDS}
        made = PooledConnection.connect(self._address, autocommit=True, context=CONTEXT, **given)
        made.retire, made.tallies = self._statistics.retire_tallies, self._statistics.new_tallies()
        made.prepare_threshold = None
        if identity_of(made) != self._identity:
            made.close()
            raise NotAReplica(OTHER)
        return made

    def _comes_to(self, connection: PooledConnection, position: str) -> bool:
        until = time.monotonic() + PATIENCE
        while True:
            follows, reached = connection.execute(REACHED, (position,)).fetchall()[0]
            _must_follow(follows)
            if reached or time.monotonic() > until:
                return bool(reached)
            time.sleep(STEP)

    def _pass_over(self, seconds: float, reason: str) -> None:
        self._passed_over_until = time.monotonic() + seconds
        log.warning("a replica is passed over; the primary is read", reason=reason, seconds=seconds)

    def _leave(self, connection: PooledConnection | None) -> None:
        with self._lock:
            keep = connection is not None and not connection.closed and len(self._idle) < KEPT
            if keep and connection is not None:
                self._idle.append(connection)
        if connection is not None and not keep:
            connection.close()
        self._room.release()


class Replicas:
    """All of them, asked in turn."""

    def __init__(self, addresses: list[str], identity: str, most: int, statistics: Statistics) -> None:
        self._all = [Replica(address, identity, most, statistics) for address in addresses]
        self._lent: dict[int, Replica] = {}
        self._turn = 0

    def __bool__(self) -> bool:
        return bool(self._all)

    def reach(self, position: str) -> PooledConnection | None:
        self._turn += 1
        first = self._turn % len(self._all)
        for replica in (*self._all[first:], *self._all[:first]):
            connection = replica.reach(position)
            if connection is not None:
                self._lent[id(connection)] = replica
                return connection
        return None

    def take_back(self, connection: PooledConnection, *, spoiled: bool) -> bool:
        """False for a connection to the primary."""
        replica = self._lent.pop(id(connection), None)
        if replica is not None:
            replica.take_back(connection, spoiled=spoiled)
        return replica is not None

    def states(self, position: Callable[[], str]) -> Iterator[ReplicaState]:
        """By their place in the setting, which tells no password."""
        for number, replica in enumerate(self._all, 1):
            try:
                yield ReplicaState(number, replica.lag(position()))
            except psycopg.Error as error:
                yield ReplicaState(number, None, _reason(error))

    def close(self) -> None:
        for replica in self._all:
            replica.close()


def identity_of(connection: Connection) -> str:
    """The same on a server and its replicas, for the same database."""
    return str(connection.execute(SAME).fetchall()[0][0])


def _must_follow(follows: object) -> None:
    if not follows:
        raise NotAReplica(PROMOTED)


def _reason(error: psycopg.Error) -> str:
    return str(error) if isinstance(error, NotAReplica) else type(error).__name__
