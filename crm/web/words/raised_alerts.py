"""The alerts of the server that pages tell of."""

from flask import Flask

from crm.db.actor import SYSTEM
from crm.monitoring.access import sees_server
from crm.monitoring.incidents import open_incidents
from crm.web.navigation import may
from crm.web.sessions.identity import database, identity
from crm.web.words.alerts import ALERT_NAMES


def install_raised_alerts(app: Flask) -> None:
    app.jinja_env.globals["raised_alerts"] = raised_alerts


def raised_alerts() -> list[str]:
    """The names of those that the reader may see and nobody has acknowledged."""
    if not may("monitoring.read"):
        return []
    raised = [each for each in database().read(open_incidents, SYSTEM) if each.acknowledged_at is None]
    if not raised or not database().read(sees_server, SYSTEM, identity().scope):
        return []
    return [str(ALERT_NAMES[each.alert][0]) for each in raised if each.alert in ALERT_NAMES]
