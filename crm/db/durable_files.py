"""Files that are whole or absent: temporary file → fsync → rename → fsync of the folder."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

TEMPORARY_PREFIX = ".part-"

_durable: set[Path] = set()


@contextmanager
def written_durably(target: Path, mode: int = 0o600) -> Iterator[BinaryIO]:
    """A stream whose content appears at `target`, durable, only if the block ends well."""
    temporary = target.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise
    sync_folder(target.parent)


def write_durably(target: Path, content: bytes, mode: int = 0o600) -> None:
    with written_durably(target, mode) as stream:
        stream.write(content)


def keep_once(target: Path, content: bytes) -> None:
    """Write the file unless it is there; of processes that race the first wins, and all find its content.

    By a lock on the folder, as not every filesystem has the hard links that would make a rename exclusive.
    """
    descriptor = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if not target.exists():
            write_durably(target, content)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> bool:
    """Make a folder that only its owner may enter, and what is missing above it; False when it is there.

    It is durable then, also where somebody else has just made it and not got to that yet.
    """
    if folder.exists():
        if folder not in _durable:
            with suppress(PermissionError):  # then it is no folder that we could have made
                sync_folder(folder.parent)
            _durable.add(folder)
        return False
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)
    _durable.add(folder)
    return True


def sync_folder(folder: Path) -> None:
    """Make new and removed names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
