"""The connections of one process to the server, those for changes apart."""

from typing import Literal

import psycopg_pool

from crm.config import Settings
from crm.db.engine import Pool
from crm.db.postgres.connections import CONTEXT, OPTIONS, PooledConnection, is_pooled
from crm.db.statistics import Statistics
from crm.errors import Busy, Sentence

IN_USE = Sentence("All connections to the database are in use. Please try again.")
WAITING = 200
WRITERS = 8
"""Connections for changes: who waits for a workspace must not keep readers waiting."""
Kind = Literal["read", "write"]


class Pools:
    def __init__(self, address: str, settings: Settings, statistics: Statistics) -> None:
        self._address, self._settings, self._statistics = address, settings, statistics
        self._pools = {
            "read": self._open("read", settings.db_pool_max),
            "write": self._open("write", WRITERS),
        }

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
        if is_pooled(connection):
            connection.prepare_threshold = None

    def acquire(self, kind: Kind) -> PooledConnection:
        """Raises Busy."""
        try:
            return self._pools[kind].getconn()
        except psycopg_pool.PoolClosed as error:
            raise Busy("The server is shutting down.") from error
        except (psycopg_pool.PoolTimeout, psycopg_pool.TooManyRequests) as error:
            raise Busy(IN_USE) from error

    def give_back(self, kind: Kind, connection: PooledConnection) -> None:
        self._pools[kind].putconn(connection)

    def discard(self, kind: Kind, connection: PooledConnection) -> None:
        connection.close()
        self._pools[kind].putconn(connection)

    def counted(self) -> Pool:
        found = [pool.get_stats() for pool in self._pools.values()]
        opened, idle, waiting = (
            sum(int(each.get(name, 0)) for each in found)
            for name in ("pool_size", "pool_available", "requests_waiting")
        )
        return Pool(self._settings.db_pool_max + WRITERS, opened, idle, waiting)

    def close(self, wait: float) -> None:
        for pool in self._pools.values():
            pool.close(wait)
