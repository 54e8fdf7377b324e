"""One appliance on one database: a lock on a file of its own, which the kernel frees with its last holder."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm.db.presence import Occupied, alone
from crm.db.refusal import StartRefused

RETRY_SECONDS = 0.1


def lock_path(database: Path) -> Path:
    return database.with_name(database.name + ".serve.lock")


def hold_instance(database: Path, wait: float = 0) -> int:
    """The descriptor that holds the lock, and keeps holding it in each process that inherits it.

    Raises StartRefused when another appliance still holds it after `wait` seconds.
    """
    # Never on the database file itself: closing that would drop SQLite's own locks on it.
    descriptor = os.open(lock_path(database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + wait
    while not _try_lock(descriptor, database):
        if time.monotonic() >= deadline:
            os.close(descriptor)
            raise StartRefused(
                f"Another appliance is running on {database}; "
                "stop it first, or give this one another SQLITE_PATH."
            )
        time.sleep(RETRY_SECONDS)
    return descriptor


def _try_lock(descriptor: int, database: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return False
        raise StartRefused(f"{database.parent} cannot hold a file lock ({error.strerror}).") from error
    return True


@contextmanager
def running_alone(database: Path) -> Iterator[None]:
    """No appliance runs on the database, nor any other process of ours. Raises StartRefused if one does."""
    descriptor = hold_instance(database)
    try:
        with alone(database):
            yield
    except Occupied as error:
        raise StartRefused(str(error)) from error
    finally:
        os.close(descriptor)
