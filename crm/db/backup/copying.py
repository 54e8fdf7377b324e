"""A consistent copy of the database while it is written to."""

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw

from crm.db.sqlite.copies import count_rows
from crm.db.sqlite.engine import open_reader
from crm.db.sqlite.failures import translate

PAGES_A_STEP = 1_000
STEPS_BETWEEN_SYNCS = 8


def copy_database(live: Path, target: Path, watch: Callable[[int, int], None]) -> dict[str, int]:
    """Copy the pages of one snapshot, and return the rows that the live database had in it, by table.

    The snapshot is held by one reading transaction, so that writers are neither waited for nor made to wait,
    and the copy does not begin anew at each of their changes. `watch` gets pages done and pages in all.
    """
    try:
        with closing(open_reader(live)) as source, closing(_open_target(target)) as copy:
            source.execute("BEGIN")
            counts = count_rows(source)
            _copy_pages(source, copy, target, watch)
            source.execute("ROLLBACK")
            copy.pragma("journal_mode", "DELETE")
    except apsw.Error as error:
        raise translate(error) from error
    sync_file(target)
    return counts


def sync_file(path: Path) -> None:
    """Make the file durable and drop it from the cache, so that the next read comes from the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def _open_target(target: Path) -> apsw.Connection:
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    copy = apsw.Connection(str(target), flags=apsw.SQLITE_OPEN_READWRITE)
    copy.pragma("synchronous", "OFF")
    copy.pragma("journal_mode", "OFF")
    return copy


def _copy_pages(
    source: apsw.Connection, copy: apsw.Connection, target: Path, watch: Callable[[int, int], None]
) -> None:
    steps = 0
    with copy.backup("main", source, "main") as backup:
        while not backup.done:
            backup.step(PAGES_A_STEP)
            steps += 1
            if steps % STEPS_BETWEEN_SYNCS == 0:
                _sync_part(target)
            watch(backup.page_count - backup.remaining, backup.page_count)


def _sync_part(target: Path) -> None:
    """In small steps: an fsync of the live database would have to wait for one of a gigabyte.

    A handle of its own may be closed, though the engine has the file open: nobody else locks this copy.
    """
    descriptor = os.open(target, os.O_RDONLY)
    try:
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)
