"""Telling of alerts by each means that is set, in English: they go to whoever runs the server."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crm import clock
from crm.config import Settings
from crm.monitoring.alert_settings import AlertSettings
from crm.monitoring.hooking import send_to_webhook
from crm.monitoring.incidents import Incident, Means
from crm.monitoring.letters import send_alert_letter

SENTENCES = {
    "health": "The database could not be read {value} times in a row.",
    "worker": "The worker gives no sign of life: nothing is sent, and no backup is made.",
    "waiting": "{value} threads waited for the database at the same time.",
    "free": "Only {value} connections to the database were free in a process.",
    "slow": "{value} statements were slow within an hour.",
    "failed": "{value} statements or transactions failed within an hour.",
    "busy": "{value} changes waited over a second, or gave up, within an hour.",
    "leaked": "{value} transactions were left open within an hour, and had to be ended.",
    "average": "A transaction took {value} ms on average over five minutes.",
    "backup": "There is no good backup of the last {value} hours.",
    "disk": "Only {value} % of the disk are free.",
    "certificate": "The certificate of the address is valid for {value} more days.",
    "log": "The write-ahead log of the database has {value} MB.",
    "outbox": "A message has waited {value} minutes to be sent.",
    "arrival": "Nothing was received for {value} hours.",
    "logins": "{value} log-ins failed within an hour.",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """`name` is the same whenever the same is told again; `type` and `data` are for programs."""

    name: str
    subject: str
    lines: list[str]
    type: str
    data: dict[str, Any]


Send = Callable[[Settings, str, Notice], None]
MEANS: Mapping[Means, Send] = {
    "mail": lambda settings, to, told: send_alert_letter(settings, to, told.subject, told.lines),
    "webhook": lambda settings, to, told: send_to_webhook(settings, to, told.name, told.type, told.data),
}
"""Each raises NotSent."""


def means_of(found: AlertSettings) -> Iterator[tuple[Means, str]]:
    """The means that are set, each with its address."""
    if found.recipient is not None:
        yield "mail", found.recipient
    if found.webhook_url is not None:
        yield "webhook", found.webhook_url


def sentence_of(incident: Incident) -> str:
    return SENTENCES.get(incident.alert, incident.alert).format(value=incident.value)


def notice_of(incident: Incident) -> Notice:
    sentence, stage = sentence_of(incident), incident.stage
    lines = [sentence, "", f"Since {incident.began_at} (UTC)."]
    if incident.ended_at is not None:
        lines.append(f"Over since {incident.ended_at} (UTC).")
    data = {
        "alert": incident.alert,
        "level": incident.level,
        "value": incident.value,
        "sentence": sentence,
        "began_at": incident.began_at,
        "ended_at": incident.ended_at,
    }
    kind = "alert.raised" if incident.ended_at is None else "alert.over"
    name = f"alert_{incident.alert}_{incident.began_at}_{stage}"
    return Notice(name, f"{stage.upper()}: {sentence}", lines, kind, data)


def test_notice() -> Notice:
    sentence = "Alerts of this server reach you."
    name = f"alert_test_{clock.timestamp()}"
    return Notice(name, "Test of the alerts", [sentence], "alert.test", {"sentence": sentence})
