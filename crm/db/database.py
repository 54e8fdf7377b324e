"""`Database.read` and `Database.write`: the only ways to the file."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, Literal, ParamSpec, TypeVar

import apsw
import structlog

from crm.config import Settings
from crm.db.actor import Actor
from crm.db.failures import FAULT, translate
from crm.db.presence import Occupied, Presence
from crm.db.sqlite.engine import JOURNAL_LIMIT_BYTES, open_reader, open_writer, wal_path
from crm.db.sqlite.freshness import Freshness
from crm.db.sqlite.pool import ReaderPool
from crm.db.sqlite.process import FileInUse
from crm.db.sqlite.session import Channel, Session
from crm.db.sqlite.statements import StatementCatalog
from crm.db.sqlite.turnstile import Turnstile
from crm.db.sqlite.writer import Writer
from crm.db.statistics import Outcome, Statistics
from crm.db.transaction import Transaction
from crm.db.watchdog import Watchdog
from crm.errors import Busy

P = ParamSpec("P")
T = TypeVar("T")
DONE = "the transaction is over: its `tx` was kept beyond its function"

log = structlog.get_logger("crm.db")


class Database:
    """One database file, as one process uses it. Connections are opened at first use, after any fork."""

    def __init__(self, settings: Settings, carried: object = None) -> None:
        """`carried` is what each transaction carries for the rooms: nothing here looks inside."""
        self._carried = carried
        self.path: Path = settings.sqlite_path
        self.statistics = Statistics(settings.db_slow_query_threshold)
        self._settings = settings
        self._transaction_seconds = settings.db_transaction_timeout / 1000
        self._statement_seconds = settings.db_statement_timeout / 1000
        self._catalog = StatementCatalog()
        self._local = threading.local()
        self._starting = threading.Lock()
        self._opened_by: int | None = None
        self._closed = False

    @classmethod
    def open(cls, settings: Settings, carried: object = None) -> "Database":
        return cls(settings, carried)

    def read(
        self, fn: Callable[Concatenate[Transaction, P], T], actor: Actor, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`fn(tx, …)` on a snapshot that cannot write; inside another transaction, on that one's."""
        outer = self._current()
        if outer is not None:
            return fn(outer.acting_as(actor), *args, **kwargs)
        session = self._begin("read", self._begin_read)
        return self._run(session, actor, lambda tx: fn(tx, *args, **kwargs))

    def write(
        self, fn: Callable[Concatenate[Transaction, P], T], actor: Actor, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`fn(tx, …)` inside one BEGIN IMMEDIATE … COMMIT; inside another write, a savepoint of that one.

        Raises Busy when waiting and running together take longer than DB_TRANSACTION_TIMEOUT.
        """
        outer = self._current()
        if outer is not None:
            if not outer.writable:
                raise RuntimeError("a write inside a read")
            with outer.acting_as(actor).savepoint() as part:
                return fn(part, *args, **kwargs)
        session = self._begin("write", self._begin_write)
        return self._run(session, actor, lambda tx: fn(tx, *args, **kwargs))

    def version(self) -> int | None:
        """A number that each commit to the file moves; None when it cannot be told. See Freshness.version."""
        self._ready()
        return self._freshness.version()

    def close(self, wait: float = 10.0) -> None:
        """Refuse new work, let what runs come to its end for `wait` seconds, close every connection."""
        with self._starting:
            opened = self._opened_by == os.getpid() and not self._closed
            self._closed = True
        if not opened:
            return
        deadline = time.monotonic() + wait
        ended = self._readers.close(wait)
        ended = self._writer.close(max(deadline - time.monotonic(), 0)) and ended
        self._watchdog.stop()
        self._freshness.close()
        if ended:
            self._presence.end_run()
        else:
            log.error("closed with transactions still running", count=self.active)

    @property
    def active(self) -> int:
        """How many transactions run in this process now."""
        return self._watchdog.active if self._opened_by else 0

    def _current(self) -> Transaction | None:
        return getattr(self._local, "transaction", None)

    def _ready(self) -> None:
        self._must_be_open()
        if self._opened_by == os.getpid():
            return
        if self._opened_by is not None:
            raise FileInUse("the database was opened before a fork; open it in the child alone")
        with self._starting:
            self._must_be_open()  # it may have been closed while this thread waited to open it
            if self._opened_by is None:
                self._start()

    def _must_be_open(self) -> None:
        if self._closed:
            raise Busy("The appliance is stopping.")

    def _start(self) -> None:
        settings = self._settings
        self._presence = self._arrive()
        self._readers = ReaderPool(
            lambda: Channel(open_reader(self.path), self.statistics),
            minimum=settings.db_pool_min,
            maximum=settings.db_pool_max,
            wait=settings.db_connect_timeout / 1000,
            idle=settings.db_idle_timeout / 1000,
        )
        self._writer = Writer(lambda: Channel(open_writer(self.path), self.statistics), Turnstile(self.path))
        self._freshness = Freshness(self.path)
        self._watchdog = Watchdog(self._reclaim, self._tidy)
        self._opened_by = os.getpid()

    def _arrive(self) -> Presence:
        try:
            return Presence.of_run(self.path, self._transaction_seconds)
        except Occupied as error:
            raise Busy("The database is being upgraded or restored. Please try again.") from error
        except OSError as error:
            raise Busy(FAULT, retry_after=5) from error

    def _begin(
        self, kind: Literal["read", "write"], begin: Callable[[float], tuple[Channel, int]]
    ) -> Session:
        self._ready()
        waiting = time.perf_counter_ns()
        deadline = time.monotonic() + self._transaction_seconds
        try:
            channel, retries = begin(deadline)
        except BaseException:
            self.statistics.note_transaction(kind, "busy", 0, time.perf_counter_ns() - waiting, 0)
            raise
        session = Session(
            kind,
            channel,
            self._catalog,
            self.statistics,
            deadline=deadline,
            statement_seconds=self._statement_seconds,
            carried=self._carried,
        )
        session.waited, session.retries = session.started - waiting, retries
        self._watchdog.enter(session)
        return session

    def _begin_read(self, _: float) -> tuple[Channel, int]:
        try:
            channel = self._readers.acquire()
        except apsw.Error as error:
            raise translate(error) from error
        try:
            channel.connection.execute("BEGIN")
        except BaseException:
            self._readers.discard(channel)
            raise
        return channel, 0

    def _begin_write(self, deadline: float) -> tuple[Channel, int]:
        return self._writer.begin(deadline)

    def _run(self, session: Session, actor: Actor, body: Callable[[Transaction], T]) -> T:
        try:
            transaction = Transaction(session, actor)
            self._local.transaction = transaction
            result = body(transaction)
            with session.guard:
                session.must_stand()
                session.control("COMMIT")
                session.end(RuntimeError(DONE))
        except BaseException as error:
            self._abandon(session, error)
            raise
        finally:
            self._local.transaction = None
        self._give_back(session, "committed")
        run_promises(session.after_commit)
        return result

    def _abandon(self, session: Session, error: BaseException) -> None:
        with session.guard:
            mine = session.end(RuntimeError(DONE))
            if mine:
                session.roll_back()
        if mine:
            self._give_back(session, "busy" if isinstance(error, Busy) else "rolled_back")

    def _reclaim(self, session: Session) -> None:
        self._give_back(session, "leaked")

    def _give_back(self, session: Session, outcome: Outcome) -> None:
        self._watchdog.leave(session)
        duration = time.perf_counter_ns() - session.started
        self.statistics.note_transaction(session.kind, outcome, duration, session.waited, session.retries)
        if session.kind == "write":
            self._writer.end(broken=session.distrusted)
        elif session.distrusted:
            self._readers.discard(session.channel)
        else:
            self._readers.release(session.channel)

    def _tidy(self) -> None:
        self._readers.tidy()
        if wal_path(self.path).stat().st_size > JOURNAL_LIMIT_BYTES:
            self._writer.checkpoint()


def run_promises(callbacks: list[Callable[[], object]]) -> None:
    """What was promised for after the commit; a failure there cannot undo it, so it is only logged."""
    for callback in callbacks:
        try:
            callback()
        except Exception:
            log.exception("after-commit callback failed")
