"""One running transaction of one thread, in any engine."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Literal

import structlog

from crm.db.dialect import Dialect
from crm.db.tallies import TransactionEnd
from crm.db.values import Params, SQLValue
from crm.errors import Busy, Sentence

TOO_LONG = Sentence("The change took too long; nothing was saved. Please try again.")
UNDONE = Sentence("Another change took too long, and this one with it; nothing was saved. Please try again.")
RETURNING = "RETURNING id"
ENDED = Sentence("The database ended the transaction; nothing was saved. Please try again.")


log = structlog.get_logger("crm.db")


class Undone(Busy):
    """Another transaction undid this one after it had done its part: it can be run again, alone."""

    def __init__(self) -> None:
        super().__init__(UNDONE)


class EngineSession(ABC):
    """A transaction in progress. `kind` is "read" or "write"; deadlines are on the monotonic clock.

    `broken` is why it cannot be committed any more, `distrusted` that its connection is to be replaced,
    `over` why it does not run any more, `now` its one moment as a timestamp once it was asked for,
    `carried` what whoever opened the database gave to all of its transactions.
    """

    __slots__ = (
        "_remembered", "after_commit", "broken", "carried", "deadline", "depth", "dialect", "distrusted",
        "guard", "kind", "now", "over", "retries", "savepoints", "started", "thread_id", "waited",
    )  # fmt: skip

    def __init__(self, kind: Literal["read", "write"], dialect: Dialect, deadline: float) -> None:
        self.kind = kind
        self.dialect = dialect
        self.started = time.perf_counter_ns()
        self.deadline = deadline
        self.thread_id = threading.get_ident()
        self.guard = threading.Lock()
        self.carried: object = None
        self.after_commit: list[Callable[[], object]] = []
        self.over: Exception | None = None
        self.broken: Exception | None = None
        self.distrusted = False
        self.depth = 0
        self.now: str | None = None
        self._remembered: dict[object, Any] | None = None
        self.waited = 0
        self.retries = 0
        self.savepoints = 0

    @property
    @abstractmethod
    def stands(self) -> bool:
        """Whether the transaction is still open in the engine."""

    def remembered(self) -> dict[object, Any]:
        """What operations read once for all of it."""
        if self._remembered is None:
            self._remembered = self._known_before()
        return self._remembered

    def forget(self) -> None:
        """What is remembered may have been undone."""
        self._remembered = None

    def _known_before(self) -> dict[object, Any]:
        """What was read earlier and is still true."""
        return {}

    @abstractmethod
    def execute(
        self, sql: str, bindings: Params, *, tenant: bool
    ) -> tuple[tuple[str, ...], list[tuple[SQLValue, ...]], int]:
        """Run one statement to its end: its columns, its rows, and how many rows it changed.

        With `tenant`, one that forgets the workspace is refused.
        """

    @abstractmethod
    def execute_many(
        self, sql: str, bindings: Sequence[Params], *, tenant: bool
    ) -> list[tuple[SQLValue, ...]]:
        """Run one statement for each of the bindings: the rows of all of them."""

    def insert_many(self, sql: str, bindings: Sequence[Params], *, tenant: bool) -> list[int]:
        """The ids of an `INSERT … RETURNING id` for each of the bindings, of which there is at least one."""
        return [int(str(row[0])) for row in self.execute_many(sql, bindings, tenant=tenant)]

    @abstractmethod
    def control(self, sql: str) -> None:
        """Run BEGIN, COMMIT, ROLLBACK or a savepoint's statement. The caller holds the guard."""

    def commit(self) -> None:
        """Everything is durable when it returns. The caller holds the guard. Raises Undone."""
        self.control("COMMIT")

    @abstractmethod
    def defer_references(self) -> None:
        """Check at COMMIT that each row's references are there. The caller holds the guard."""

    @abstractmethod
    def undo(self, savepoint: str) -> None:
        """Undo everything since that savepoint. If that fails, only the whole can be rolled back."""

    @abstractmethod
    def roll_back(self) -> None:
        """Roll back. A connection that fails at it is not used again. The caller holds the guard."""

    @abstractmethod
    def interrupt(self) -> None:
        """Interrupt the running statement, from another thread."""

    def must_stand(self) -> None:
        """Raise unless the transaction is still open: the engine may have rolled it back."""
        if self.over is not None:
            raise self.over
        if self.broken is not None:
            raise self.broken
        if not self.stands:
            raise Busy(ENDED)
        if time.monotonic() > self.deadline:
            raise Busy(TOO_LONG)

    def end(self, reason: Exception) -> bool:
        """Mark it as over, under the guard. True for the one caller that may release its resources."""
        if self.over is not None:
            return False
        self.over = reason
        return True


def outcome_of(session: EngineSession, error: BaseException) -> TransactionEnd:
    """`rolled_back` is what an operation decided, `failed` what the engine did to it."""
    if isinstance(error, Busy):
        return "busy"
    return "rolled_back" if session.broken is None else "failed"


def run_promises(callbacks: list[Callable[[], object]]) -> None:
    """Run the callbacks of `after_commit`. An error in one cannot undo the commit and is only logged."""
    for callback in callbacks:
        try:
            callback()
        except Exception:
            log.exception("after-commit callback failed")
