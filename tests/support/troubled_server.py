"""A server in trouble: each alert raised, slow statements, failed jobs and a process, all with long words."""

from collections.abc import Iterator
from contextlib import contextmanager

from crm import clock
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.engine import Pool
from crm.db.tallies import SlowTally
from crm.fields import parse_fields
from crm.monitoring.alert_settings import AlertSettings, change_alert_settings
from crm.monitoring.alerts import ALERTS, Reading
from crm.monitoring.figures import Figures, JobRun, Process
from crm.monitoring.incidents import acknowledge_incident, open_incidents, settle_readings
from crm.monitoring.shared_figures import figures_folder, take_slot

MUCH = 987_654_321.5
STAY_RAISED = {alert.name: (alert.highest, alert.highest) if alert.under else (0.0, 0.0) for alert in ALERTS}


@contextmanager
def trouble(settings: Settings, db: Database, founder: Actor, word: str) -> Iterator[None]:
    """A process with long figures seems to run. Alerts end that the worker does not find so."""
    wanted = {"recipient": "admin@example.org", "thresholds": STAY_RAISED}
    db.write(change_alert_settings, founder, parse_fields(AlertSettings, wanted), None)
    for _ in range(2):
        db.write(settle_readings, SYSTEM, [Reading(alert.name, None, None) for alert in ALERTS])
        db.write(settle_readings, SYSTEM, [Reading(alert.name, MUCH, "critical") for alert in ALERTS])
    acknowledged = db.read(open_incidents, SYSTEM)[-1]
    db.write(acknowledge_incident, founder, acknowledged.id, word)
    slot = take_slot(figures_folder(settings.sqlite_path))
    assert slot is not None
    slot.write(_figures(word))
    yield
    slot.release()


def _figures(word: str) -> Figures:
    now = clock.now().timestamp()
    figures = Figures(now)
    figures.slow_count = 2
    for sql in (f"SELECT id AS {word} FROM messages WHERE body = :{word}", f"SELECT {word}"):
        figures.slow[sql] = SlowTally(987_654, int(9e15), int(9e14), now)
    figures.jobs[word[:60]] = JobRun(now, 98_765.4, 60, now + 60, f"{word[:60]}Error")
    figures.processes = [Process("web", 98_765_432, now, f"2026.11.28+{word}", 9, Pool(987, 987, 0, 987))]
    return figures
