"""Taking connections from the system's queue, shared fairly among the web processes."""

import errno
import socket
import time
from typing import Any

import structlog

from crm.web.connections.answering import AnsweringWorker
from crm.web.connections.bodies import Store
from crm.web.connections.connection import Connection
from crm.web.connections.descriptors import FEWEST_CONNECTIONS, OUT_OF_DESCRIPTORS, OWN, Reserve
from crm.web.connections.shares import PAUSE_SECONDS, SHARES

FIRST_BYTE_SECONDS = 15.0
ACCEPTS_AT_ONCE = 16

log = structlog.get_logger("crm.web")


class AcceptingWorker(AnsweringWorker):
    _store: Store
    _reserve: Reserve

    def accept(self, listener: socket.socket) -> None:
        for accepted_before in range(ACCEPTS_AT_ONCE):
            if self.nr_conns >= self.worker_connections and not self._make_room():
                return None
            if self.alive and SHARES.is_ahead(self.age, self.nr_conns, time.monotonic()):
                if accepted_before:
                    return None
                time.sleep(PAUSE_SECONDS)
            try:
                accepted, client = listener.accept()
            except BlockingIOError:
                return None
            except OSError as error:
                return self._not_accepted(listener, error)
            self._count(1)
            server = listener.getsockname()
            conn = Connection(self.cfg, accepted, client, server, self._store)
            conn.rest_until(time.monotonic() + FIRST_BYTE_SECONDS)
            self._read(conn, conn.sock)
        return None

    def _take_up_what_waits(self) -> None:
        """Accept connections still in the system's queue: when the socket closes, they would be cut off."""
        for listener in self.sockets:
            before = -1
            while before < self.nr_conns:
                before = self.nr_conns
                self.accept(listener)
            listener.close()
        SHARES.leave(self.age)

    def _count(self, more: int) -> None:
        self.nr_conns += more
        if self.alive:
            SHARES.tell(self.age, self.nr_conns, time.monotonic())

    def _not_accepted(self, listener: socket.socket, error: OSError) -> None:
        """Handle any error of accepting: it must neither end this process nor be retried without a pause."""
        if error.errno in OUT_OF_DESCRIPTORS:
            log.warning("no more files can be opened", reason=str(error), connections=self.nr_conns)
            if self.nr_conns <= FEWEST_CONNECTIONS:
                self._reserve.refuse_one(listener)
            # From now on fewer at once, so that those that are answered find what they have to open.
            self.worker_connections = max(FEWEST_CONNECTIONS, self.nr_conns - OWN // 2)
            self._make_room()
        elif error.errno != errno.ECONNABORTED:
            log.warning("a connection could not be accepted", reason=str(error))

    def _make_room(self) -> bool:
        raise NotImplementedError

    def _read(self, conn: Connection, _sock: Any) -> None:
        raise NotImplementedError
