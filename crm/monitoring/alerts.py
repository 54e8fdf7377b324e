"""What is watched, and from which values on it is a warning or critical."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from crm.monitoring.figures import Figures
from crm.monitoring.standing import Standing

DAY, HOUR, FEW_MINUTES = 86_400, 3600, 300
Level = Literal["warning", "critical"]
Thresholds = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Situation:
    """`failures` is how often in a row the database could not be read; `now` in seconds since 1970;
    `certificate` for how many seconds the one of PUBLIC_URL is still valid, None where there is none.
    """

    figures: Figures
    standing: Standing
    failures: int
    now: float
    certificate: float | None = None

    def within(self, seconds: float, name: str) -> int:
        """How often something happened in the last minutes that make up so many seconds."""
        return sum(
            minute.counts.get(name, 0)
            for minute in self.figures.minutes
            if minute.at > self.now - max(seconds, 60.0)
        )


@dataclass(frozen=True, slots=True)
class Alert:
    """Raised by a value over a threshold, or `under` it; None measures nothing and raises nothing.

    `highest` is the most that a threshold can be.
    """

    name: str
    warning: float | None
    critical: float | None
    measure: Callable[[Situation], float | None]
    under: bool = False
    highest: float = 1e9

    def level_of(self, value: float | None, thresholds: Thresholds) -> Level | None:
        warning, critical = thresholds
        if value is None:
            return None
        if critical is not None and self._passes(value, critical):
            return "critical"
        return "warning" if warning is not None and self._passes(value, warning) else None

    def _passes(self, value: float, threshold: float) -> bool:
        return value < threshold if self.under else value > threshold


def _waiting(situation: Situation) -> float:
    """On average over the last minute or two: a moment's peak, as of many deliveries at once, is none."""
    recent = [minute for minute in situation.figures.minutes if minute.at > situation.now - 120]
    if not recent:
        return 0.0
    seconds = max(situation.now - recent[0].at, 60.0)
    return sum(minute.counts.get("waiting_seconds", 0) for minute in recent) / seconds


def scarce_connections(figures: Figures) -> int | None:
    """The free ones of the process that has the fewest, among those of which less than half are free.

    Half of a pool is enough: without this rule a pool of two would never have its three.
    """
    pools = [(process.pool.free, process.pool.most) for process in figures.processes]
    return min((free for free, most in pools if free < most / 2), default=None)


def _average(situation: Situation) -> float | None:
    """Milliseconds of a transaction."""
    count = situation.within(FEW_MINUTES, "reads") + situation.within(FEW_MINUTES, "writes")
    return situation.within(FEW_MINUTES, "transaction_time") / count / 1e6 if count else None


def _backup(situation: Situation) -> float:
    """Hours since the newest good backup, or since the server began to count where there is none."""
    age = situation.standing.backup_age
    return (situation.now - situation.figures.since if age is None else age) / HOUR


def _disk(situation: Situation) -> float:
    """Per cent that are free."""
    return 100 * situation.standing.disk_free / max(situation.standing.disk_total, 1)


def _certificate(situation: Situation) -> float | None:
    """Days for which it is still valid."""
    return None if situation.certificate is None else situation.certificate / DAY


def _arrival(situation: Situation) -> float | None:
    """Hours since anything was received; None where nothing ever was."""
    age = situation.standing.arrival_age
    return None if age is None else age / HOUR


def _replicas_away(situation: Situation) -> float | None:
    replicas = situation.standing.followers.replicas
    return sum(each.lag is None for each in replicas) if replicas else None


def _replica_lag(situation: Situation) -> float | None:
    """Seconds by which the slowest of those that answer is behind."""
    lags = [each.lag for each in situation.standing.followers.replicas if each.lag is not None]
    return max(lags, default=None)


def _archive(situation: Situation) -> float | None:
    """Minutes for which a piece of the log waits to be archived; None where nothing is."""
    age = situation.standing.followers.archive_age
    return None if age is None else age / 60


ALERTS = (
    Alert("health", 0, 2, lambda found: found.failures),
    Alert("worker", None, 0, lambda found: 0 if found.standing.worker else 1),
    Alert("waiting", 3, 10, _waiting),
    Alert("free", 3, 1, lambda found: scarce_connections(found.figures), under=True),
    Alert("slow", 50, 200, lambda found: found.within(HOUR, "slow")),
    Alert("failed", 10, 50, lambda found: found.within(HOUR, "failed")),
    Alert("busy", 5, 20, lambda found: found.within(HOUR, "busy")),
    Alert("leaked", 0, None, lambda found: found.within(HOUR, "leaked")),
    Alert("average", 100, 500, _average),
    Alert("backup", None, 26, _backup),
    Alert("disk", None, 10, _disk, under=True, highest=100),
    Alert("certificate", 14, 3, _certificate, under=True),
    Alert("log", 64, None, lambda found: found.standing.log_bytes / 1024**2),
    Alert("replica_away", 0, None, _replicas_away),
    Alert("replica_lag", 60, 600, _replica_lag),
    Alert("archive", 10, 60, _archive),
    Alert("outbox", None, 15, lambda found: found.standing.sending_lag / 60),
    Alert("arrival", None, None, _arrival),
    Alert("logins", 50, None, lambda found: found.within(HOUR, "failed_logins")),
)
BY_NAME: Mapping[str, Alert] = {alert.name: alert for alert in ALERTS}


@dataclass(frozen=True, slots=True)
class Reading:
    """`level` is None where all is well."""

    alert: str
    value: float | None
    level: Level | None


def read_alerts(situation: Situation, thresholds: Mapping[str, Thresholds]) -> list[Reading]:
    """`thresholds` are those that were set; others are as they come."""
    found = []
    for alert in ALERTS:
        value = alert.measure(situation)
        limits = thresholds.get(alert.name, (alert.warning, alert.critical))
        found.append(Reading(alert.name, value, alert.level_of(value, limits)))
    return found
