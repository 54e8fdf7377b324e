"""Sending an answer, as long as the client keeps reading."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gunicorn import util
from gunicorn.http.wsgi import Response

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
STALL_SECONDS = 10.0
# As long as usual clients and proxies keep a connection by themselves (Go 90 s, Caddy 120 s), so that they
# close it first; and what is announced is outlasted, as a request may be on its way at the very end.
KEEP_ALIVE_SECONDS, MARGIN_SECONDS = 120, 15


class Socket(socket.socket):
    """Its sending gives up when nothing moves for STALL_SECONDS."""

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send as long as data moves. The standard library has one time-out for the whole answer."""
        rest = memoryview(data)
        while rest:
            with _moving():
                rest = rest[self.send(rest, flags) :]

    def sendfile(self, *arguments: Any, **options: Any) -> int:
        with _moving():
            return super().sendfile(*arguments, **options)


@contextmanager
def _moving() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise ConnectionResetError(errno.ECONNRESET, "the other end has stalled") from error


class Answer(Response):
    """Sends no server name, and says how long the connection stays open."""

    _unsent = b""
    _from_file = False

    @property
    def has_begun(self) -> bool:
        """Whether something of it is on its way."""
        return bool(self.headers_sent) and not self._unsent

    def default_headers(self) -> list[str]:
        headers = [line for line in super().default_headers() if not line.startswith("Server:")]
        if not self.should_close():
            headers.append(f"Keep-Alive: timeout={KEEP_ALIVE_SECONDS}\r\n")
        return headers

    def send_headers(self) -> None:
        """Together with the beginning of the body: one packet rather than two."""
        if self.headers_sent:
            return
        lines = [*self.default_headers(), *(f"{name}: {value}\r\n" for name, value in self.headers), "\r\n"]
        self._unsent = "".join(lines).encode("latin-1")
        self.headers_sent = True
        if self._from_file:
            self._flush()

    def write_file(self, respiter: Any) -> None:
        self._from_file = True
        super().write_file(respiter)

    def close(self) -> None:
        if not self.headers_sent:
            self.send_headers()
        if self.chunked:
            self._emit_body(b"")
        self._flush()

    def _emit_body(self, data: bytes) -> None:
        if self.chunked:
            data = b"%X\r\n%b\r\n" % (len(data), data)
        head, self._unsent = self._unsent, b""
        util.write(self.sock, head + data)

    def _flush(self) -> None:
        if self._unsent:
            head, self._unsent = self._unsent, b""
            util.write(self.sock, head)
