"""`Database.read` and `Database.write`: the only ways to the file."""

import os
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import apsw
import structlog

from crm.config import Settings
from crm.db.actor import Actor
from crm.db.engine import open_reader, open_writer
from crm.db.failures import translate
from crm.db.fifo_lock import FifoLock
from crm.db.pool import ReaderPool
from crm.db.session import Channel, Session
from crm.db.statements import StatementCatalog
from crm.db.statistics import Outcome, Statistics
from crm.db.transaction import Transaction
from crm.db.watchdog import Watchdog
from crm.errors import Busy

P = ParamSpec("P")
T = TypeVar("T")
RETRY_SECONDS = 0.001
DONE = "The transaction is over."

log = structlog.get_logger("crm.db")


class Database:
    """One database file, as one process uses it. Connections are opened at first use, after any fork."""

    def __init__(self, settings: Settings) -> None:
        self.path: Path = settings.sqlite_path
        self.statistics = Statistics(settings.db_slow_query_threshold)
        self._settings = settings
        self._transaction_seconds = settings.db_transaction_timeout / 1000
        self._statement_seconds = settings.db_statement_timeout / 1000
        self._catalog = StatementCatalog()
        self._local = threading.local()
        self._turn = FifoLock()
        self._starting = threading.Lock()
        self._opened_by: int | None = None
        self._closed = False

    @classmethod
    def open(cls, settings: Settings) -> "Database":
        return cls(settings)

    def read(
        self, fn: Callable[Concatenate[Transaction, P], T], actor: Actor, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`fn(tx, …)` on a snapshot that cannot write; inside another transaction, on that one's."""
        outer = self._current()
        if outer is not None:
            return fn(outer.acting_as(actor), *args, **kwargs)
        self._ready()
        waiting = time.perf_counter_ns()
        channel = self._readers.acquire()
        session = self._session("read", channel)
        session.waited = session.started - waiting
        return self._run(session, actor, "BEGIN", lambda tx: fn(tx, *args, **kwargs))

    def write(
        self, fn: Callable[Concatenate[Transaction, P], T], actor: Actor, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`fn(tx, …)` inside one BEGIN IMMEDIATE … COMMIT; inside another write, a savepoint of that one."""
        outer = self._current()
        if outer is not None:
            if not outer.writable:
                raise RuntimeError("a write inside a read")
            with outer.acting_as(actor).savepoint() as part:
                return fn(part, *args, **kwargs)
        self._ready()
        waiting = time.perf_counter_ns()
        deadline = time.monotonic() + self._transaction_seconds
        if not self._turn.acquire(self._transaction_seconds):
            self.statistics.note_transaction("write", "busy", 0, time.perf_counter_ns() - waiting, 0)
            raise Busy("Too many changes are waiting; nothing was saved. Please try again.")
        try:
            session = self._begin_write(waiting, deadline)
        except BaseException:
            self._turn.release()
            raise
        return self._run(session, actor, None, lambda tx: fn(tx, *args, **kwargs))

    def close(self, wait: float = 10.0) -> None:
        """Refuse new work, let what runs come to its end, close every connection."""
        with self._starting:
            if self._closed or self._opened_by != os.getpid():
                self._closed = True
                return
            self._closed = True
        self._readers.close(wait)
        if self._turn.acquire(wait):
            self._drop_writer()
        self._watchdog.stop()

    @property
    def active(self) -> int:
        """How many transactions run in this process now."""
        return self._watchdog.active if self._opened_by else 0

    def _current(self) -> Transaction | None:
        return getattr(self._local, "transaction", None)

    def _ready(self) -> None:
        if self._closed:
            raise Busy("The appliance is stopping.")
        if self._opened_by == os.getpid():
            return
        with self._starting:
            if self._opened_by is None:
                self._start()
            elif self._opened_by != os.getpid():
                raise RuntimeError("the database was opened before a fork")

    def _start(self) -> None:
        settings = self._settings
        self._writer: Channel | None = None
        self._readers = ReaderPool(
            lambda: Channel(open_reader(self.path), self.statistics),
            minimum=settings.db_pool_min,
            maximum=settings.db_pool_max,
            wait=settings.db_connect_timeout / 1000,
            idle=settings.db_idle_timeout / 1000,
        )
        self._watchdog = Watchdog(self._reclaim, self._readers.close_idle)
        self._opened_by = os.getpid()

    def _session(self, kind: str, channel: Channel) -> Session:
        session = Session(
            "write" if kind == "write" else "read",
            channel,
            self._catalog,
            self.statistics,
            seconds=self._transaction_seconds,
            statement_seconds=self._statement_seconds,
        )
        self._watchdog.enter(session)
        return session

    def _begin_write(self, waiting: int, deadline: float) -> Session:
        """Take SQLite's write lock, asking about every millisecond: its own busy handler starves waiters."""
        if self._writer is None:
            self._writer = Channel(open_writer(self.path), self.statistics)
            self._writer.connection.set_busy_timeout(0)
        retries = 0
        while True:
            try:
                self._writer.connection.execute("BEGIN IMMEDIATE")
                break
            except apsw.BusyError as error:
                if time.monotonic() >= deadline:
                    waited = time.perf_counter_ns() - waiting
                    self.statistics.note_transaction("write", "busy", 0, waited, retries)
                    raise translate(error) from error
                retries += 1
                time.sleep(RETRY_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret
            except apsw.Error as error:
                raise translate(error) from error
        session = self._session("write", self._writer)
        session.waited, session.retries = session.started - waiting, retries
        return session

    def _run(self, session: Session, actor: Actor, begin: str | None, body: Callable[[Transaction], T]) -> T:
        try:
            if begin:
                session.control(begin)
            transaction = Transaction(session, actor)
            self._local.transaction = transaction
            result = body(transaction)
            with session.guard:
                session.must_stand()
                session.control("COMMIT")
        except BaseException as error:
            self._abandon(session, error)
            raise
        finally:
            self._local.transaction = None
        self._finish(session, "committed")
        run_promises(session.after_commit)
        return result

    def _abandon(self, session: Session, error: BaseException) -> None:
        try:
            with session.guard:
                if session.over is None and session.connection.in_transaction:
                    session.control("ROLLBACK")
        except Exception:
            log.exception("rollback failed; the connection is replaced")
        finally:
            self._finish(session, "busy" if isinstance(error, Busy) else "rolled_back")

    def _finish(self, session: Session, outcome: Outcome) -> None:
        with session.guard:
            mine = session.end(DONE)
        if mine:
            self._give_back(session, outcome)

    def _reclaim(self, session: Session) -> None:
        self._give_back(session, "leaked")

    def _give_back(self, session: Session, outcome: Outcome) -> None:
        self._watchdog.leave(session)
        duration = time.perf_counter_ns() - session.started
        self.statistics.note_transaction(session.kind, outcome, duration, session.waited, session.retries)
        if session.kind == "write":
            if session.broken is not None:
                self._drop_writer()
            self._turn.release()
        elif session.broken is not None:
            self._readers.discard(session.channel)
        else:
            self._readers.release(session.channel)

    def _drop_writer(self) -> None:
        """A connection that met a fault of the storage is not trusted again."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def run_promises(callbacks: list[Callable[[], object]]) -> None:
    """What was promised for after the commit; a failure there cannot undo it, so it is only logged."""
    for callback in callbacks:
        try:
            callback()
        except Exception:
            log.exception("after-commit callback failed")
