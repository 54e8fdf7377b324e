"""How long one connection may hold what all share: the threads, and the loop that accepts the others.

The server by itself waits without end for the rest of a request, five seconds for the first byte of one, and
at the end of a connection up to two seconds, in its loop, for the other end to close it too. So a few phones
that lost their network would stop the appliance for everybody.
"""

import errno
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gunicorn.workers import gthread

from crm.web import unreadable

STALL_SECONDS = 10.0
FIRST_BYTE_SECONDS = 0.05
SLOWEST_BYTES_A_SECOND = 1024
# What gunicorn reads and throws away of a body that the application left, before it gives the connection up.
DISCARDED_BYTES = 64 * 1024


class Connection(socket.socket):
    """Blocking, it gives up when nothing moves for STALL_SECONDS, or too little arrives all in all."""

    _since = 0.0
    _received = 0

    def setblocking(self, flag: bool) -> None:
        """The server says so at the beginning of each request, and once more to close what is closed here."""
        if self.fileno() < 0:
            return
        self.settimeout(STALL_SECONDS if flag else 0)
        self._since, self._received = time.monotonic(), 0

    def recv(self, *arguments: int) -> bytes:
        if time.monotonic() - self._since > STALL_SECONDS + self._received / SLOWEST_BYTES_A_SECOND:
            raise _gone()
        with _moving():
            data = super().recv(*arguments)
        self._received += len(data)
        return data

    def sendall(self, data: Any, flags: int = 0) -> None:
        """As long as it moves: the standard library's gives the whole of a long answer one time-out."""
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
        raise _gone() from error


def _gone() -> ConnectionResetError:
    """What the server takes for an end of the connection, and the framework for one of the body."""
    return ConnectionResetError(errno.ECONNRESET, "the other end has stalled")


class Worker(unreadable.Worker):
    def enqueue_req(self, conn: Any) -> None:
        if not isinstance(conn.sock, Connection):
            conn.sock = Connection(fileno=conn.sock.detach())
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """Close in this thread what is over; wait for the other end only where it may still be sending."""
        if not conn.initialized and not conn.wait_for_data(FIRST_BYTE_SECONDS):
            return gthread._DEFER  # type: ignore[attr-defined]  # noqa: SLF001 - as the server itself, later
        kept = super().handle(conn)
        if kept is False:
            conn.close(graceful=_may_be_sending(conn))
        return kept

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Tell who asks that this connection ends, where it may not outlast the body."""
        if _may_stay_unread(req):
            req.must_close = True
        return super().handle_request(req, conn)


def _may_be_sending(conn: Any) -> bool:
    request = getattr(conn.parser, "mesg", None)
    if request is None or _may_stay_unread(request):
        return True
    waiting = select.poll()
    waiting.register(conn.sock, select.POLLIN)
    return bool(waiting.poll(0))


def _may_stay_unread(request: Any) -> bool:
    return any(
        name == "TRANSFER-ENCODING" or (name == "CONTENT-LENGTH" and int(value) > DISCARDED_BYTES)
        for name, value in request.headers
    )
