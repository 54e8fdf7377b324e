"""What is told of an incident, in English: it goes to whoever runs the server."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from crm import clock
from crm.formats import formats_of
from crm.locales import HOUSE
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
    "replica_away": "{value} replicas of the database cannot be read; the primary answers for them.",
    "replica_lag": "A replica of the database is {value} seconds behind.",
    "archive": "A piece of the database's log has waited {value} minutes to be archived.",
    "outbox": "A message has waited {value} minutes to be sent.",
    "arrival": "Nothing was received for {value} hours.",
    "logins": "{value} log-ins failed within an hour.",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """`name` is the same whenever the same is told again, and has no dots, which part what webhooks sign;
    `type` and `data` are for programs.
    """

    name: str
    subject: str
    lines: list[str]
    type: str
    data: dict[str, Any]


def sentence_of(incident: Incident) -> str:
    return SENTENCES.get(incident.alert, incident.alert).format(value=incident.value)


def moment_of(moment: str, zone: str) -> str:
    """As people read it: `Saturday, 28 November 2026, 20:15:00 (Europe/Berlin, UTC+01:00)`."""
    return formats_of(HOUSE).exact(clock.from_text(moment).astimezone(ZoneInfo(zone)))


def notice_of(incident: Incident, zone: str) -> Notice:
    sentence, stage = sentence_of(incident), incident.stage
    lines = [sentence, "", f"Since {moment_of(incident.began_at, zone)}."]
    if incident.ended_at is not None:
        lines.append(f"Over since {moment_of(incident.ended_at, zone)}.")
    data = {
        "alert": incident.alert,
        "level": incident.level,
        "value": incident.value,
        "sentence": sentence,
        "began_at": incident.began_at,
        "ended_at": incident.ended_at,
    }
    kind = "alert.raised" if incident.ended_at is None else "alert.over"
    name = f"alert_{incident.alert}_{_digits(incident.began_at)}_{stage}"
    return Notice(name, f"{stage.upper()}: {sentence}", lines, kind, data)


def test_notice() -> Notice:
    sentence = "Alerts of this server reach you."
    name = f"alert_test_{_digits(clock.timestamp())}"
    return Notice(name, "Test of the alerts", [sentence], "alert.test", {"sentence": sentence})


def _digits(moment: str) -> str:
    return "".join(filter(str.isdigit, moment))
