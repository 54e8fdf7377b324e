"""Answering a complete request: calls the application and sends its answer."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from enum import Enum, auto
from typing import TYPE_CHECKING, cast

import structlog
from gunicorn.http import wsgi
from gunicorn.http.message import Request
from gunicorn.workers.gthread import ThreadWorker

from crm.web.connections.arrivals import Stage
from crm.web.connections.bodies import ASKED_BEFORE, AWAITED, BodyWanted
from crm.web.connections.connection import Connection
from crm.web.connections.heads import hears_only_continue
from crm.web.connections.sending import CONTINUE, Answer
from crm.web.connections.waiting import WAITED, NothingYet, Waiting
from crm.web.requests import unreadable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A program's next request comes so soon after an answer that to give the connection back costs more.
FOLLOWS_MILLISECONDS = 1

log = structlog.get_logger("crm.web")


class AfterAnswer(Enum):
    KEPT = auto()
    WANTED = auto()
    WAITS = auto()
    OVER = auto()
    LOST = auto()


class Threads(ThreadPoolExecutor):
    @property
    def are_asked_for(self) -> bool:
        """Whether a request is waiting for a thread."""
        return self._work_queue.qsize() > 0


class AnsweringWorker(ThreadWorker):
    tpool: Threads
    waiting: Waiting
    kept_connections = 0

    def get_thread_pool(self) -> Threads:
        return Threads(max_workers=self.cfg.threads)

    def answer(self, conn: Connection) -> AfterAnswer:
        """Answer a request and those that follow at once, unless another connection needs the thread."""
        while True:
            outcome = self._outcome(conn)
            if outcome is not AfterAnswer.KEPT:
                return outcome
            conn.begin_next()
            if not self._follows(conn):
                return outcome

    def _follows(self, conn: Connection) -> bool:
        if conn.is_ready or not conn.is_idle or not self.alive or self.tpool.are_asked_for:
            return False
        with suppress(OSError):  # the loop finds that it is closed
            if conn.has_something(FOLLOWS_MILLISECONDS):
                conn.receive()
        return conn.is_ready

    def _outcome(self, conn: Connection) -> AfterAnswer:
        try:
            if conn.failure is not None:
                raise conn.failure
            kept = self._serve(conn.arrival.finished(), conn)
        except BodyWanted:
            return AfterAnswer.WANTED
        except NothingYet as nothing:
            conn.look = nothing.look
            return AfterAnswer.WAITS
        except OSError as error:
            log.debug("the connection was lost", reason=str(error))
            return AfterAnswer.LOST
        except Exception as error:  # noqa: BLE001 - it is logged where it is worded
            conn.failure = error
            return self._refuse(conn, error)
        return AfterAnswer.KEPT if kept else AfterAnswer.OVER

    def _serve(self, request: Request, conn: Connection) -> bool:
        """Whether the connection stays open."""
        made = wsgi.create(request, conn.sock, conn.client, conn.server, self.cfg, response_class=Answer)
        answer, environ = cast(tuple[Answer, "WSGIEnvironment"], made)
        environ["wsgi.multithread"] = True
        if conn.arrival.stage is not Stage.WHOLE:
            environ[AWAITED] = request.body
            answer.force_close()
            _greet(conn)
        elif conn.arrival.awaited is not None:
            environ[ASKED_BEFORE] = True
        if self.alive and self.waiting.has_room:
            environ[WAITED] = conn.arrival.waited()
        if not self.alive or self.kept_connections >= self.max_keepalived:
            answer.force_close()
        self.nr += 1
        try:
            self._send(answer, environ)
        except Exception as error:
            if answer.has_begun and not isinstance(error, OSError):
                log.exception("an answer broke off")
                raise ConnectionAbortedError from error
            raise
        return not answer.should_close()

    def _send(self, answer: Answer, environ: "WSGIEnvironment") -> None:
        parts = cast("WSGIApplication", self.wsgi)(environ, cast("StartResponse", answer.start_response))
        try:
            if isinstance(parts, environ["wsgi.file_wrapper"]):
                answer.write_file(parts)
            else:
                for part in parts:
                    answer.write(part)
            answer.close()
        finally:
            if hasattr(parts, "close"):
                parts.close()

    def _refuse(self, conn: Connection, error: Exception) -> AfterAnswer:
        """Refuse in the form of all refusals, which the application knows."""
        try:
            _greet(conn)
            conn.sock.sendall(
                unreadable.refusal(
                    cast("WSGIApplication", self.wsgi), bytes(conn.arrival.head), conn.client, error
                )
            )
        except OSError as lost:
            log.debug("the refusal could not be sent", reason=str(lost))
            return AfterAnswer.LOST
        return AfterAnswer.OVER


def _greet(conn: Connection) -> None:
    if conn.arrival.stage is not Stage.WHOLE and hears_only_continue(conn.arrival.head):
        conn.sock.sendall(CONTINUE)
        conn.arrival.asks_first = False
