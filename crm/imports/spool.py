"""The folder of each import beside the database, with the file and the rows read from it."""

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from crm.config import Settings
from crm.db.durable_files import make_folder, sync_folder
from crm.errors import Full, Invalid, Sentence, TooLarge
from crm.files.uploads import NO_ROOM
from crm.imports.reading.signatures import HEAD, refuse_foreign

SOURCE, LOCK = "source", "lock"
CHUNK = 1024 * 1024
TOKEN = re.compile(r"[0-9a-f]{32}")


def spool_of(settings: Settings) -> Path:
    return settings.sqlite_path.with_name(f"{settings.sqlite_path.name}.imports")


def folder_of(settings: Settings, name: str) -> Path:
    """Raises ValueError for a name that is not one of our tokens."""
    if not TOKEN.fullmatch(name):
        raise ValueError(name)
    return spool_of(settings) / name


def keep_file(settings: Settings, stream: IO[bytes], limit: int, upload: str) -> tuple[str, int]:
    """Save the file in a new folder; returns its name and the size. `upload` is the name that it came under.

    Raises TooLarge, Full, and Invalid for a file that no reader takes.
    """
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > limit:
        raise TooLarge(Sentence("The file is larger than {n} MB.", n=limit // (1024 * 1024)))
    if size == 0:
        raise Invalid.field("file", "is empty")
    refuse_foreign(stream.read(HEAD), upload)
    stream.seek(0)
    name = secrets.token_hex(16)
    folder = folder_of(settings, name)
    try:
        make_folder(folder)
        _write(folder / SOURCE, stream)
    except OSError as error:
        remove_folder(settings, name)
        if error.errno in NO_ROOM:
            raise Full("The disk is full; the file was not saved.") from error
        raise
    return name, size


def _write(target: Path, stream: IO[bytes]) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        shutil.copyfileobj(stream, out, CHUNK)
        out.flush()
        os.fsync(out.fileno())
    sync_folder(target.parent)


def remove_folder(settings: Settings, name: str) -> None:
    shutil.rmtree(folder_of(settings, name), ignore_errors=True)


@contextmanager
def working_on(settings: Settings, name: str) -> Iterator[bool]:
    """Whether this process has the lock, which is released even if the process is killed."""
    path = folder_of(settings, name) / LOCK
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        yield True
        return
    try:
        yield _locked(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
