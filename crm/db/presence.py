"""Which processes use a database: any number that work on it, or one that builds or replaces it.

The lock is on a file of its own, which is never removed; the kernel gives it back however a process ends.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from crm.db.instance import mark_clean

POLL_SECONDS = 0.02

log = structlog.get_logger("crm.db")


class Occupied(RuntimeError):
    """Another process is using the database."""


def lock_path(database: Path) -> Path:
    return database.with_name(database.name + ".lock")


class Presence:
    """The lock that each process holds while it has the database open."""

    def __init__(self, database: Path, wait: float) -> None:
        """Raises Occupied when the database is still being built or replaced after `wait` seconds."""
        self._database = database
        self._descriptor = _lock(database, fcntl.LOCK_SH, wait)

    @classmethod
    def of_run(cls, database: Path, wait: float) -> "Presence":
        """For a process that will write: from now on, the files are only clean after a graceful end."""
        presence = cls(database, wait)
        try:
            mark_clean(database, clean=False)
        except BaseException:
            presence.end()
            raise
        return presence

    def end_run(self) -> None:
        """The last process that ends properly, with an empty -wal, notes that for the next start."""
        try:
            if _try(self._descriptor, fcntl.LOCK_EX) and not self._wal_holds_changes():
                mark_clean(self._database, clean=True)
        except OSError:
            log.exception("the end of the run could not be marked; the next start looks through the database")
        finally:
            self.end()

    def _wal_holds_changes(self) -> bool:
        wal = self._database.with_name(self._database.name + "-wal")
        return wal.exists() and wal.stat().st_size > 0

    def end(self) -> None:
        os.close(self._descriptor)


@contextmanager
def alone(database: Path, wait: float = 0) -> Iterator[None]:
    """Ensure that nobody else opens the database meanwhile. Raises Occupied after `wait` seconds."""
    descriptor = _lock(database, fcntl.LOCK_EX, wait)
    try:
        yield
    finally:
        os.close(descriptor)


def _lock(database: Path, kind: int, wait: float) -> int:
    deadline = time.monotonic() + wait
    descriptor = os.open(lock_path(database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not _try(descriptor, kind):
            if time.monotonic() >= deadline:
                raise Occupied(f"{database} is in use by another process; stop that one first.")
            time.sleep(POLL_SECONDS)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
