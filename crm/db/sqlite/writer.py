"""The one writing connection of a process, on which its threads take turns in the order of arrival.

A writer that has done its part while others wait does not commit: it hands the open transaction on, and
waits. The last of them commits for all, so that one sync of the disk does for several.
"""

import random
import time
from collections.abc import Callable

import apsw

from crm.db.fifo_lock import FifoLock
from crm.db.session import Undone
from crm.db.sqlite.failures import translate
from crm.db.sqlite.group import Group, Share
from crm.db.sqlite.session import PooledConnection
from crm.db.sqlite.turnstile import Turnstile
from crm.db.sqlite.writing import PART, WritingSession
from crm.errors import Busy

RETRY_SECONDS = 0.001
CHECKPOINT_WAIT_MS = 1_000
CHECKPOINT_PAUSE_SECONDS = 15
LOST_SECONDS = 0.25


class Writer:
    def __init__(
        self,
        connect: Callable[[], PooledConnection],
        turnstile: Turnstile,
        must_be_here: Callable[[], object] = lambda: None,
    ) -> None:
        """`must_be_here` raises Busy where the data moves, before and after the lock is taken."""
        self._connect = connect
        self._must_be_here = must_be_here
        self._turn = FifoLock()
        self._turnstile = turnstile
        self._channel: PooledConnection | None = None
        self._condemned: PooledConnection | None = None
        self._checkpoint_again = 0.0
        self._group: Group | None = None

    def begin(self, deadline: float, *, alone: bool = False) -> tuple[PooledConnection, int, bool]:
        """Take the turn and SQLite's write lock; with the connection, how often it was asked for in vain, and
        whether the transaction is one that others have begun.

        Raises Busy at the deadline, or at once where a crowd waits already.
        """
        if self._turn.is_crowded or not self._turn.acquire(deadline - time.monotonic()):
            raise Busy("Too many changes are waiting; nothing was saved. Please try again.")
        try:
            if alone:
                self._commit_group()
            return self._join() or self._begin(deadline, alone=alone)
        except BaseException as error:
            if isinstance(error, apsw.IOError):
                self._condemn()
            self._undo_group()
            self._turn.release()
            if isinstance(error, apsw.Error):
                raise translate(error) from error
            raise

    def _join(self) -> tuple[PooledConnection, int, bool] | None:
        if self._group is None:
            return None
        channel = self._connected()
        channel.connection.execute(f"SAVEPOINT {PART}")
        return channel, 0, True

    def _begin(self, deadline: float, *, alone: bool) -> tuple[PooledConnection, int, bool]:
        channel = self._connected()
        self._must_be_here()
        with self._turnstile.passing(deadline):
            retries = _lock(channel.connection, deadline)
        try:
            self._must_be_here()
        except Busy:
            channel.connection.execute("ROLLBACK")
            raise
        self._group = Group(alone=alone)
        return channel, retries, False

    def commit(self, session: WritingSession) -> None:
        """At once, or with those who wait: then return when the last of them has committed. Raises Undone."""
        group = self._group
        if group is not None and group.may_grow and self._turn.is_awaited:
            return self._wait(session, group)
        session.joined = False  # what fails now fails for all
        try:
            session.control("COMMIT")
        except Exception as error:
            self._settle(error)
            raise
        self._settle(None)
        return None

    def _wait(self, session: WritingSession, group: Group) -> None:
        """Wait until the group is committed, within the deadlines of the writers that join it."""
        if session.joined:
            session.control(f"RELEASE {PART}")
        session.deadline = float("inf")
        session.has_turn = False
        share = group.add()
        self._turn.release()
        while not share.wait(LOST_SECONDS):
            self._take_up(share)
        if share.error is not None:
            raise share.error

    def _take_up(self, share: Share) -> None:
        """Take the turn back: the thread that it was handed to has given up."""
        if self._turn.acquire(0):
            if self._group is not None and share in self._group.shares:
                self._commit_group()
            self._turn.release()

    def close_group(self) -> None:
        """Let no more writers join the group."""
        if self._group is not None:
            self._group.closed = True

    def end(self, session: WritingSession) -> None:
        """Give the turn to the next; a connection that met a fault of the storage is not trusted again."""
        if not session.has_turn:
            return
        if session.distrusted:
            self._condemn()
        if not session.stands or session.distrusted:
            self._undo_group()
        elif self._group is not None and not (self._group.may_grow and self._turn.is_awaited):
            self._commit_group()
        self._turn.release()

    def _commit_group(self) -> None:
        """Commit the finished parts of others, from a thread that has no part in the group."""
        if self._group is None:
            return
        connection = self._connected().connection
        try:
            connection.execute("COMMIT")
        except apsw.Error as error:
            if isinstance(error, apsw.IOError):
                self._condemn()
            _roll_back(connection)
            self._settle(translate(error))
        else:
            self._settle(None)

    def _undo_group(self) -> None:
        """Undo the group. Nothing of it was committed, so each part can run again."""
        if self._group is not None and self._group.shares and self._channel is not None:
            _roll_back(self._channel.connection)
        self._settle(Undone())

    def _settle(self, error: Exception | None) -> None:
        group, self._group = self._group, None
        if group is not None:
            group.settle(error)

    @property
    def waiting(self) -> int:
        """How many threads wait for their turn."""
        return self._turn.waiting

    def checkpoint(self) -> None:
        """Empty the -wal that readers kept from being reused: once in a while, changes wait a second."""
        if time.monotonic() < self._checkpoint_again or not self._turn.acquire(0):
            return
        self._checkpoint_again = time.monotonic() + CHECKPOINT_PAUSE_SECONDS
        try:
            self._commit_group()
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

    def empty_log(self, wait: float) -> bool:
        """Move the whole -wal into the file and cut it to nothing; False while readers need it."""
        if not self._turn.acquire(wait):
            return False
        try:
            self._commit_group()
            connection = self._connected().connection
            connection.set_busy_timeout(CHECKPOINT_WAIT_MS)
            try:
                connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            finally:
                connection.set_busy_timeout(0)
        except apsw.BusyError:
            return False
        else:
            return True
        finally:
            self._turn.release()

    def close(self, wait: float) -> bool:
        """Let running turns finish, take no more; False if one is still running."""
        if not self._turn.acquire(wait):
            return False
        self._commit_group()
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


def _roll_back(connection: apsw.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")
