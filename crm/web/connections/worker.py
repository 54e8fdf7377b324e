"""The web process: its loop receives requests completely; only then do they use a thread.

So a client that sends slowly, or nothing any more, holds up nobody, and neither does one that does not close.
"""

import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

import structlog

from crm.errors import CrmError
from crm.web.connections.accepting import ACCEPTS_AT_ONCE, AcceptingWorker
from crm.web.connections.answering import AfterAnswer
from crm.web.connections.arrivals import Stage
from crm.web.connections.bodies import Store
from crm.web.connections.connection import Connection
from crm.web.connections.descriptors import Reserve, connections_for
from crm.web.connections.lingering import Lingering
from crm.web.connections.sending import CONTINUE, KEEP_ALIVE_SECONDS, MARGIN_SECONDS
from crm.web.connections.waiting import Waiting
from crm.web.requests.unreadable import Unfinished

STOP_SECONDS = 2.0
SWEEP_SECONDS = 0.5
# Where there is no room for more connections, one that has been quiet for so long gives way.
QUIET_SECONDS = 1.0

log = structlog.get_logger("crm.web")


class Worker(AcceptingWorker):
    def init_process(self) -> None:
        most, files = connections_for(self.cfg.threads, self.worker_connections)
        self.worker_connections, self.max_keepalived = most, most - 1
        self._store = Store(files)
        self._idle: dict[Connection, None] = {}
        self._arriving: dict[Connection, None] = {}
        self._lingering = Lingering()
        self.waiting = Waiting()
        self._reserve = Reserve()
        self._next_sweep = 0.0
        super().init_process()

    def wait_for_and_dispatch_events(self, timeout: float | None) -> None:
        super().wait_for_and_dispatch_events(timeout)
        if self.nr_conns >= self.worker_connections:
            self._make_room()

    def murder_keepalived(self, force: bool = False) -> None:
        """After each round of events: end what has taken too long."""
        now = time.monotonic()
        if now >= self._next_sweep or force:
            self._next_sweep = now + SWEEP_SECONDS
            self._sweep(now)

    def _cap_keepalive(self, deadline: float) -> None:
        """When the worker stops: limit how long connections that are kept alive are waited for."""
        self._take_up_what_waits()
        for conn in [*self._idle, *self._lingering]:
            conn.deadline = min(conn.deadline, deadline)

    def _go_on(self, conn: Connection, done: Future[AfterAnswer]) -> None:
        """A thread is done with it."""
        try:
            outcome = done.result()
        except BaseException:
            log.exception("a connection broke")
            outcome = AfterAnswer.LOST
        if outcome is AfterAnswer.KEPT:
            kept = KEEP_ALIVE_SECONDS + MARGIN_SECONDS if self.alive else STOP_SECONDS
            conn.rest_until(time.monotonic() + kept)
            self._wait_or_submit(conn)
        elif outcome is AfterAnswer.WANTED:
            self._await_body(conn)
        elif outcome is AfterAnswer.WAITS and conn.look is not None:
            self.waiting.keep(conn, conn.look)
        elif outcome is AfterAnswer.OVER and conn.may_be_sending():
            self._linger(conn)
        else:
            self._drop(conn)

    def _read(self, conn: Connection, _sock: object) -> None:
        try:
            is_open = conn.receive()
        except BlockingIOError:
            is_open = True
        except OSError:
            return self._drop(conn)
        if not is_open and not conn.is_ready:
            if conn.arrival.stage is not Stage.BODY:
                return self._drop(conn)
            conn.failure = Unfinished()
        return self._wait_or_submit(conn)

    def _wait_or_submit(self, conn: Connection) -> None:
        if conn.is_ready:
            self._leave(conn)
            self._submit(conn)
            return
        if conn.is_idle:
            self._idle[conn] = None
            self.kept_connections = len(self._idle)
        else:
            self._idle.pop(conn, None)
            self._arriving[conn] = None
        self._watch(conn, partial(self._read, conn))

    def _submit(self, conn: Connection) -> None:
        done = self.tpool.submit(self.answer, conn)
        done.add_done_callback(lambda done: self.method_queue.defer(self._go_on, conn, done))

    def _await_body(self, conn: Connection) -> None:
        """Called when the view wants the body, which is taken in from now on."""
        stalled = self._store.most_stalled()
        for other in [each for each in self._arriving if stalled and each.arrival.body is stalled]:
            self._give_up(other)
        try:
            conn.arrival.expect_body()
            if conn.arrival.asks_first:
                conn.sock.sendall(CONTINUE)
        except CrmError as refusal:
            conn.failure = refusal
        except OSError:
            return self._drop(conn)
        return self._wait_or_submit(conn)

    def _give_up(self, conn: Connection) -> None:
        conn.failure = Unfinished()
        self._wait_or_submit(conn)

    def _linger(self, conn: Connection) -> None:
        try:
            conn.arrival.close()
            oldest = self._lingering.begin(conn)
        except OSError:
            return self._drop(conn)
        self._watch(conn, partial(self._discard, conn))
        if oldest is not None:
            self._drop(oldest)
        return None

    def _discard(self, conn: Connection, _sock: object) -> None:
        try:
            goes_on = self._lingering.discard(conn)
        except OSError:
            goes_on = False
        if not goes_on:
            self._drop(conn)
        elif self._lingering.has_taken_enough(conn):
            self._unwatch(conn)

    def _sweep(self, now: float) -> None:
        self._count(0)
        self.waiting.ask_due(now, self._submit, self._drop, stops=not self.alive)
        for conn in [each for each in (*self._idle, *self._lingering) if now > each.deadline]:
            self._drop(conn)
        for conn in [each for each in self._arriving if each.arrival.is_overdue(now)]:
            if conn.arrival.stage is Stage.BODY:
                self._give_up(conn)
            else:
                self._drop(conn)

    def _make_room(self) -> bool:
        """Close some connections that are missed least: idle ones, or ones that have stalled."""
        quiet = time.monotonic() - QUIET_SECONDS
        found = [
            conn for conn in (*self._idle, *self._lingering, *self._arriving) if conn.quiet_since < quiet
        ]
        for conn in found[:ACCEPTS_AT_ONCE]:
            self._drop(conn)
        return bool(found)

    def _watch(self, conn: Connection, callback: Any) -> None:
        if conn.is_watched:
            return
        self.poller.register(conn.sock, EVENT_READ, callback)
        conn.is_watched = True

    def _unwatch(self, conn: Connection) -> None:
        if conn.is_watched:
            conn.is_watched = False
            with suppress(OSError, KeyError, ValueError):
                self.poller.unregister(conn.sock)

    def _leave(self, conn: Connection) -> None:
        self._unwatch(conn)
        self._arriving.pop(conn, None)
        if self._idle.pop(conn, conn) is None:
            self.kept_connections = len(self._idle)

    def _drop(self, conn: Connection) -> None:
        self._leave(conn)
        self._lingering.end(conn)
        self._count(-1)
        conn.close()
