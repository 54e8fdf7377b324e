"""One connection: what arrives on it, and how it ends."""

import os
import select
import socket
import time
from typing import Any

from gunicorn.http.errors import ParseException

from crm.errors import CrmError
from crm.web.connections.arrivals import Arrival, Stage
from crm.web.connections.bodies import Store
from crm.web.connections.looks import Look
from crm.web.connections.sending import STALL_SECONDS, Socket

HEAD_READ, BODY_READ = 64 * 1024, 256 * 1024


class Connection:
    """It belongs to the loop or to one thread at a time. `failure` is what its request is refused for."""

    def __init__(self, cfg: Any, accepted: socket.socket, client: Any, server: Any, store: Store) -> None:
        self.sock = Socket(fileno=accepted.detach())
        # Python waits by this time-out where it sends; to the system the socket does not block.
        self.sock.settimeout(STALL_SECONDS)
        self.client, self.server = client, server
        self.failure: Exception | None = None
        self.deadline = self.since = 0.0
        self.discarded = 0
        self.is_watched = False
        self.look: Look | None = None
        self._cfg, self._store = cfg, store
        self.arrival = Arrival(cfg, client, store)

    @property
    def is_ready(self) -> bool:
        return self.failure is not None or self.arrival.is_ready

    @property
    def is_idle(self) -> bool:
        return self.failure is None and self.arrival.stage is Stage.NOTHING

    @property
    def quiet_since(self) -> float:
        """When it last did something, by the monotonic clock."""
        return self.arrival.idle_since or self.since

    def rest_until(self, deadline: float) -> None:
        self.since, self.deadline = time.monotonic(), deadline

    def receive(self) -> bool:
        """Take what is here; False at the end of the connection. Raises BlockingIOError, OSError."""
        size = BODY_READ if self.arrival.stage is Stage.BODY else HEAD_READ
        data = os.read(self.sock.fileno(), size)
        self.take(data)
        return bool(data)

    def take(self, data: bytes) -> None:
        try:
            if data:
                self.arrival.take(data)
        except (ParseException, CrmError) as refusal:
            self.failure = refusal

    def begin_next(self) -> None:
        """Begin the next request, with the bytes of it that have already arrived."""
        rest = self.arrival.rest
        self.arrival.close()
        self.arrival = Arrival(self._cfg, self.client, self._store)
        self.take(rest)

    def may_be_sending(self) -> bool:
        """Whether the client may still be sending data that nobody will read."""
        if self.failure is not None or self.arrival.stage is not Stage.WHOLE or self.arrival.rest:
            return True
        request = self.arrival.request
        return (request is not None and request.must_close) or self.has_something(0)

    def has_something(self, milliseconds: int) -> bool:
        waiting = select.poll()
        waiting.register(self.sock, select.POLLIN)
        return bool(waiting.poll(milliseconds))

    def is_gone(self) -> bool:
        """Whether the other end has closed it."""
        try:
            return self.has_something(0) and not self.sock.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    def close(self) -> None:
        self.arrival.close()
        self.sock.close()
