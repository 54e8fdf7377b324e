"""Open files of this process: each connection needs one, and so does the work on it."""

import errno
import os
import resource
import socket
from contextlib import suppress

WANTED = 8192
# For the database's files, the logs, the code and what a thread opens while it answers.
OWN, PER_THREAD = 64, 6
FEWEST_CONNECTIONS = 8
OUT_OF_DESCRIPTORS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def raise_limit() -> None:
    """Raise the limit of open files as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def connections_for(threads: int, most: int) -> tuple[int, int]:
    """How many connections this process can hold, and how many bodies in files beside them."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return most, most // 4
    left = max(10, soft - OWN - PER_THREAD * threads)
    connections = min(most, left * 4 // 5)
    return connections, max(2, min(left - connections, most // 4))


class Reserve:
    """One descriptor kept back, so that without any other a connection can still be refused."""

    def __init__(self) -> None:
        self._descriptor = os.open(os.devnull, os.O_RDONLY)

    def refuse_one(self, listener: socket.socket) -> None:
        self.close()
        try:
            with suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(0)
                    connection.send(BUSY)
        finally:
            with suppress(OSError):
                self._descriptor = os.open(os.devnull, os.O_RDONLY)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
