"""Locks by name across processes, released by the kernel when their holder ends."""

import errno
import fcntl
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class KeyedLock:
    """Each key is one byte of a lock file; the file stays empty. Never waits."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mutex = threading.Lock()
        self._held: set[int] = set()
        self._descriptor: int | None = None

    @contextmanager
    def holding(self, key: str) -> Iterator[bool]:
        """Yields whether the key is ours until the block ends; False if somebody else has it."""
        place = int.from_bytes(hashlib.sha256(key.encode()).digest()[:7], "big")
        mine = self._take(place)
        try:
            yield mine
        finally:
            if mine:
                self._give_back(place)

    def _take(self, place: int) -> bool:
        with self._mutex:
            if place in self._held:
                return False
            if self._descriptor is None:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except OSError as error:
                if error.errno in {errno.EACCES, errno.EAGAIN}:
                    return False
                raise
            self._held.add(place)
            return True

    def _give_back(self, place: int) -> None:
        with self._mutex:
            self._held.discard(place)
            if self._descriptor is not None:
                fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, place)
