"""One server and one worker for each database: file locks that end with their holder."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm.db.presence import Occupied, alone
from crm.db.refusal import StartRefused
from crm.errors import system_reason

RETRY_SECONDS = 0.1


def hold_instance(database: Path, wait: float = 0) -> int:
    """The descriptor that holds the lock, and keeps holding it in each process that inherits it.

    Raises StartRefused when another server still holds it after `wait` seconds.
    """
    return _hold(
        database.with_name(database.name + ".serve.lock"),
        f"Another Holdfast server is running on {database}; stop it, or give this one another SQLITE_PATH.",
        wait,
    )


def hold_worker(database: Path) -> int:
    """Likewise, for the process that runs the due work."""
    return _hold(
        database.with_name(database.name + ".worker.lock"),
        f"Another worker is running on {database}; `crm serve` brings its own.",
        0,
    )


def _hold(path: Path, refusal: str, wait: float) -> int:
    # Never on the database file itself: closing that would drop SQLite's own locks on it.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + wait
    while not _try_lock(descriptor, path.parent):
        if time.monotonic() >= deadline:
            os.close(descriptor)
            raise StartRefused(refusal)
        time.sleep(RETRY_SECONDS)
    return descriptor


def _try_lock(descriptor: int, folder: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return False
        raise StartRefused(f"{folder} cannot hold a file lock ({system_reason(error)}).") from error
    return True


@contextmanager
def running_alone(database: Path) -> Iterator[None]:
    """Check that no server or other process of ours uses the database. Raises StartRefused if one does."""
    descriptor = hold_instance(database)
    try:
        with alone(database):
            yield
    except Occupied as error:
        raise StartRefused(str(error)) from error
    finally:
        os.close(descriptor)
