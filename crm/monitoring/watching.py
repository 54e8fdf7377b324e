"""The worker's jobs that watch the server: they raise and clear alerts, tell of them, call HEARTBEAT_URL."""

import structlog

from crm import clock
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.mail.smtp import NotSent
from crm.monitoring.alert_settings import AlertSettings, asked_test, get_alert_settings, settle_test
from crm.monitoring.alerts import Reading, Situation, read_alerts
from crm.monitoring.incidents import (
    Incident,
    note_told,
    open_incidents,
    settle_readings,
    untold_incidents,
    value_text,
)
from crm.monitoring.reports import all_figures
from crm.monitoring.standing import is_healthy, measure_standing
from crm.monitoring.telling import tell, tell_test
from crm.when_used import WhenUsed

HEARTBEAT_SECONDS = 10

log = structlog.get_logger("crm.alerts")
httpx = WhenUsed("httpx2")


class Watch:
    """What the worker knows from one round to the next, also while the database cannot be read."""

    def __init__(self) -> None:
        self._failures = 0
        self._told_of_failures = False
        self._settings = AlertSettings()

    def watch_figures(self, db: Database, settings: Settings) -> None:
        if not is_healthy(db):
            self._failures += 1
            self._tell_of_failure(settings)
            return
        situation = Situation(
            all_figures(settings), measure_standing(db, settings), self._failures, clock.now().timestamp()
        )
        self._settings, _ = db.read(get_alert_settings, SYSTEM)
        readings = read_alerts(situation, self._settings.thresholds)
        self._failures = 0
        if db.read(differs, SYSTEM, readings):
            db.write(settle_readings, SYSTEM, readings)
        if self._told_of_failures:
            db.write(note_failures_told, SYSTEM)
        self._tell(db, settings)
        self._told_of_failures = False

    def _tell(self, db: Database, settings: Settings) -> None:
        recipient = self._settings.recipient
        if recipient is None:
            return
        if db.read(asked_test, SYSTEM) is not None:
            db.write(settle_test, SYSTEM, _outcome(settings, recipient))
        for incident in db.read(untold_incidents, SYSTEM):
            if incident.level == "warning" and self._settings.is_quiet(clock.now()):
                continue
            try:
                tell(settings, recipient, incident)
            except NotSent as error:
                log.warning("an alert could not be sent", alert=incident.alert, reason=str(error))
                return
            db.write(note_told, SYSTEM, incident)

    def _tell_of_failure(self, settings: Settings) -> None:
        """Without the database, once: where it works again, an incident is written down and told as over."""
        log.error("the database cannot be read", times=self._failures)
        recipient = self._settings.recipient
        if self._told_of_failures or recipient is None:
            return
        now = clock.timestamp()
        incident = Incident(0, "health", "critical", value_text(self._failures), now, None, None, None, None)
        try:
            tell(settings, recipient, incident)
        except NotSent as error:
            log.warning("an alert could not be sent", alert="health", reason=str(error))
        else:
            self._told_of_failures = True


def _outcome(settings: Settings, recipient: str) -> str:
    try:
        tell_test(settings, recipient)
    except NotSent as error:
        return str(error)
    return ""


def note_failures_told(tx: Transaction) -> None:
    """Somebody was told while it could not be written down."""
    for incident in open_incidents(tx):
        if incident.alert == "health":
            note_told(tx, incident)


def differs(tx: Transaction, readings: list[Reading]) -> bool:
    """Whether there is anything to write: most rounds change nothing."""
    opened = {incident.alert: incident.level for incident in open_incidents(tx)}
    return any(
        (reading.level is None) != (reading.alert not in opened)
        or (reading.level == "critical" and opened[reading.alert] == "warning")
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
