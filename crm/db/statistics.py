"""Counts and durations of every statement and transaction of this process."""

import threading
import time
from collections import deque
from collections.abc import Sized
from copy import deepcopy

import structlog

from crm.db.tallies import (
    LookupTally,
    Query,
    SlowTally,
    StatementTally,
    TransactionEnd,
    TransactionKind,
    TransactionTally,
)

QUERIES = 100
TEXTS = 4_096
SLOW_TEXTS = 100
OTHER = "(other statements)"
REFUSED = "refused"

log = structlog.get_logger("crm.db")


class Statistics:
    """Statement tallies belong to a connection and need no lock; transactions are added under one.

    A process that `polls` asks again and again whether there is work: reads that went well and quickly are
    counted, but not among its last statements, from which they would push out all others.
    """

    def __init__(self, slow_ms: int) -> None:
        self.polls = False
        self._slow_ns = slow_ms * 1_000_000
        self._lock = threading.Lock()
        self._by_connection: dict[int, dict[str, StatementTally]] = {}
        self._retired: dict[str, StatementTally] = {}
        self._transactions = {"read": TransactionTally(), "write": TransactionTally()}
        self._queries: deque[tuple[str, float, int, str | None]] = deque(maxlen=QUERIES)
        self._slow: dict[str, SlowTally] = {}
        self._slow_count = 0
        self._lookups: dict[str, LookupTally] = {}

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
        self,
        tallies: dict[str, StatementTally],
        sql: str,
        duration: int,
        rows: Sized | None,
        error: str | None = None,
        *,
        reading: bool = False,
    ) -> None:
        """Count one statement; without `rows` it failed. `reading`: its transaction cannot write."""
        tally = tallies.get(sql)
        if tally is None:
            tally = tallies.setdefault(sql if len(tallies) < TEXTS else OTHER, StatementTally())
        tally.count += 1
        if rows is None:
            tally.failed += 1
            error = error or REFUSED
        else:
            tally.rows += len(rows)
        tally.total += duration
        tally.longest = max(tally.longest, duration)
        if not (self.polls and reading) or error is not None or duration > self._slow_ns:
            self._queries.append((sql, time.time(), duration, error))
        if duration > self._slow_ns:
            self._note_slow(sql, duration)

    def _note_slow(self, sql: str, duration: int) -> None:
        text = one_line(sql)
        with self._lock:
            self._slow_count += 1
            self._slow.setdefault(text, SlowTally()).note(duration, time.time())
            if len(self._slow) > SLOW_TEXTS:
                del self._slow[min(self._slow, key=lambda each: self._slow[each].last_at)]
        log.warning("slow statement", sql=text, milliseconds=round(duration / 1e6, 1))

    def note_transaction(
        self,
        kind: TransactionKind,
        outcome: TransactionEnd,
        duration: int,
        waited: int,
        retries: int,
        *,
        savepoints: int = 0,
    ) -> None:
        with self._lock:
            self._transactions[kind].note(outcome, duration, waited, retries, savepoints)

    def note_lookups(self, cache: str, hits: int, misses: int) -> None:
        with self._lock:
            self._lookups.setdefault(cache, LookupTally()).add(LookupTally(hits, misses))

    def lookups(self) -> dict[str, LookupTally]:
        """A copy, by the name of what is kept."""
        with self._lock:
            return deepcopy(self._lookups)

    def statements(self) -> dict[str, StatementTally]:
        """A copy of the tallies by SQL text, summed over all connections."""
        summed: dict[str, StatementTally] = {}
        with self._lock:
            for tallies in (self._retired, *self._by_connection.values()):
                merge(summed, dict(tallies))
        return summed

    def all_statements(self) -> StatementTally:
        """The sum of all texts."""
        whole = StatementTally()
        with self._lock:
            for tallies in (self._retired, *self._by_connection.values()):
                for tally in list(tallies.values()):
                    whole.add(tally)
        return whole

    def transactions(self, kind: TransactionKind) -> TransactionTally:
        """The totals since the process began."""
        with self._lock:
            return deepcopy(self._transactions[kind])

    def queries(self) -> list[Query]:
        """The last statements, oldest first."""
        return [
            Query(one_line(sql), at, duration, error) for sql, at, duration, error in self._queries.copy()
        ]

    def slow(self) -> dict[str, SlowTally]:
        """A copy of the last slow statements by their text."""
        with self._lock:
            return deepcopy(self._slow)

    @property
    def slow_count(self) -> int:
        """How many statements were slow since the process began."""
        return self._slow_count


def one_line(sql: str) -> str:
    return " ".join(sql.split())


def merge(into: dict[str, StatementTally], tallies: dict[str, StatementTally]) -> None:
    for sql, tally in tallies.items():
        into.setdefault(sql, StatementTally()).add(tally)
