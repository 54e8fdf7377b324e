"""What the figures of all processes say: of transactions, statements and connections."""

from dataclasses import dataclass
from datetime import UTC, datetime

from crm import clock
from crm.config import Settings
from crm.db.database import Database
from crm.db.tallies import Query
from crm.monitoring.figures import Figures
from crm.monitoring.shared_figures import figures_folder, read_figures


@dataclass(frozen=True, slots=True)
class TransactionStats:
    """Counts of all transactions, reads included, since `since`; times are in milliseconds.

    `retried` had to ask again for the lock of the writers, `busy` gave up waiting, `failed` were ended by the
    engine or by their deadline. Percentiles are as exact as the buckets of a histogram.
    """

    since: str
    total: int
    committed: int
    rolled_back: int
    retried: int
    busy: int
    failed: int
    savepoints: int
    average_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    longest_ms: float
    longest_wait_ms: float


@dataclass(frozen=True, slots=True)
class PoolMetrics:
    """Connections of all processes now, and what they ran since `since`. `uptime_seconds` is that of the
    process that runs longest; `most` is how many could be open.
    """

    since: str
    total: int
    idle: int
    active: int
    waiting: int
    most: int
    leaks: int
    queries: int
    slow: int
    failed: int
    average_ms: float
    uptime_seconds: float


@dataclass(frozen=True, slots=True)
class CacheStats:
    """How often what is kept was there as it is now; `ratio` is None where nothing was asked for."""

    name: str
    hits: int
    misses: int
    ratio: float | None


@dataclass(frozen=True)
class RanQuery:
    """A statement without its values; `error` is the kind of its failure."""

    query: str
    at: str
    duration_ms: float
    success: bool
    error: str | None


@dataclass(frozen=True)
class SlowQuery:
    """`plan` are the steps of the engine, `suggestions` statements that make an index which would help."""

    query: str
    count: int
    average_ms: float
    longest_ms: float
    last_at: str
    plan: list[str]
    suggestions: list[str]


def all_figures(settings: Settings) -> Figures:
    """Of all processes, also of those that ended."""
    return read_figures(figures_folder(settings.sqlite_path), clock.now().timestamp())


def transaction_stats(figures: Figures) -> TransactionStats:
    whole = figures.transactions
    durations, outcomes = whole.durations, whole.outcomes
    return TransactionStats(
        since=moment(figures.since),
        total=whole.count,
        committed=outcomes.get("committed", 0),
        rolled_back=outcomes.get("rolled_back", 0),
        retried=whole.retried,
        busy=outcomes.get("busy", 0),
        failed=outcomes.get("failed", 0) + outcomes.get("leaked", 0),
        savepoints=whole.savepoints,
        average_ms=rounded(durations.average()),
        p50_ms=rounded(durations.percentile(0.50)),
        p95_ms=rounded(durations.percentile(0.95)),
        p99_ms=rounded(durations.percentile(0.99)),
        longest_ms=rounded(durations.longest / 1e6),
        longest_wait_ms=rounded(whole.longest_wait / 1e6),
    )


def pool_metrics(figures: Figures) -> PoolMetrics:
    pools, statements = [process.pool for process in figures.processes], figures.statements
    opened, idle = sum(pool.open for pool in pools), sum(pool.idle for pool in pools)
    return PoolMetrics(
        since=moment(figures.since),
        total=opened,
        idle=idle,
        active=opened - idle,
        waiting=sum(pool.waiting for pool in pools),
        most=sum(pool.most for pool in pools),
        leaks=figures.transactions.outcomes.get("leaked", 0),
        queries=statements.count,
        slow=figures.slow_count,
        failed=statements.failed,
        average_ms=rounded(statements.total / statements.count / 1e6 if statements.count else 0.0),
        uptime_seconds=round(figures.uptime(clock.now().timestamp()), 1),
    )


def cache_stats(figures: Figures) -> list[CacheStats]:
    return [
        CacheStats(name, tally.hits, tally.misses, tally.ratio)
        for name, tally in sorted(figures.lookups.items())
    ]


def query_history(figures: Figures) -> list[RanQuery]:
    """The last hundred of all processes, newest first."""
    return [_ran(query) for query in reversed(figures.queries)]


def _ran(query: Query) -> RanQuery:
    took = rounded(query.duration / 1e6)
    return RanQuery(query.sql, moment(query.at), took, query.error is None, query.error)


def slow_queries(figures: Figures, db: Database) -> list[SlowQuery]:
    """The slowest first, each with its plan on this database as it is now. Raises Busy."""
    by_longest = sorted(figures.slow.items(), key=lambda each: -each[1].longest)
    found = []
    for text, slow in by_longest:
        plan = db.engine.explain(text)
        found.append(
            SlowQuery(
                text,
                slow.count,
                rounded(slow.total / slow.count / 1e6),
                rounded(slow.longest / 1e6),
                moment(slow.last_at),
                plan.steps if plan else [],
                plan.advice if plan else [],
            )
        )
    return found


def moment(seconds: float) -> str:
    return clock.as_text(datetime.fromtimestamp(seconds, UTC))


def rounded(milliseconds: float) -> float:
    return round(milliseconds, 3)
