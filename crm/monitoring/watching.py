"""The worker's jobs that watch the server: they raise and clear alerts, tell of them, call HEARTBEAT_URL."""

from collections.abc import Iterator

import structlog

from crm import clock
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Full
from crm.mail.smtp import NotSent
from crm.monitoring.alert_settings import AlertSettings, asked_test, get_alert_settings, settle_test
from crm.monitoring.alerts import BY_NAME, HOUR, Reading, Situation, read_alerts
from crm.monitoring.certificates import certificate_seconds
from crm.monitoring.easing import Easing
from crm.monitoring.incidents import (
    Incident,
    Means,
    note_told,
    open_incidents,
    settle_readings,
    untold_incidents,
    value_text,
)
from crm.monitoring.notices import notice_of, test_notice
from crm.monitoring.reports import all_figures
from crm.monitoring.standing import is_healthy, measure_standing
from crm.monitoring.telling import Patience, Way, ways_of
from crm.when_used import WhenUsed

TOLD_AT_ONCE = frozenset({"health", "disk"})
HEARTBEAT_SECONDS = 10

log = structlog.get_logger("crm.alerts")
httpx = WhenUsed("httpx2")


class Watch:
    """What the worker knows from one round to the next, also while the database cannot be read."""

    def __init__(self) -> None:
        self._failures = 0
        self._told_of_failures = set[tuple[Means, str]]()
        self._patience = Patience()
        self._easing = Easing()
        self._settings = AlertSettings()
        self._failing_since: str | None = None
        self._certificate_ends: float | None = None
        self._certificate_due = 0.0

    def certificate_ends(self) -> float | None:
        """When that of PUBLIC_URL is over, in seconds since 1970, as it was found within the last hour."""
        return self._certificate_ends

    def watch_figures(self, db: Database, settings: Settings) -> None:
        if not is_healthy(db):
            self._failures += 1
            log.error("the database cannot be read", times=self._failures)
            health = BY_NAME["health"]
            level = health.level_of(self._failures, self._settings.limits()["health"])
            self._tell_at_once(db, settings, Reading("health", self._failures, level))
            return
        self._settings, _ = db.read(get_alert_settings, SYSTEM)
        readings = read_alerts(self._situation(db, settings), self._settings.thresholds)
        readings = self._easing.steadied(db.read(open_incidents, SYSTEM), readings)
        try:
            self._settle(db, settings, readings)
            self._failures = 0
        except Full as error:
            log.warning("an alert cannot be written down", reason=str(error))
            self._tell_at_once(db, settings, Reading("disk", next(_values(readings, "disk")), "critical"))

    def _situation(self, db: Database, settings: Settings) -> Situation:
        now = clock.now().timestamp()
        if now >= self._certificate_due:
            left = certificate_seconds(settings)
            self._certificate_ends = None if left is None else now + left
            self._certificate_due = now + HOUR
        valid = None if self._certificate_ends is None else self._certificate_ends - now
        return Situation(all_figures(settings), measure_standing(db, settings), self._failures, now, valid)

    def _settle(self, db: Database, settings: Settings, readings: list[Reading]) -> None:
        """Raises Full."""
        if db.read(differs, SYSTEM, readings):
            db.write(settle_readings, SYSTEM, readings)
        for means in {means for means, _ in self._told_of_failures}:
            db.write(note_told_before, SYSTEM, means)
        if db.read(asked_test, SYSTEM) is not None:
            db.write(settle_test, SYSTEM, _outcome(db, settings, self._settings))
        for way in ways_of(db, settings, self._settings):
            self._tell(db, way)
        self._told_of_failures, self._failing_since = set(), None

    def _tell(self, db: Database, way: Way) -> None:
        for incident in db.read(untold_incidents, SYSTEM, way.means):
            if incident.level == "warning" and self._settings.is_quiet(clock.now()):
                continue
            told = notice_of(incident, self._settings.zone)
            if not self._patience.is_due(way, told):
                continue
            if not self._patience.send(way, told):
                return
            db.write(note_told, SYSTEM, incident, way.means)
            self._patience.forget(way, told)

    def _tell_at_once(self, db: Database, settings: Settings, reading: Reading) -> None:
        """What cannot be written down, once a level: where it can be again, it is told as over."""
        since = self._failing_since = self._failing_since or clock.timestamp()
        level = reading.level
        if level is None or (level == "warning" and self._settings.is_quiet(clock.now())):
            return
        incident = Incident(0, reading.alert, level, value_text(reading.value), since, None, None, None)
        told = notice_of(incident, self._settings.zone)
        for way in ways_of(db, settings, self._settings):
            key = way.means, level
            if key in self._told_of_failures or not self._patience.is_due(way, told):
                continue
            if self._patience.send(way, told):
                self._told_of_failures.add(key)


def _values(readings: list[Reading], alert: str) -> Iterator[float | None]:
    return (reading.value for reading in readings if reading.alert == alert)


def _outcome(db: Database, settings: Settings, found: AlertSettings) -> str:
    """Of a test by all means: what went wrong, empty if nothing did."""
    problems = []
    for way in ways_of(db, settings, found):
        try:
            way.send(test_notice())
        except NotSent as error:
            problems.append(str(error))
    return " ".join(problems)


def note_told_before(tx: Transaction, means: Means) -> None:
    """Somebody was told while it could not be written down."""
    for incident in open_incidents(tx):
        if incident.alert in TOLD_AT_ONCE:
            note_told(tx, incident, means)


def differs(tx: Transaction, readings: list[Reading]) -> bool:
    """Whether there is anything to write: most rounds change nothing."""
    opened = {incident.alert: incident.level for incident in open_incidents(tx)}
    return any(
        (reading.level is None) != (reading.alert not in opened)
        or (reading.level is not None and reading.level != opened.get(reading.alert))
        for reading in readings
    )


def call_heartbeat(db: Database, settings: Settings) -> None:
    """Call HEARTBEAT_URL while nothing is critical: who waits for it learns of a dead worker or server."""
    if settings.heartbeat_url is None or not is_healthy(db):
        return
    if any(incident.level == "critical" for incident in db.read(open_incidents, SYSTEM)):
        return
    try:
        httpx.get(settings.heartbeat_url, timeout=HEARTBEAT_SECONDS).raise_for_status()
    except httpx.HTTPError as error:
        log.warning("HEARTBEAT_URL does not answer", reason=type(error).__name__)
