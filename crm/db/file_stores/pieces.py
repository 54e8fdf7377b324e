"""Reading something far away piece by piece, so that memory and each request stay small."""

import hashlib
import io
from collections.abc import Callable

from crm.db.file_stores.store import DamagedContent

PIECE = 2 * 1024 * 1024

Fetch = Callable[[int, int], tuple[bytes, int]]
"""The bytes from one place up to another, and the size of the whole."""


class Pieces(io.RawIOBase):
    """A stream that can seek. The first piece is fetched at once, so that a missing one is noticed."""

    def __init__(self, fetch: Fetch, sha256: str | None = None) -> None:
        self._fetch = fetch
        self._expected = sha256
        self._digest, self._digested = hashlib.sha256(), 0
        self._at = self._start = 0
        self._piece, self.size = fetch(0, PIECE)
        self._check()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        """Raises DamagedContent."""
        if self._at >= self.size:
            return 0
        if not self._start <= self._at < self._start + len(self._piece):
            self._start = self._at
            self._piece, _ = self._fetch(self._at, min(self._at + PIECE, self.size))
            self._check()
        offset = self._at - self._start
        part = self._piece[offset : offset + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _check(self) -> None:
        """Only what is read from the start to the end can be compared."""
        if self._start != self._digested:
            return
        self._digest.update(self._piece)
        self._digested += len(self._piece)
        if self._expected and self._digested == self.size and self._digest.hexdigest() != self._expected:
            raise DamagedContent(f"expected the SHA-256 {self._expected}, not {self._digest.hexdigest()}")
