"""The names of alerts, and the units of their thresholds."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

ALERT_NAMES = {
    "health": (_("Failed health checks"), _("in a row")),
    "worker": (_("Worker stopped"), ""),
    "waiting": (_("Threads waiting for the database"), _("at once")),
    "free": (_("Free connections of a process"), _("at least")),
    "slow": (_("Slow statements"), _("per hour")),
    "failed": (_("Failed statements"), _("per hour")),
    "busy": (_("Changes that waited long or gave up"), _("per hour")),
    "leaked": (_("Transactions that were left open"), _("per hour")),
    "average": (_("Average transaction"), _("milliseconds")),
    "backup": (_("Age of the newest good backup"), _("hours")),
    "disk": (_("Free disk space"), _("per cent")),
    "certificate": (_("Certificate of the address"), _("days left")),
    "log": (_("Write-ahead log"), _("MB")),
    "replica_away": (_("Replicas that cannot be read"), _("at once")),
    "replica_lag": (_("Slowest replica is behind"), _("seconds")),
    "archive": (_("Log that waits to be archived"), _("minutes")),
    "outbox": (_("Oldest message to be sent"), _("minutes")),
    "arrival": (_("Nothing received"), _("hours")),
    "logins": (_("Failed log-ins"), _("per hour")),
}


def threshold_labels() -> dict[str, str]:
    """Of the fields of all thresholds, as a summary of errors names them."""
    return {
        f"{name}_{level}": f"{words[0]}, {word}"
        for name, words in ALERT_NAMES.items()
        for level, word in (("warning", gettext("Warning")), ("critical", gettext("Critical")))
    }
