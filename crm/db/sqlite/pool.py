"""The pooled read-only connections of one process."""

import threading
import time
from collections.abc import Callable

from crm.db.crowding import is_crowded
from crm.db.engine import Pool
from crm.db.sqlite.session import PooledConnection
from crm.errors import Busy, Sentence

IN_USE = Sentence("All connections to the database are in use. Please try again.")


class ReaderPool:
    """From `minimum` to `maximum` readers are open; times are in seconds."""

    def __init__(
        self, connect: Callable[[], PooledConnection], *, minimum: int, maximum: int, wait: float, idle: float
    ) -> None:
        self._connect = connect
        self._minimum = minimum
        self._maximum = maximum
        self._wait = wait
        self._idle_limit = idle
        self._changed = threading.Condition()
        self._idle: list[PooledConnection] = []
        self._waiting = 0
        self._moved = time.monotonic()
        self._opened = 0
        self._closed = False

    def acquire(self) -> PooledConnection:
        """A reader for this thread. Raises Busy if none is free in time, or at once if many are waiting."""
        with self._changed:
            if not self._has_one():
                self._await_one()
            self._moved = time.monotonic()
            if self._idle:
                return self._idle.pop()
            self._opened += 1
        return self._open_one()

    def _await_one(self) -> None:
        if is_crowded(self._waiting, time.monotonic() - self._moved):
            raise Busy(IN_USE)
        self._waiting += 1
        try:
            if not self._changed.wait_for(self._has_one, self._wait):
                raise Busy(IN_USE)
        finally:
            self._waiting -= 1

    def _has_one(self) -> bool:
        if self._closed:
            raise Busy("The server is shutting down.")
        return bool(self._idle) or self._opened < self._maximum

    def _open_one(self) -> PooledConnection:
        try:
            return self._connect()
        except BaseException:
            self._forget()
            raise

    def _forget(self) -> None:
        with self._changed:
            self._opened -= 1
            self._changed.notify()

    def release(self, channel: PooledConnection) -> None:
        with self._changed:
            if not self._closed:
                channel.idle_since = time.monotonic()
                self._idle.append(channel)
                self._changed.notify()
                return
        self.discard(channel)

    def discard(self, channel: PooledConnection) -> None:
        """Close a reader that must not be used again."""
        try:
            channel.close()
        finally:
            self._forget()

    def tidy(self) -> None:
        """Close what nobody needed for the idle time, and keep the minimum open."""
        self._close_idle()
        with self._changed:
            if self._closed or self._opened >= self._minimum:
                return
            self._opened += 1
        self.release(self._open_one())

    def _close_idle(self) -> None:
        oldest = time.monotonic() - self._idle_limit
        stale: list[PooledConnection] = []
        with self._changed:
            while self._idle and self._opened - len(stale) > self._minimum:
                if self._idle[0].idle_since > oldest:
                    break
                stale.append(self._idle.pop(0))
        for channel in stale:
            self.discard(channel)

    def close(self, wait: float) -> bool:
        """Refuse new readers, wait for those at work, close all; False when some were still at work."""
        deadline = time.monotonic() + wait
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            while self._opened > len(self._idle) and time.monotonic() < deadline:
                self._changed.wait(min(0.05, max(deadline - time.monotonic(), 0)))
            idle, self._idle = self._idle, []
        for channel in idle:
            self.discard(channel)
        return self._opened == 0

    def state(self) -> Pool:
        """What is open, free and waited for now."""
        return Pool(self._maximum, self._opened, len(self._idle), self._waiting)

    @property
    def size(self) -> int:
        """How many readers are open, at work or idle."""
        return self._opened
