"""What is told of an incident, in English: it goes to whoever runs the server."""

from dataclasses import dataclass
from typing import Any

from crm import clock
from crm.monitoring.incidents import Incident

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
