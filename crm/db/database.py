"""`Database.read` and `Database.write`: the only ways to the data."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, Literal, ParamSpec, TypeVar

import structlog

from crm.config import Settings
from crm.db.actor import Actor
from crm.db.engine import Engine
from crm.db.engines import engine_of
from crm.db.session import EngineSession, Undone, outcome_of, run_promises
from crm.db.sqlite.process import FileInUse
from crm.db.statistics import Statistics
from crm.db.tallies import TransactionEnd
from crm.db.transaction import Transaction
from crm.db.watchdog import Watchdog
from crm.errors import Busy

P = ParamSpec("P")
T = TypeVar("T")
DONE = "the transaction is over: its `tx` was kept beyond its function"

log = structlog.get_logger("crm.db")


class Database:
    """One database, as one process uses it. Connections are opened at first use, after any fork."""

    def __init__(self, settings: Settings, carried: object = None) -> None:
        """`carried` is what each transaction carries for the rooms: nothing here looks inside."""
        self._carried = carried
        self.path: Path = settings.sqlite_path
        self.in_file = settings.database_url is None
        self.statistics = Statistics(settings.db_slow_query_threshold)
        self._engine = engine_of(settings, self.statistics)
        self._transaction_seconds = settings.db_transaction_timeout / 1000
        self._local = threading.local()
        self._starting = threading.Lock()
        self._opened_by: int | None = None
        self._closed = False
        self._each_round: list[Callable[[], object]] = []

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
        session = self._begin("read", actor)
        return self._run(session, actor, lambda tx: fn(tx, *args, **kwargs))

    def report(
        self, fn: Callable[Concatenate[Transaction, P], T], actor: Actor, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `read`, for what takes long: on a replica where one has all that was saved."""
        session = None if self._current() else self._begin_report(actor)
        if session is not None:
            try:
                return self._run(session, actor, lambda tx: fn(tx, *args, **kwargs))
            except Busy as error:
                if not isinstance(error, Undone) and not session.distrusted:
                    raise
        return self.read(fn, actor, *args, **kwargs)

    def write(
        self, fn: Callable[Concatenate[Transaction, P], T], actor: Actor, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`fn(tx, …)` inside one BEGIN IMMEDIATE … COMMIT; inside another write, a savepoint of that one.

        Several that wait are committed together: each is a savepoint then, returns once all are durable, and
        is run again where another undid it. Raises Busy when waiting and running together take longer than
        DB_TRANSACTION_TIMEOUT.
        """
        outer = self._current()
        if outer is not None:
            if not outer.writable:
                raise RuntimeError("a write inside a read")
            with outer.acting_as(actor).savepoint() as part:
                return fn(part, *args, **kwargs)
        return self._write(lambda tx: fn(tx, *args, **kwargs), actor)

    def claim(
        self, fn: Callable[Concatenate[Transaction, P], T], actor: Actor, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `write`, for one UPDATE of a row that is free: of several machines each takes its own."""
        return self._write(lambda tx: fn(tx, *args, **kwargs), actor, claims=True)

    def write_alone(
        self, fn: Callable[Concatenate[Transaction, P], T], actor: Actor, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `write`, with nobody beside it: for what takes no time and concerns all workspaces."""
        return self._run(self._begin("write", actor, alone=True), actor, lambda tx: fn(tx, *args, **kwargs))

    def _write(self, body: Callable[[Transaction], T], actor: Actor, *, claims: bool = False) -> T:
        try:
            return self._run(self._begin("write", actor, claims=claims), actor, body)
        except Undone:
            return self._run(self._begin("write", actor, alone=True), actor, body)

    def version(self) -> int | None:
        """A number that changes with each commit; None if it is unknown.

        Ask before reading what is to be kept: what is committed after that moves the number.
        """
        self._ready()
        return self._engine.version()

    def revision(self, table: str, version: int) -> int | None:
        """The number in a table of one row, which triggers move; None when it is unknown.

        It is asked of the database only where `version`, asked for before, has moved.
        """
        return self._engine.revision(table, version)

    def clean_log(self) -> bool:
        """Leave nothing of earlier states of the data in its log; False while somebody still reads one."""
        self._ready()
        return self._engine.clean_log()

    def close(self, wait: float = 10.0) -> None:
        """Refuse new work, wait up to `wait` seconds for running work, close every connection."""
        with self._starting:
            opened = self._opened_by == os.getpid() and not self._closed
            self._closed = True
        if not opened:
            return
        ended = self._engine.close(wait)
        self._watchdog.stop()
        self._call_each()
        if ended:
            self._engine.end()
        else:
            log.error("closed with transactions still running", count=self.active)

    def call_each_round(self, callback: Callable[[], object]) -> None:
        """Call it some times a second while the database is open, and once more when it has closed."""
        self._each_round.append(callback)

    def _tidy(self) -> None:
        self._call_each()
        self._engine.tidy()

    def _call_each(self) -> None:
        for callback in self._each_round:
            callback()

    @property
    def engine(self) -> Engine:
        """For what looks at the engine itself, and not at the data. Raises Busy."""
        if not self._closed:
            self._ready()
        return self._engine

    @property
    def closed(self) -> bool:
        return self._closed

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
                self._engine.start()
                self._watchdog = Watchdog(lambda session: self._give_back(session, "leaked"), self._tidy)
                self._opened_by = os.getpid()

    def _must_be_open(self) -> None:
        if self._closed:
            raise Busy("The server is shutting down.")

    def _begin_report(self, actor: Actor) -> EngineSession | None:
        self._ready()
        deadline = time.monotonic() + self._transaction_seconds
        return self._engine.begin_report(deadline, workspace_id=actor.workspace_id)

    def _begin(
        self, kind: Literal["read", "write"], actor: Actor, *, alone: bool = False, claims: bool = False
    ) -> EngineSession:
        self._ready()
        waiting = time.perf_counter_ns()
        deadline, whose = time.monotonic() + self._transaction_seconds, actor.workspace_id
        try:
            if kind == "read":
                session = self._engine.begin_read(deadline, workspace_id=whose)
            else:
                session = self._engine.begin_write(deadline, alone=alone, claims=claims, workspace_id=whose)
        except BaseException:
            self.statistics.note_transaction(kind, "busy", 0, time.perf_counter_ns() - waiting, 0)
            raise
        session.waited = session.started - waiting
        return session

    def _run(self, session: EngineSession, actor: Actor, body: Callable[[Transaction], T]) -> T:
        session.carried = self._carried
        self._watchdog.enter(session)
        try:
            transaction = Transaction(session, actor)
            self._local.transaction = transaction
            result = body(transaction)
            with session.guard:
                session.must_stand()
                session.commit()
                session.end(RuntimeError(DONE))
        except BaseException as error:
            self._abandon(session, error)
            raise
        finally:
            self._local.transaction = None
        self._give_back(session, "committed")
        run_promises(session.after_commit)
        return result

    def _abandon(self, session: EngineSession, error: BaseException) -> None:
        with session.guard:
            mine = session.end(RuntimeError(DONE))
            if mine:
                session.roll_back()
        if mine:
            self._give_back(session, outcome_of(session, error))

    def _give_back(self, session: EngineSession, outcome: TransactionEnd) -> None:
        self._watchdog.leave(session)
        duration = time.perf_counter_ns() - session.started
        self.statistics.note_transaction(
            session.kind, outcome, duration, session.waited, session.retries, savepoints=session.savepoints
        )
        self._engine.give_back(session)
