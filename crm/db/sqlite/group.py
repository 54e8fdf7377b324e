"""Changes of several threads that are made durable by one COMMIT, each a savepoint of its transaction."""

import threading
import time

MOST = 16
GROWS_SECONDS = 0.02


class Share:
    """A writer that has done its part and waits for the result of the group."""

    __slots__ = ("_settled", "error")

    def __init__(self) -> None:
        self.error: Exception | None = None
        self._settled = threading.Lock()
        self._settled.acquire()

    def wait(self, seconds: float) -> bool:
        return self._settled.acquire(timeout=seconds)

    def settle(self, error: Exception | None) -> None:
        self.error = error
        self._settled.release()


class Group:
    """Only the thread that has the turn uses it."""

    def __init__(self, *, alone: bool) -> None:
        self.closed = alone
        self.shares: list[Share] = []
        self._began = time.monotonic()

    @property
    def may_grow(self) -> bool:
        """Limited, because writers of other processes wait meanwhile."""
        return (
            not self.closed and len(self.shares) < MOST - 1 and time.monotonic() - self._began < GROWS_SECONDS
        )

    def add(self) -> Share:
        share = Share()
        self.shares.append(share)
        return share

    def settle(self, error: Exception | None) -> None:
        for share in self.shares:
            share.settle(error)
