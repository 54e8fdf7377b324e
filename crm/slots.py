"""Slots for work that needs a core or much memory: few run, few wait, and nobody waits long."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from crm.errors import Busy


class Slots:
    """Of one process. Whoever finds the queue full, or waits `seconds` in vain, is refused: a waiting thread
    is one that answers nobody.
    """

    def __init__(self, places: int, *, waiting: int, seconds: float, refusal: str, retry_after: int) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._queue = threading.BoundedSemaphore(waiting)
        self._seconds = seconds
        self._refusal, self._retry_after = refusal, retry_after

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Raises Busy."""
        if not self._places.acquire(blocking=False):
            self._wait()
        try:
            yield
        finally:
            self._places.release()

    def _wait(self) -> None:
        if not self._queue.acquire(blocking=False):
            raise Busy(self._refusal, self._retry_after)
        try:
            if not self._places.acquire(timeout=self._seconds):
                raise Busy(self._refusal, self._retry_after)
        finally:
            self._queue.release()


class Shares:
    """How many of the threads of a process each of many may hold at once; short waits even out a burst."""

    def __init__(self, most: int, *, seconds: float, refusal: str) -> None:
        self._most, self._seconds, self._refusal = most, seconds, refusal
        self._changed = threading.Condition()
        self._held: dict[str, int] = {}
        self._waiting = 0

    def take(self, whose: str) -> None:
        """Raises Busy."""
        ends = time.monotonic() + self._seconds
        with self._changed:
            while self._held.get(whose, 0) >= self._most:
                left = ends - time.monotonic()
                if left <= 0:
                    raise Busy(self._refusal, 1)
                self._wait(left)
            self._held[whose] = self._held.get(whose, 0) + 1

    def give_back(self, whose: str) -> None:
        with self._changed:
            self._held[whose] -= 1
            if not self._held[whose]:
                del self._held[whose]
            if self._waiting:
                self._changed.notify_all()

    def _wait(self, seconds: float) -> None:
        self._waiting += 1
        try:
            self._changed.wait(seconds)
        finally:
            self._waiting -= 1
