"""The figures of one process, and of all of them together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from crm.db.durations import Durations
from crm.db.engine import Pool
from crm.db.tallies import LookupTally, Query, SlowTally, StatementTally, TransactionTally

MINUTES = 240
QUERIES = 100
SLOW_TEXTS = 100
ProcessKind = Literal["web", "worker"]


@dataclass(slots=True)
class Minute:
    """One minute by its start in seconds since 1970: what was counted in it, and the highest of what varies.

    The names of the counts are those of `counts_of`; times are in nanoseconds.
    """

    at: int
    counts: dict[str, int] = field(default_factory=dict)
    peaks: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Minute") -> None:
        for name, count in other.counts.items():
            self.counts[name] = self.counts.get(name, 0) + count
        for name, peak in other.peaks.items():
            self.peaks[name] = max(self.peaks.get(name, 0), peak)


@dataclass(frozen=True, slots=True)
class JobRun:
    """The last run of a job of the worker. Times are in seconds since 1970, `seconds` is how long it took."""

    at: float
    seconds: float
    every: float
    next_at: float
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Process:
    """A running process with what it holds now. `certificate_ends` is what the worker found of that of
    PUBLIC_URL, in seconds since 1970.
    """

    kind: ProcessKind
    pid: int
    started_at: float
    version: str
    active: int
    pool: Pool
    certificate_ends: float | None = None


@dataclass(slots=True)
class Figures:
    """Counts of one process and of those that had its place before, or of all. `since` is when the counting
    began, in seconds since 1970; `requests` are by method, route and status.
    """

    since: float
    reads: TransactionTally = field(default_factory=TransactionTally)
    writes: TransactionTally = field(default_factory=TransactionTally)
    statements: StatementTally = field(default_factory=StatementTally)
    slow_count: int = 0
    slow: dict[str, SlowTally] = field(default_factory=dict)
    queries: list[Query] = field(default_factory=list)
    requests: dict[str, Durations] = field(default_factory=dict)
    minutes: list[Minute] = field(default_factory=list)
    jobs: dict[str, JobRun] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)
    lookups: dict[str, LookupTally] = field(default_factory=dict)

    def add(self, other: "Figures") -> None:
        self.since = min(self.since, other.since)
        self.reads.add(other.reads)
        self.writes.add(other.writes)
        self.statements.add(other.statements)
        self.slow_count += other.slow_count
        self.queries = sorted(self.queries + other.queries, key=lambda query: query.at)[-QUERIES:]
        for text, slow in other.slow.items():
            self.slow.setdefault(text, SlowTally()).add(slow)
        for key, durations in other.requests.items():
            self.requests.setdefault(key, Durations()).add(durations)
        self.minutes = _merged(self.minutes, other.minutes)
        self._add_jobs(other.jobs)
        self.processes += other.processes
        for name, lookups in other.lookups.items():
            self.lookups.setdefault(name, LookupTally()).add(lookups)

    def _add_jobs(self, jobs: dict[str, JobRun]) -> None:
        for name, run in jobs.items():
            if name not in self.jobs or self.jobs[name].at < run.at:
                self.jobs[name] = run

    def uptime(self, now: float) -> float:
        """Seconds for which the process has run that runs longest."""
        return max(now - min((process.started_at for process in self.processes), default=now), 0.0)

    def certificate_ends(self) -> float | None:
        """In seconds since 1970; None where no worker knows."""
        known = (process.certificate_ends for process in self.processes)
        return next((ends for ends in known if ends is not None), None)

    @property
    def transactions(self) -> TransactionTally:
        whole = TransactionTally()
        whole.add(self.reads)
        whole.add(self.writes)
        return whole


def _merged(ones: list[Minute], others: list[Minute]) -> list[Minute]:
    by_start: dict[int, Minute] = {}
    for minute in (*ones, *others):
        by_start.setdefault(minute.at, Minute(minute.at)).add(minute)
    return [by_start[at] for at in sorted(by_start)][-MINUTES:]


def counts_of(figures: Figures) -> Mapping[str, int]:
    """The totals of which a minute holds the share that came in it."""
    reads, writes, statements = figures.reads, figures.writes, figures.statements
    outcomes = [tally.outcomes for tally in (reads, writes)]
    return {
        "requests": sum(each.count for each in figures.requests.values()),
        "request_time": sum(each.total for each in figures.requests.values()),
        "errors": sum(each.count for key, each in figures.requests.items() if is_error(key)),
        "reads": reads.count,
        "writes": writes.count,
        "transaction_time": reads.total + writes.total,
        "waited": reads.waited + writes.waited,
        "busy": sum(each.get("busy", 0) for each in outcomes) + reads.delayed + writes.delayed,
        "leaked": sum(each.get("leaked", 0) for each in outcomes),
        "failed": statements.failed + sum(each.get("failed", 0) for each in outcomes),
        "statements": statements.count,
        "statement_time": statements.total,
        "slow": figures.slow_count,
        "failed_logins": failed_logins(figures),
    }


def is_error(key: str) -> bool:
    """Whether the server failed at requests of that method, route and status; busy is counted elsewhere."""
    return key.rpartition(" ")[2].startswith("5")


def failed_logins(figures: Figures) -> int:
    """Refused for a wrong password or after too many, by page and API."""
    return sum(
        durations.count
        for key, durations in figures.requests.items()
        if key.startswith(("POST /login ", "POST /api/login ")) and key.endswith((" 401", " 422", " 429"))
    )
