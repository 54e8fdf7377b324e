"""Where each process keeps its figures, so that others can read them and its successor goes on with them.

Beside the database is a folder with a file for each process at work, its slot. A process takes the first
slot that nobody holds, reads the figures of its predecessor there, and adds its own to them. A slot has two
places that are written by turns, each with its number, length and checksum: a kill in the middle of one
leaves the other whole. They are not synced to the disk: a power cut may cost their last seconds. Their
room is taken at once, so that figures go on while the disk is full.
"""

import fcntl
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import orjson
import structlog
from pydantic import TypeAdapter, ValidationError

from crm.monitoring.figures import Figures

SLOTS = 128
PLACE_BYTES = 2 * 1024 * 1024
TRIES = 5
ALLOCATED_BYTES = 512 * 1024  # of each place: more than figures have
HEAD = struct.Struct("<QII")

log = structlog.get_logger("crm.monitoring")
_stored = TypeAdapter(Figures)


def figures_folder(database: Path) -> Path:
    return database.with_name(database.name + ".figures")


class Slot:
    """The place of one process, held until the process ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._number, self.found = _newest(descriptor)

    def write(self, figures: Figures) -> None:
        """Raises OSError. Figures that are too large are left out: then the last ones stay."""
        body = orjson.dumps(figures)
        if len(body) > PLACE_BYTES - HEAD.size:
            log.warning("the figures of this process are too large to be kept", size=len(body))
            return
        self._number += 1
        head = HEAD.pack(self._number, len(body), zlib.crc32(body))
        os.pwrite(self._descriptor, head + body, self._number % 2 * PLACE_BYTES)

    def release(self) -> None:
        os.close(self._descriptor)


def take_slot(folder: Path) -> Slot | None:
    """The first that no living process holds; None where all are taken. Raises OSError."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for number in range(SLOTS):
        descriptor = os.open(folder / f"{number:03}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            _take_room(descriptor)
            return Slot(descriptor)
    return None


def _take_room(descriptor: int) -> None:
    with suppress(OSError, AttributeError):  # a full disk, or a system that does not know it
        for place in (0, 1):
            os.posix_fallocate(descriptor, place * PLACE_BYTES, ALLOCATED_BYTES)


def read_figures(folder: Path, since: float) -> Figures:
    """Those of all processes, ended ones included; what a process held counts only while it lives."""
    whole = Figures(since)
    for path in sorted(folder.glob("[0-9]*")):
        with suppress(OSError):
            for figures in _of_slot(path):
                whole.add(figures)
    return whole


def _of_slot(path: Path) -> Iterator[Figures]:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _, figures = _newest(descriptor)
        if figures is not None:
            if not _is_held(descriptor):
                figures.processes = []
            yield figures
    finally:
        os.close(descriptor)


def _is_held(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def _newest(descriptor: int) -> tuple[int, Figures | None]:
    """The newer of the two places that is whole; figures of another form of them count as none."""
    for _ in range(TRIES):
        whole = [found for place in (0, 1) if (found := _read(descriptor, place)) is not None]
        if len(whole) == 2:  # else one is being written, and by now the other may be older than it was
            break
    for number, body in sorted(whole, reverse=True):
        try:
            return number, _stored.validate_json(body)
        except ValidationError:
            log.warning("the figures of another version were left out")
    return max((number for number, _ in whole), default=0), None


def _read(descriptor: int, place: int) -> tuple[int, bytes] | None:
    head = os.pread(descriptor, HEAD.size, place * PLACE_BYTES)
    if len(head) < HEAD.size:
        return None
    number, length, checksum = HEAD.unpack(head)
    body = os.pread(descriptor, min(length, PLACE_BYTES), place * PLACE_BYTES + HEAD.size)
    return (number, body) if number and zlib.crc32(body) == checksum else None
