"""A body that comes in chunks (RFC 9112, section 7.1), decoded while it arrives."""

import re

from gunicorn.http.body import CHUNK_EXT_RE  # type: ignore[attr-defined]
from gunicorn.http.errors import (
    ChunkMissingTerminator,
    InvalidChunkExtension,
    InvalidChunkSize,
    InvalidHeader,
    LimitRequestHeaders,
)
from gunicorn.http.message import Request

SIZE_LINE_BYTES = 1024
TRAILER_BYTES = 8 * 1024
# A chunk of one byte is as much work as one of 64 KiB: so many are free, further ones must be worth it.
FREE_CHUNKS, LEAST_BYTES = 1024, 64
SIZE = re.compile(rb"[0-9A-Fa-f]{1,15}")
END = b"\r\n"


class Chunks:
    """Takes the bytes of the connection; what follows the last chunk stays in `rest`."""

    def __init__(self, request: Request) -> None:
        self.ended = False
        self.rest = bytearray()
        self._request = request
        self._left = 0  # bytes of the present chunk, with its line end
        self._count = self._size = 0
        self._in_trailer = False

    def feed(self, data: bytes) -> bytes:
        """The content that is in `data`. Raises one of gunicorn's ParseException."""
        self.rest += data
        content = bytearray()
        while not self.ended and self._step(content):
            pass
        self._size += len(content)
        return bytes(content)

    def _step(self, content: bytearray) -> bool:
        """One step further; False where it needs more bytes for that."""
        if self._in_trailer:
            return self._read_trailer()
        if self._left:
            return self._read_content(content)
        return self._read_size()

    def _read_size(self) -> bool:
        at = self.rest.find(b"\n")
        if at < 0 and len(self.rest) <= SIZE_LINE_BYTES:
            return False
        line = bytes(self.rest[: at + 1])
        if not line.endswith(END) or len(line) > SIZE_LINE_BYTES:
            raise InvalidChunkSize(bytes(self.rest[:SIZE_LINE_BYTES]))
        del self.rest[: len(line)]
        size = _size_of(line[:-2])
        self._count += 1
        if self._count > FREE_CHUNKS + self._size // LEAST_BYTES:
            raise InvalidChunkSize(b"too many small chunks")
        self._in_trailer, self._left = size == 0, size + len(END)
        return True

    def _read_content(self, content: bytearray) -> bool:
        taken = min(self._left - len(END), len(self.rest))
        if taken > 0:
            content += self.rest[:taken]
            del self.rest[:taken]
            self._left -= taken
        if self._left > len(END) or len(self.rest) < len(END):
            return False
        if self.rest[: len(END)] != END:
            raise ChunkMissingTerminator(bytes(self.rest[: len(END)]))
        del self.rest[: len(END)]
        self._left = 0
        return True

    def _read_trailer(self) -> bool:
        """Trailers are checked as headers are, and then left out: nothing here reads any."""
        if self.rest.startswith(END):
            del self.rest[: len(END)]
            self.ended = True
            return True
        at = self.rest.find(END + END)
        lines = bytes(self.rest if at < 0 else self.rest[:at])
        if len(lines) > TRAILER_BYTES:
            raise LimitRequestHeaders("trailers")
        if lines.count(b"\n") != lines.count(END):
            raise InvalidHeader("bare LF as line terminator")
        if at < 0:
            return False
        self._request.parse_headers(lines, from_trailer=True)
        del self.rest[: at + 2 * len(END)]
        self.ended = True
        return True


def _size_of(line: bytes) -> int:
    size, mark, extension = line.partition(b";")
    if mark:
        size = size.rstrip(b" \t")
        if not CHUNK_EXT_RE.fullmatch(mark + extension):
            raise InvalidChunkExtension("malformed")
    if not SIZE.fullmatch(size):
        raise InvalidChunkSize(size)
    return int(size, 16)
