"""Closing a connection whose client may still be sending, so that it sees the answer first.

To close a socket on which something arrives unread resets the connection, and a client that is still
sending its body then finds no answer, but an error. So only our side is closed at first, and what comes is
thrown away for a while.
"""

import os
import socket
import time
from collections.abc import Iterator

from crm.web.connections.connection import Connection

IDLE_SECONDS = 2.0
LONGEST_SECONDS = 10.0
MOST_BYTES = 64 * 1024 * 1024
MOST_CONNECTIONS = 100
READ_BYTES, READS = 64 * 1024, 8


class Lingering:
    """The lingering connections, oldest first, each with the latest time at which it is closed."""

    def __init__(self) -> None:
        self._ends: dict[Connection, float] = {}

    def __iter__(self) -> Iterator[Connection]:
        return iter(self._ends)

    def begin(self, connection: Connection) -> Connection | None:
        """Returns the one that has to end now because there are too many. Raises OSError."""
        connection.sock.shutdown(socket.SHUT_WR)
        now = time.monotonic()
        self._ends[connection] = now + LONGEST_SECONDS
        connection.deadline = now + IDLE_SECONDS
        return next(iter(self._ends)) if len(self._ends) > MOST_CONNECTIONS else None

    def discard(self, connection: Connection) -> bool:
        """Throw away what has come; False when it is over. Raises OSError."""
        for _ in range(READS):
            try:
                data = os.read(connection.sock.fileno(), READ_BYTES)
            except BlockingIOError:
                break
            if not data:
                return False
            connection.discarded += len(data)
        connection.deadline = min(self._ends[connection], time.monotonic() + IDLE_SECONDS)
        return True

    def has_taken_enough(self, connection: Connection) -> bool:
        """Whether enough was discarded. From then on it only waits: the client stops and sees the answer."""
        return connection.discarded >= MOST_BYTES

    def end(self, connection: Connection) -> None:
        self._ends.pop(connection, None)
