"""E-mails about alerts, in English: they go to whoever runs the server."""

from uuid import uuid4

from crm.config import Settings
from crm.mail.smtp import Letter, NotSent, send_letter
from crm.monitoring.incidents import Incident

SENTENCES = {
    "health": "The database could not be read {value} times in a row.",
    "worker": "The worker gives no sign of life: nothing is sent, and no backup is made.",
    "waiting": "{value} threads waited for the database at the same time.",
    "free": "Only {value} connections to the database were free in a process.",
    "slow": "{value} statements were slow within an hour.",
    "failed": "{value} statements or transactions failed within an hour.",
    "busy": "{value} changes waited over a second, or gave up, within an hour.",
    "average": "A transaction took {value} ms on average over five minutes.",
    "backup": "There is no good backup of the last {value} hours.",
    "disk": "Only {value} % of the disk are free.",
    "log": "The write-ahead log of the database has {value} MB.",
    "outbox": "A message has waited {value} minutes to be sent.",
    "arrival": "Nothing was received for {value} hours.",
    "logins": "{value} log-ins failed within an hour.",
}


def sentence_of(incident: Incident) -> str:
    return SENTENCES.get(incident.alert, incident.alert).format(value=incident.value)


def tell(settings: Settings, recipient: str, incident: Incident) -> None:
    """Raises NotSent."""
    state = incident.level.upper() if incident.ended_at is None else "OVER"
    lines = [sentence_of(incident), "", f"Since {incident.began_at} (UTC)."]
    if incident.ended_at is not None:
        lines.append(f"Over since {incident.ended_at} (UTC).")
    _send(settings, recipient, f"{state}: {sentence_of(incident)}", lines)


def tell_test(settings: Settings, recipient: str) -> None:
    """Raises NotSent."""
    _send(settings, recipient, "Test of the alerts", ["Alerts of this server reach you."])


def _send(settings: Settings, recipient: str, subject: str, lines: list[str]) -> None:
    if settings.smtp_url is None or settings.mail_from is None:
        raise NotSent("SMTP_URL and MAIL_FROM are not set.")
    domain = settings.mail_from.rpartition("@")[2].strip("> ")
    where = settings.public_url or settings.own_address
    letter = Letter(
        recipient=recipient,
        subject=f"[Holdfast] {subject}",
        text="\n".join([*lines, "", f"{where}/settings/system"]) + "\n",
        sender_name="Holdfast",
        reply_to=None,
        message_id=f"<{uuid4()}@{domain}>",
    )
    send_letter(settings.smtp_url.get_secret_value(), settings.mail_from, letter)
