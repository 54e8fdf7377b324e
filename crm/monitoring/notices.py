"""What is told of an incident, in English: it goes to whoever runs the server."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from crm import clock
from crm.formats import formats_of
from crm.locales import HOUSE
from crm.monitoring.incidents import Incident

SENTENCES = {
    "health": ("The database could not be read.", "The database could not be read {value} times in a row."),
    "worker": ("The worker gives no sign of life: nothing is sent, and no backup is made.",),
    "waiting": (
        "A thread waited for the database.",
        "{value} threads waited for the database at the same time.",
    ),
    "free": (
        "Only 1 connection to the database was free in a process.",
        "Only {value} connections to the database were free in a process.",
    ),
    "slow": ("1 statement was slow within an hour.", "{value} statements were slow within an hour."),
    "failed": (
        "1 statement or transaction failed within an hour.",
        "{value} statements or transactions failed within an hour.",
    ),
    "busy": (
        "1 change waited over a second, or gave up, within an hour.",
        "{value} changes waited over a second, or gave up, within an hour.",
    ),
    "leaked": (
        "1 transaction was left open within an hour, and had to be ended.",
        "{value} transactions were left open within an hour, and had to be ended.",
    ),
    "average": ("A transaction took {value} ms on average over five minutes.",),
    "backup": (
        "There is no good backup of the last hour.",
        "There is no good backup of the last {value} hours.",
    ),
    "disk": ("Only {value} % of the disk are free.",),
    "certificate": (
        "The certificate of the address is valid for 1 more day.",
        "The certificate of the address is valid for {value} more days.",
    ),
    "log": ("The write-ahead log of the database has {value} MB.",),
    "replica_away": (
        "1 replica of the database cannot be read; the primary answers for it.",
        "{value} replicas of the database cannot be read; the primary answers for them.",
    ),
    "replica_lag": (
        "A replica of the database is 1 second behind.",
        "A replica of the database is {value} seconds behind.",
    ),
    "archive": (
        "A piece of the database's log has waited 1 minute to be archived.",
        "A piece of the database's log has waited {value} minutes to be archived.",
    ),
    "outbox": (
        "A message has waited 1 minute to be sent.",
        "A message has waited {value} minutes to be sent.",
    ),
    "arrival": ("Nothing was received for 1 hour.", "Nothing was received for {value} hours."),
    "logins": ("1 log-in failed within an hour.", "{value} log-ins failed within an hour."),
}
"""For a value of one, and for others, where these differ."""


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
    one, *others = SENTENCES.get(incident.alert, (incident.alert,))
    sentence = one if incident.value == "1" or not others else others[0]
    return sentence.format(value=incident.value)


def moment_of(moment: str, zone: str) -> str:
    """As people read it: `Saturday, 28 November 2026, 20:15:00 (Europe/Berlin, UTC+01:00)`."""
    return formats_of(HOUSE).exact(clock.from_text(moment).astimezone(ZoneInfo(zone)))


def notice_of(incident: Incident, zone: str) -> Notice:
    sentence, stage = sentence_of(incident), incident.stage
    lines = [sentence, "", f"Since {moment_of(incident.began_at, zone)}."]
    if incident.ended_at is not None:
        lines.append(f"Over since {moment_of(incident.ended_at, zone)}.")
    elif incident.lowered and incident.level_since is not None:
        lines.append(f"Critical no more since {moment_of(incident.level_since, zone)}.")
    data = {
        "alert": incident.alert,
        "level": incident.level,
        "value": float(incident.value) if incident.value else None,
        "sentence": sentence,
        "began_at": incident.began_at,
        "ended_at": incident.ended_at,
    }
    since = incident.began_at if stage == "over" else incident.level_since or incident.began_at
    name = f"alert_{incident.alert}_{_digits(since)}_{stage}"
    return Notice(name, f"{stage.upper()}: {sentence}", lines, _type_of(incident), data)


def _type_of(incident: Incident) -> str:
    if incident.ended_at is not None:
        return "alert.over"
    return "alert.lowered" if incident.lowered else "alert.raised"


def test_notice() -> Notice:
    sentence = "Alerts of this server reach you."
    name = f"alert_test_{_digits(clock.timestamp())}"
    return Notice(name, "Test of the alerts", [sentence], "alert.test", {"sentence": sentence})


def _digits(moment: str) -> str:
    return "".join(filter(str.isdigit, moment))
