"""One running transaction of one thread, and the guard by which the watchdog can end it."""

import threading
import time
from collections.abc import Callable
from typing import Literal

import apsw
import structlog

from crm.db.failures import translate
from crm.db.sqlite.statements import Statement, StatementCatalog, guard_tenant
from crm.db.statistics import StatementTally, Statistics
from crm.errors import Busy, Sentence

SQLiteValue = None | int | float | str | bytes
PROGRESS_STEPS = 20_000
TOO_LONG = Sentence("The change took too long; nothing was saved. Please try again.")
ENDED = Sentence("The database ended the transaction; nothing was saved. Please try again.")

log = structlog.get_logger("crm.db")


class Channel:
    """A connection with its deadline and its tallies. One thread uses it at a time."""

    __slots__ = ("_statistics", "connection", "deadline", "idle_since", "tallies")

    def __init__(self, connection: apsw.Connection, statistics: Statistics) -> None:
        self.connection = connection
        self.deadline = float("inf")
        self.idle_since = time.monotonic()
        self._statistics = statistics
        self.tallies: dict[str, StatementTally] = statistics.new_tallies()
        connection.set_progress_handler(self._past_deadline, PROGRESS_STEPS)

    def _past_deadline(self) -> bool:
        return time.monotonic() > self.deadline

    def close(self) -> None:
        """For good, also when the storage fails at its last checkpoint: that can be made later."""
        self._statistics.retire_tallies(self.tallies)
        try:
            self.connection.close()
        except apsw.Error:
            log.exception("closing a connection failed")
            self.connection.close(True)  # noqa: FBT003 - the engine's own signature


class Session:
    """A transaction in progress. `kind` is "read" or "write"; deadlines are on the monotonic clock.

    `broken` is why it cannot be committed any more, `distrusted` that its connection is to be replaced,
    `over` why it does not run any more, `now` its one moment as a timestamp once it was asked for.
    """

    __slots__ = (
        "_catalog", "_statement_seconds", "_statistics", "after_commit", "broken", "carried", "channel",
        "connection", "deadline", "depth", "distrusted", "guard", "kind", "now", "over", "retries", "started",
        "thread_id", "waited",
    )  # fmt: skip

    def __init__(
        self,
        kind: Literal["read", "write"],
        channel: Channel,
        catalog: StatementCatalog,
        statistics: Statistics,
        *,
        deadline: float,
        statement_seconds: float,
        carried: object = None,
    ) -> None:
        self.carried = carried
        self.kind = kind
        self.connection = channel.connection
        self.started = time.perf_counter_ns()
        self.deadline = deadline
        self.thread_id = threading.get_ident()
        self.guard = threading.Lock()
        self.after_commit: list[Callable[[], object]] = []
        self.over: Exception | None = None
        self.broken: Exception | None = None
        self.distrusted = False
        self.depth = 0
        self.now: str | None = None
        self.waited = 0
        self.retries = 0
        self.channel = channel
        self._catalog = catalog
        self._statistics = statistics
        self._statement_seconds = statement_seconds

    def execute(
        self, sql: str, bindings: dict[str, SQLiteValue], *, tenant: bool
    ) -> tuple[Statement, list[tuple[SQLiteValue, ...]], int]:
        """Run one statement to its end: its columns, its rows, and how many rows it changed.

        With `tenant`, one that forgets the workspace is refused.
        """
        with self.guard:
            self.must_stand()
            started = time.perf_counter_ns()
            rows: list[tuple[SQLiteValue, ...]] | None = None
            self.channel.deadline = min(self.deadline, time.monotonic() + self._statement_seconds)
            try:
                statement = self._catalog.describe(self.connection, sql)
                if tenant:
                    guard_tenant(statement, sql)
                rows = self.connection.execute(sql, bindings).fetchall()
            except apsw.Error as error:
                raise self._failed(error) from error
            finally:
                self.channel.deadline = float("inf")
                self._statistics.note_statement(
                    self.channel.tallies, sql, time.perf_counter_ns() - started, rows
                )
            return statement, rows, self.connection.changes()

    def control(self, sql: str) -> None:
        """Run BEGIN, COMMIT, ROLLBACK or a savepoint's statement. The caller holds the guard."""
        try:
            self.connection.execute(sql)
        except apsw.Error as error:
            raise self._failed(error) from error

    def must_stand(self) -> None:
        """Raise unless the transaction is whole: the engine may have rolled all of it back by itself."""
        if self.over is not None:
            raise self.over
        if self.broken is not None:
            raise self.broken
        if not self.connection.in_transaction:
            raise Busy(ENDED)
        if time.monotonic() > self.deadline:
            raise Busy(TOO_LONG)

    def _failed(self, error: apsw.Error) -> Exception:
        meaning = translate(error)
        if isinstance(error, apsw.IOError):
            self.distrusted = True
        if self.distrusted or isinstance(error, apsw.InterruptError) or not self.connection.in_transaction:
            self.broken = meaning
        return meaning

    def undo(self, savepoint: str) -> None:
        """Undo the part since that savepoint; when that fails, the whole can only be undone."""
        try:
            self.connection.execute(f"ROLLBACK TO {savepoint}")
            self.connection.execute(f"RELEASE {savepoint}")
        except apsw.Error as error:
            self.broken = translate(error)
            log.exception("a part could not be undone; the whole transaction fails")

    def roll_back(self) -> None:
        """Undo what was done; a connection that cannot is not used again. The caller holds the guard."""
        try:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
        except apsw.Error:
            self.distrusted = True
            log.exception("rollback failed; the connection is replaced")

    def end(self, reason: Exception) -> bool:
        """Mark it over, under the guard; True for the one caller that may give its resources back."""
        if self.over is not None:
            return False
        self.over = reason
        return True
