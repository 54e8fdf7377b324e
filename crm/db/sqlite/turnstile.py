"""Turns of the writing processes: otherwise the last writer would always be first again.

One process at a time stands in the turnstile and asks for SQLite's lock; the others wait behind it. Who came
through may hand over to its own threads for a few milliseconds before it has to queue again. It is a courtesy
only: after a while a writer asks without it, so that a process stopped inside does not stop the others.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BURST_SECONDS = 0.005
PATIENCE_SECONDS = 0.25
RETRY_SECONDS = 0.0005


def turnstile_path(database: Path) -> Path:
    return database.with_name(database.name + ".turn")


class Turnstile:
    """The turnstile as one process uses it. Its threads pass it one at a time."""

    def __init__(self, database: Path) -> None:
        self._descriptor = os.open(turnstile_path(database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._again = 0.0

    @contextmanager
    def passing(self, deadline: float) -> Iterator[None]:
        """Hold it while the block asks for SQLite's lock; go on without it if waiting takes too long."""
        entered = time.monotonic() >= self._again and self._enter(deadline)
        try:
            yield
        finally:
            if entered:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
                self._again = time.monotonic() + BURST_SECONDS

    def close(self) -> None:
        os.close(self._descriptor)

    def _enter(self, deadline: float) -> bool:
        patience = min(deadline, time.monotonic() + PATIENCE_SECONDS)
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= patience:
                    return False
                time.sleep(RETRY_SECONDS)
            else:
                return True
