"""Request bodies while they arrive: small ones in memory, larger ones in unnamed files."""

import errno
import io
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Never

import structlog

from crm.errors import DENIED, Busy, Full, system_words
from crm.web.connections.descriptors import OUT_OF_DESCRIPTORS

# So much waits in memory and asks for nothing; a larger body is taken only once its view wants it.
SMALL_BYTES = 64 * 1024
MEMORY_BYTES = 16 * 1024 * 1024
FILES = 128
PATIENCE_SECONDS = 2.0
SPARE_BYTES, SPARE_PART = 64 * 1024 * 1024, 20
LOOK_EVERY_BYTES = 4 * 1024 * 1024
AWAITED = "holdfast.awaited_body"
ASKED_BEFORE = "holdfast.asked_before"
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
NO_ROOM_LEFT = "The disk is full; nothing was saved."
NO_ACCESS = (
    "Holdfast may not read or write one of its own files or folders, so nothing was saved. "
    "The command crm doctor, run on the server, names it and what mends it."
)

log = structlog.get_logger("crm.web")


class BodyWanted(BaseException):
    """A view reads a body that has not arrived. Error handlers must let it pass."""


class Awaited:
    """A body that is still arriving: reading it means to want it."""

    def __init__(self) -> None:
        self.limit = 0
        self.folder: Path | None = None
        self._limit_then: Callable[[], int | None] = int

    def allow(self, limit: Callable[[], int | None], folder: Path) -> None:
        """Set how many bytes it may have, and on which disk it is kept until it is complete."""
        self._limit_then, self.folder = limit, folder

    def read(self, *_: Any) -> Never:
        self.limit = self._limit_then() or 0
        raise BodyWanted

    readline = readlines = readinto = __iter__ = read


class Body:
    """The received part of a body. `promised` is its length if the head gives it."""

    def __init__(self, store: "Store", promised: int = 0) -> None:
        self.stream: IO[bytes] = io.BytesIO()
        self.size, self.promised = 0, promised
        self.folder: Path | None = None
        self.last = time.monotonic()
        self._store = store

    def write(self, data: bytes) -> None:
        """Raises Full, Busy."""
        self.last = time.monotonic()
        self._store.write(self, data)

    def whole(self) -> IO[bytes]:
        self.stream.seek(0)
        return self.stream

    def close(self) -> None:
        self._store.forget(self)
        self.stream.close()


class Store:
    """All bodies of this process, and how much they may take up together."""

    def __init__(self, files: int = FILES) -> None:
        self._files = files
        self._memory = 0
        self._spooled: dict[Body, None] = {}

    @property
    def is_crowded(self) -> bool:
        """Whether too much is in memory: then only bodies that a view wants are taken in."""
        return self._memory > MEMORY_BYTES

    def expect(self, body: Body, folder: Path) -> None:
        """Called when the view wants it. Raises Full, Busy."""
        body.folder = folder
        if body.promised > SMALL_BYTES or body.size > SMALL_BYTES or self.is_crowded:
            self._spool(body)

    def write(self, body: Body, data: bytes) -> None:
        if body in self._spooled:
            if body.size // LOOK_EVERY_BYTES != (body.size + len(data)) // LOOK_EVERY_BYTES:
                self._look_for_room(body)
        else:
            self._memory += len(data)
        try:
            _write_all(body.stream, data)
        except OSError as error:
            raise refusal_of(error) from error
        body.size += len(data)
        if body.folder and body.size > SMALL_BYTES and body not in self._spooled:
            self._spool(body)

    def forget(self, body: Body) -> None:
        if body in self._spooled:
            del self._spooled[body]
        else:
            self._memory -= body.size

    def most_stalled(self) -> Body | None:
        """If there is no room for another: the body that has stalled longest and must make room, if any."""
        if len(self._spooled) < self._files:
            return None
        oldest = min(self._spooled, key=lambda body: body.last)
        return oldest if time.monotonic() - oldest.last > PATIENCE_SECONDS else None

    def _spool(self, body: Body) -> None:
        if len(self._spooled) >= self._files:
            raise Busy("Too many uploads are in progress. Try again in a few seconds.", 5)
        self._look_for_room(body)
        body.stream.seek(0)
        file: IO[bytes] | None = None
        try:
            file = tempfile.TemporaryFile(dir=body.folder, buffering=0)  # noqa: SIM115 - its body closes it
            _write_all(file, body.stream.read())
        except OSError as error:
            if file is not None:
                file.close()
            body.stream.seek(0, io.SEEK_END)
            raise refusal_of(error) from error
        self._memory -= body.size
        self._spooled[body] = None
        body.stream = file

    def _look_for_room(self, body: Body) -> None:
        """Bodies that are arriving must not fill the disk of the database."""
        usage = shutil.disk_usage(body.folder or ".")
        on_their_way = sum(max(0, each.promised - each.size) for each in {**self._spooled, body: None})
        if usage.free - on_their_way < min(SPARE_BYTES, usage.total // SPARE_PART):
            raise Full(NO_ROOM_LEFT)


def _write_all(stream: IO[bytes], data: bytes) -> None:
    """An unbuffered file may write only a part if the disk is full."""
    rest = memoryview(data)
    while rest:
        rest = rest[stream.write(rest) :]


def refusal_of(error: OSError) -> Busy | Full | OSError:
    """The error to send if a body cannot be stored; other errors are returned as they are."""
    if error.errno in NO_ROOM:
        return Full(NO_ROOM_LEFT)
    if error.errno in OUT_OF_DESCRIPTORS:
        return Busy("Too many files are open. Try again in a few seconds.", 5)
    if error.errno in DENIED:
        log.error(
            "a file or folder cannot be used; crm doctor names what mends it", reason=system_words(error)
        )
        return Busy(NO_ACCESS, 60)
    return error
