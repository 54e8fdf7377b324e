"""What is counted of statements and transactions; all of it can be added to that of another process."""

from dataclasses import dataclass, field
from typing import Literal

from crm.db.durations import Durations

TransactionKind = Literal["read", "write"]
TransactionEnd = Literal["committed", "rolled_back", "busy", "failed", "leaked"]
LONG_WAIT = 1_000_000_000
"""Nanoseconds after which a wait for the lock is one that people notice."""


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
class LookupTally:
    """How often something kept was asked for: `hits` found it as it is now."""

    hits: int = 0
    misses: int = 0

    def add(self, other: "LookupTally") -> None:
        self.hits += other.hits
        self.misses += other.misses

    @property
    def ratio(self) -> float | None:
        """None where nothing was asked for."""
        whole = self.hits + self.misses
        return round(self.hits / whole, 4) if whole else None


@dataclass(slots=True)
class TransactionTally:
    """Waits are in nanoseconds. `retries` counts how often the lock was asked for in vain, `retried` the
    transactions that had to; `delayed` waited for LONG_WAIT and were done after that.
    """

    outcomes: dict[str, int] = field(default_factory=dict)
    durations: Durations = field(default_factory=Durations)
    savepoints: int = 0
    retries: int = 0
    retried: int = 0
    delayed: int = 0
    waited: int = 0
    longest_wait: int = 0

    @property
    def count(self) -> int:
        return sum(self.outcomes.values())

    @property
    def total(self) -> int:
        return self.durations.total

    @property
    def longest(self) -> int:
        return self.durations.longest

    def note(
        self, outcome: TransactionEnd, duration: int, waited: int, retries: int, savepoints: int
    ) -> None:
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
        self.durations.note(duration)
        self.savepoints += savepoints
        if retries:
            self.retries += retries
            self.retried += 1
        self.waited += waited
        self.longest_wait = max(self.longest_wait, waited)
        if waited > LONG_WAIT and outcome != "busy":
            self.delayed += 1

    def add(self, other: "TransactionTally") -> None:
        for outcome, count in other.outcomes.items():
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + count
        self.durations.add(other.durations)
        self.savepoints += other.savepoints
        self.retries += other.retries
        self.retried += other.retried
        self.delayed += other.delayed
        self.waited += other.waited
        self.longest_wait = max(self.longest_wait, other.longest_wait)


@dataclass(slots=True)
class SlowTally:
    """One slow statement by its text. Durations are in nanoseconds, `last_at` in seconds since 1970."""

    count: int = 0
    total: int = 0
    longest: int = 0
    last_at: float = 0.0

    def note(self, duration: int, now: float) -> None:
        self.add(SlowTally(1, duration, duration, now))

    def add(self, other: "SlowTally") -> None:
        self.count += other.count
        self.total += other.total
        self.longest = max(self.longest, other.longest)
        self.last_at = max(self.last_at, other.last_at)


@dataclass(frozen=True, slots=True)
class Query:
    """One statement that ran, without its values. `at` is when it ended, in seconds since 1970, `duration` in
    nanoseconds; `error` is the kind of its failure, None for one that succeeded.
    """

    sql: str
    at: float
    duration: int
    error: str | None = None
