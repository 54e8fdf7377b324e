"""The one writing connection of a process, on which its threads take turns in the order of arrival."""

import random
import time
from collections.abc import Callable

import apsw

from crm.db.fifo_lock import FifoLock
from crm.db.sqlite.failures import translate
from crm.db.sqlite.session import PooledConnection
from crm.db.sqlite.turnstile import Turnstile
from crm.errors import Busy

RETRY_SECONDS = 0.001
CHECKPOINT_WAIT_MS = 1_000
CHECKPOINT_PAUSE_SECONDS = 15


class Writer:
    def __init__(self, connect: Callable[[], PooledConnection], turnstile: Turnstile) -> None:
        self._connect = connect
        self._turn = FifoLock()
        self._turnstile = turnstile
        self._channel: PooledConnection | None = None
        self._condemned: PooledConnection | None = None
        self._checkpoint_again = 0.0

    def begin(self, deadline: float) -> tuple[PooledConnection, int]:
        """Take the turn and SQLite's write lock; with the connection, how often it was asked for in vain.

        Raises Busy at the deadline, or at once where a crowd waits already.
        """
        if self._turn.is_crowded or not self._turn.acquire(deadline - time.monotonic()):
            raise Busy("Too many changes are waiting; nothing was saved. Please try again.")
        try:
            channel = self._connected()
            with self._turnstile.passing(deadline):
                return channel, _lock(channel.connection, deadline)
        except BaseException as error:
            if isinstance(error, apsw.IOError):
                self._condemn()
            self._turn.release()
            if isinstance(error, apsw.Error):
                raise translate(error) from error
            raise

    def end(self, *, broken: bool) -> None:
        """Give the turn to the next; a connection that met a fault of the storage is not trusted again."""
        if broken:
            self._condemn()
        self._turn.release()

    def checkpoint(self) -> None:
        """Empty the -wal that readers kept from being reused: once in a while, changes wait a second."""
        if time.monotonic() < self._checkpoint_again or not self._turn.acquire(0):
            return
        self._checkpoint_again = time.monotonic() + CHECKPOINT_PAUSE_SECONDS
        try:
            connection = self._connected().connection
            connection.set_busy_timeout(CHECKPOINT_WAIT_MS)
            try:
                connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            finally:
                connection.set_busy_timeout(0)
        except apsw.BusyError:
            return
        finally:
            self._turn.release()

    def close(self, wait: float) -> bool:
        """Let the turns taken come to their end, take no more; False when one is still running."""
        if not self._turn.acquire(wait):
            return False
        for channel in (self._channel, self._condemned):
            if channel is not None:
                channel.close()
        self._turnstile.close()
        return True

    def _connected(self) -> PooledConnection:
        if self._channel is None:
            self._channel = self._connect()
            self._channel.connection.set_busy_timeout(0)
            condemned, self._condemned = self._condemned, None
            if condemned is not None:
                condemned.close()
        return self._channel

    def _condemn(self) -> None:
        """Close it when the next is open: were it the last, recovery would bring back what was refused."""
        if self._channel is not None:
            self._condemned, self._channel = self._channel, None


def _lock(connection: apsw.Connection, deadline: float) -> int:
    """Ask about every millisecond: SQLite's own busy handler waits ever longer, and starves waiters."""
    retries = 0
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except apsw.BusyError:
            if time.monotonic() >= deadline:
                raise
            retries += 1
            time.sleep(RETRY_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret
        else:
            return retries
