"""All figures as Prometheus reads them, in its text format."""

import math
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any

from crm import clock
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.durations import BOUNDS, Durations
from crm.db.engine import Followers
from crm.db.tallies import TransactionTally
from crm.monitoring.alert_settings import get_alert_settings
from crm.monitoring.alerts import HOUR, Thresholds, scarce_connections
from crm.monitoring.figures import Figures, failed_logins
from crm.monitoring.reports import all_figures
from crm.monitoring.standing import Standing, measure_standing
from crm.version import VERSION
from crm.when_used import WhenUsed

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
client = WhenUsed("prometheus_client")
core = WhenUsed("prometheus_client.core")


def write_metrics(db: Database, settings: Settings) -> bytes:
    """Raises Busy."""
    figures, standing = all_figures(settings), measure_standing(db, settings)
    registry = client.CollectorRegistry()
    limits, _ = db.read(get_alert_settings, SYSTEM)
    registry.register(Collector(figures, standing, limits.limits()["arrival"]))
    return bytes(client.generate_latest(registry))


class Collector:
    """What the library asks for the families of figures."""

    def __init__(self, figures: Figures, standing: Standing, arrival: Thresholds) -> None:
        self._figures = figures
        self._arrival = arrival
        self._standing = standing

    def collect(self) -> Iterator[Any]:
        yield from _requests(self._figures)
        yield from _transactions(self._figures)
        yield from _statements(self._figures)
        yield _lookups(self._figures)
        yield from _processes(self._figures)
        yield from _connections(self._figures)
        yield from _times(self._figures)
        yield from _server(self._standing)
        yield from _followers(self._standing.followers)
        yield from _queues(self._standing)
        yield _silence(self._arrival)
        yield from _forms_and_webhooks(self._standing)
        yield from _ad_sources(self._standing)


def _requests(figures: Figures) -> Iterator[Any]:
    family = core.HistogramMetricFamily(
        "holdfast_http_request_duration_seconds",
        "Requests by method, route and status",
        labels=["method", "route", "status"],
    )
    for key, durations in sorted(figures.requests.items()):
        family.add_metric(key.split(" ", 2), _buckets(durations), durations.total / 1e9)
    yield family
    yield _counter("holdfast_failed_logins", "Log-ins that were refused", failed_logins(figures))


def _transactions(figures: Figures) -> Iterator[Any]:
    tallies = {"read": figures.reads, "write": figures.writes}
    family = core.HistogramMetricFamily(
        "holdfast_db_transaction_duration_seconds", "Transactions by kind", labels=["kind"]
    )
    ends = core.CounterMetricFamily(
        "holdfast_db_transactions", "Transactions by kind and end", labels=["kind", "end"]
    )
    for kind, tally in tallies.items():
        family.add_metric([kind], _buckets(tally.durations), tally.durations.total / 1e9)
        for end in ("committed", "rolled_back", "busy", "failed", "leaked"):
            ends.add_metric([kind, end], tally.outcomes.get(end, 0))
    yield family
    yield ends
    yield from _waits(figures.transactions)


def _waits(whole: TransactionTally) -> Iterator[Any]:
    yield _counter("holdfast_db_savepoints", "Savepoints within transactions", whole.savepoints)
    yield _counter("holdfast_db_retried", "Transactions that asked again for the lock", whole.retried)
    yield _counter("holdfast_db_delayed", "Transactions that waited over a second", whole.delayed)
    yield _counter("holdfast_db_wait_seconds", "Time that transactions waited to begin", whole.waited / 1e9)
    longest = whole.longest_wait / 1e9
    yield _gauge("holdfast_db_longest_wait_seconds", "The longest wait of a transaction", longest)


def _statements(figures: Figures) -> Iterator[Any]:
    statements = figures.statements
    yield _counter("holdfast_db_statements", "Statements", statements.count)
    yield _counter("holdfast_db_failed_statements", "Statements that failed", statements.failed)
    yield _counter("holdfast_db_slow_statements", "Statements over the threshold", figures.slow_count)
    yield _counter("holdfast_db_statement_seconds", "Time within statements", statements.total / 1e9)


def _lookups(figures: Figures) -> Any:
    family = core.CounterMetricFamily(
        "holdfast_cache_lookups", "Lookups of what is kept, by their result", labels=["cache", "result"]
    )
    for name, tally in sorted(figures.lookups.items()):
        family.add_metric([name, "hit"], tally.hits)
        family.add_metric([name, "miss"], tally.misses)
    return family


def _processes(figures: Figures) -> Iterator[Any]:
    info = core.GaugeMetricFamily(
        "holdfast_processes", "Processes at work by kind", labels=["kind", "version"]
    )
    for kind in ("web", "worker"):
        count = sum(process.kind == kind for process in figures.processes)
        info.add_metric([kind, VERSION], count)
    yield info
    runs = core.GaugeMetricFamily("holdfast_job_last_run_seconds", "When a job ran last", labels=["job"])
    for name, run in sorted(figures.jobs.items()):
        runs.add_metric([name], run.at)
    yield runs


def _connections(figures: Figures) -> Iterator[Any]:
    pools = [process.pool for process in figures.processes]
    states = {
        "most": sum(pool.most for pool in pools),
        "idle": sum(pool.idle for pool in pools),
        "active": sum(pool.open - pool.idle for pool in pools),
        "waiting": sum(pool.waiting for pool in pools),
    }
    yield _by("holdfast_db_connections", "Connections for reading, and threads that wait", "state", states)
    scarce = scarce_connections(figures)
    text = "Free connections of the process that has the fewest, where less than half are free; else infinite"
    yield _gauge("holdfast_db_scarce_connections", text, math.inf if scarce is None else scarce)


def _times(figures: Figures) -> Iterator[Any]:
    now, ends = clock.now().timestamp(), figures.certificate_ends()
    longest = figures.transactions.durations.longest / 1e9
    yield _gauge("holdfast_db_longest_transaction_seconds", "The longest transaction", longest)
    longest = figures.statements.longest / 1e9
    yield _gauge("holdfast_db_longest_statement_seconds", "The longest statement", longest)
    uptime = figures.uptime(now)
    yield _gauge("holdfast_uptime_seconds", "For how long the oldest process runs", uptime)
    text = "For how long the certificate of PUBLIC_URL is valid"
    yield _gauge("holdfast_certificate_valid_seconds", text, None if ends is None else ends - now)


def _server(standing: Standing) -> Iterator[Any]:
    yield _gauge("holdfast_healthy", "Whether the database can be read", int(standing.healthy))
    yield _gauge("holdfast_worker_up", "Whether the worker gives signs of life", int(standing.worker))
    yield _gauge("holdfast_db_size_bytes", "Size of the database", standing.database_bytes)
    yield _gauge("holdfast_db_log_bytes", "Size of the write-ahead log", standing.log_bytes)
    yield _gauge("holdfast_disk_free_bytes", "Free space on the disk of the database", standing.disk_free)
    yield _gauge("holdfast_disk_size_bytes", "Size of the disk of the database", standing.disk_total)
    yield _gauge("holdfast_backup_age_seconds", "Age of the newest good backup", standing.backup_age)


def _followers(followers: Followers) -> Iterator[Any]:
    up = {str(each.number): float(each.lag is not None) for each in followers.replicas}
    lags = {str(each.number): each.lag for each in followers.replicas if each.lag is not None}
    yield _by("holdfast_replica_up", "Whether a replica can be read", "replica", up)
    yield _by("holdfast_replica_lag_seconds", "By how much a replica is behind", "replica", lags)
    text = "For how long a piece of the log waits to be archived"
    yield _gauge("holdfast_archive_age_seconds", text, followers.archive_age)


def _silence(arrival: Thresholds) -> Any:
    hours = min((limit for limit in arrival if limit is not None), default=None)
    text = "From which age of the last message on silence is an alert, where that is set"
    return _gauge("holdfast_arrival_limit_seconds", text, None if hours is None else hours * HOUR)


def _queues(standing: Standing) -> Iterator[Any]:
    backlog = standing.backlog
    outbox = {"queued": backlog.queued, "sending": backlog.sending, "troubled": backlog.troubled}
    yield _by("holdfast_outbox_messages", "Messages to be sent", "state", outbox)
    yield _gauge("holdfast_outbox_lag_seconds", "How long the oldest message waits", standing.sending_lag)
    yield _gauge("holdfast_inbox_events", "Events that arrived and are not worked on yet", backlog.arriving)
    yield _gauge("holdfast_inbox_lag_seconds", "How long the oldest event waits", standing.arrival_lag)
    text = "How long ago the last message or receipt came"
    yield _gauge("holdfast_arrival_age_seconds", text, standing.arrival_age)
    yield _by("holdfast_mails", "E-mails to be sent", "state", standing.mails)
    yield _by("holdfast_imports", "Imports at work", "state", standing.imports)


def _forms_and_webhooks(standing: Standing) -> Iterator[Any]:
    backlog, deliveries = standing.submissions, standing.deliveries
    waiting = {"waiting": backlog.waiting, "failed": backlog.failed, "suspicious": backlog.suspicious}
    told = {"queued": deliveries.queued, "sending": deliveries.sending, "dead": deliveries.dead}
    yield _by("holdfast_web_form_submissions", "Submissions that are no lead yet", "state", waiting)
    lag = standing.submission_lag
    yield _gauge("holdfast_web_form_lag_seconds", "How long the oldest submission waits", lag)
    yield _by("holdfast_webhook_deliveries", "What is to be told by webhooks", "state", told)


def _ad_sources(standing: Standing) -> Iterator[Any]:
    states = core.GaugeMetricFamily(
        "holdfast_ad_sources", "Active sources of advertising figures", labels=["platform", "state"]
    )
    by_platform = sorted(standing.ad_sources.items())
    for platform, found in by_platform:
        for state, number in found.states.items():
            states.add_metric([platform, state], number)
    yield states
    ran = {name: found.last_run_at for name, found in by_platform if found.last_run_at is not None}
    rows = {name: found.rows for name, found in by_platform}
    lags = {name: found.lag for name, found in by_platform}
    yield _by("holdfast_ad_source_last_run_seconds", "When a source was asked last", "platform", ran)
    yield _by("holdfast_ad_source_rows", "Rows that the last run of each source told", "platform", rows)
    yield _by("holdfast_ad_source_lag_seconds", "How long a source has told nothing", "platform", lags)


def _buckets(durations: Durations) -> list[tuple[str, float]]:
    ends = (*(str(bound) for bound in BOUNDS), "+Inf")
    return list(zip(ends, accumulate(map(float, durations.buckets)), strict=True))


def _counter(name: str, text: str, value: float) -> Any:
    return core.CounterMetricFamily(name, text, value=value)


def _gauge(name: str, text: str, value: float | None) -> Any:
    """Of what there is nothing yet, the name alone."""
    return core.GaugeMetricFamily(name, text, value=value)


def _by(name: str, text: str, label: str, values: Mapping[str, float]) -> Any:
    family = core.GaugeMetricFamily(name, text, labels=[label])
    for each, value in values.items():
        family.add_metric([each], value)
    return family
