"""Counts and durations of every statement and transaction of this process."""

import threading
import time
from collections import deque
from collections.abc import Sized
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Literal

import structlog

HISTORY = 240
BUCKET_SECONDS = 60
TEXTS = 4_096
OTHER = "(other statements)"
TransactionEnd = Literal["committed", "rolled_back", "busy", "leaked"]

log = structlog.get_logger("crm.db")


@dataclass(slots=True)
class StatementTally:
    """Durations are in nanoseconds; `failed` are among `count`."""

    count: int = 0
    failed: int = 0
    rows: int = 0
    total: int = 0
    longest: int = 0

    def add(self, other: "StatementTally") -> None:
        self.count += other.count
        self.failed += other.failed
        self.rows += other.rows
        self.total += other.total
        self.longest = max(self.longest, other.longest)


@dataclass(slots=True)
class TransactionTally:
    """Durations and waits are in nanoseconds."""

    count: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    retries: int = 0
    waited: int = 0
    longest_wait: int = 0
    total: int = 0
    longest: int = 0

    def add(self, outcome: TransactionEnd, duration: int, waited: int, retries: int) -> None:
        self.count += 1
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
        self.retries += retries
        self.waited += waited
        self.longest_wait = max(self.longest_wait, waited)
        self.total += duration
        self.longest = max(self.longest, duration)

    def merge(self, other: "TransactionTally") -> None:
        self.count += other.count
        for outcome, count in other.outcomes.items():
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + count
        self.retries += other.retries
        self.waited += other.waited
        self.longest_wait = max(self.longest_wait, other.longest_wait)
        self.total += other.total
        self.longest = max(self.longest, other.longest)


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute of the history, by its start in seconds since 1970."""

    started_at: int
    reads: TransactionTally
    writes: TransactionTally


class Statistics:
    """Statement tallies belong to a connection and need no lock; transactions are added under one."""

    def __init__(self, slow_ms: int) -> None:
        self._slow_ns = slow_ms * 1_000_000
        self._lock = threading.Lock()
        self._by_connection: dict[int, dict[str, StatementTally]] = {}
        self._retired: dict[str, StatementTally] = {}
        self._before = {"read": TransactionTally(), "write": TransactionTally()}
        self._history: deque[Minute] = deque(maxlen=HISTORY)
        self._slow: deque[tuple[str, float]] = deque(maxlen=HISTORY)

    def new_tallies(self) -> dict[str, StatementTally]:
        """The tallies by SQL text of one connection, of which one thread at a time is the writer."""
        tallies: dict[str, StatementTally] = {}
        with self._lock:
            self._by_connection[id(tallies)] = tallies
        return tallies

    def retire_tallies(self, tallies: dict[str, StatementTally]) -> None:
        """Keep the counts of a connection that closes."""
        with self._lock:
            if self._by_connection.pop(id(tallies), None) is not None:
                merge(self._retired, tallies)

    def note_statement(
        self, tallies: dict[str, StatementTally], sql: str, duration: int, rows: Sized | None
    ) -> None:
        """Count one statement; without `rows` it failed."""
        tally = tallies.get(sql)
        if tally is None:
            tally = tallies.setdefault(sql if len(tallies) < TEXTS else OTHER, StatementTally())
        tally.count += 1
        if rows is None:
            tally.failed += 1
        else:
            tally.rows += len(rows)
        tally.total += duration
        tally.longest = max(tally.longest, duration)
        if duration > self._slow_ns:
            self._note_slow(sql, duration)

    def _note_slow(self, sql: str, duration: int) -> None:
        text, milliseconds = " ".join(sql.split()), duration / 1e6
        self._slow.append((text, milliseconds))
        log.warning("slow statement", sql=text, milliseconds=round(milliseconds, 1))

    def note_transaction(
        self,
        kind: Literal["read", "write"],
        outcome: TransactionEnd,
        duration: int,
        waited: int,
        retries: int,
    ) -> None:
        with self._lock:
            minute = self._this_minute()
            tally = minute.reads if kind == "read" else minute.writes
            tally.add(outcome, duration, waited, retries)

    def _this_minute(self) -> Minute:
        started = int(time.time()) // BUCKET_SECONDS * BUCKET_SECONDS
        if not self._history or self._history[-1].started_at != started:
            self._make_room()
            self._history.append(Minute(started, TransactionTally(), TransactionTally()))
        return self._history[-1]

    def _make_room(self) -> None:
        """Remove the oldest minute of the history. It still counts in the totals."""
        if len(self._history) == HISTORY:
            oldest = self._history.popleft()
            self._before["read"].merge(oldest.reads)
            self._before["write"].merge(oldest.writes)

    def statements(self) -> dict[str, StatementTally]:
        """A copy of the tallies by SQL text, summed over all connections."""
        summed: dict[str, StatementTally] = {}
        with self._lock:
            for tallies in (self._retired, *self._by_connection.values()):
                merge(summed, dict(tallies))
        return summed

    def transactions(self, kind: Literal["read", "write"]) -> TransactionTally:
        """The totals since the process began."""
        with self._lock:
            total = deepcopy(self._before[kind])
            for minute in self._history:
                total.merge(minute.reads if kind == "read" else minute.writes)
        return total

    def history(self) -> list[Minute]:
        """A copy of the last hours' minutes in which anything ran, oldest first."""
        with self._lock:
            return deepcopy(list(self._history))

    def slow(self) -> list[tuple[str, float]]:
        """The last slow statements, each with its milliseconds."""
        return list(self._slow)


def merge(into: dict[str, StatementTally], tallies: dict[str, StatementTally]) -> None:
    for sql, tally in tallies.items():
        into.setdefault(sql, StatementTally()).add(tally)
