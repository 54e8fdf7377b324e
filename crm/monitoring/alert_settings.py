"""What people set about alerts: thresholds, who is told, and when not."""

import re
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import orjson
from pydantic import AfterValidator, Field, StringConstraints, field_validator

from crm.accounts.fields import Timezone
from crm.activity.activity import record
from crm.conversations.fields import PhoneText
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, Stale
from crm.fields import Email, Fields, Id, Line, WebAddress
from crm.monitoring.alert_templates import checked_number
from crm.monitoring.alerts import ALERTS, BY_NAME, Thresholds
from crm.monitoring.thresholds import check_thresholds
from crm.webhooks.addresses import Ranges, refuse_private

FIELDS = """recipient, webhook_url, message_to, message_template, sent_from, quiet_from, quiet_until, zone,
            thresholds, version"""
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


def _check_time(text: str) -> str:
    if not TIME.fullmatch(text):
        raise ValueError("must be a time such as 22:00")
    return text


TimeOfDay = Annotated[str, AfterValidator(_check_time)]
TemplateText = Annotated[Line, StringConstraints(max_length=520)]


class AlertSettings(Fields):
    """`thresholds` are warning and critical by the alert's name; a null switches one off. During the quiet
    hours, in the time zone `zone`, warnings are not told; what is critical is. `message_template` is the
    name of a template, a slash and its language; `sent_from` is the workspace whose number sends it.
    """

    recipient: Email | None = None
    webhook_url: WebAddress | None = None
    message_to: PhoneText | None = None
    message_template: TemplateText | None = None
    sent_from: Id | None = None
    quiet_from: TimeOfDay | None = None
    quiet_until: TimeOfDay | None = None
    zone: Timezone = "UTC"
    thresholds: dict[str, Thresholds] = Field(default_factory=dict)

    @field_validator("thresholds")
    @classmethod
    def _check_names(cls, given: dict[str, Thresholds]) -> dict[str, Thresholds]:
        if not given.keys() <= BY_NAME.keys():
            raise ValueError("names an alert that does not exist")
        return given

    def is_quiet(self, now: datetime) -> bool:
        if self.quiet_from is None or self.quiet_until is None:
            return False
        time = now.astimezone(ZoneInfo(self.zone)).time().isoformat("minutes")
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= time < self.quiet_until
        return time >= self.quiet_from or time < self.quiet_until

    def limits(self) -> dict[str, Thresholds]:
        """Of every alert, as they come or as they were set."""
        return {alert.name: (alert.warning, alert.critical) for alert in ALERTS} | self.thresholds


def get_alert_settings(tx: Transaction) -> tuple[AlertSettings, int]:
    """With their version."""
    row = tx.one(f"SELECT {FIELDS} FROM alert_settings") or {}
    version = int(row.pop("version"))
    thresholds = {name: tuple(pair) for name, pair in orjson.loads(row.pop("thresholds")).items()}
    return AlertSettings(**row, thresholds=thresholds), version


def change_alert_settings(
    tx: Transaction, wanted: AlertSettings, expected_version: int | None, allowed: Ranges = ()
) -> None:
    """`allowed` are the private ranges that a webhook may lead into. Raises Invalid and Stale."""
    before, version = get_alert_settings(tx)
    if expected_version not in (None, version):
        raise Stale("Somebody else has changed the alerts meanwhile.", before.model_dump(mode="json"))
    if (wanted.quiet_from is None) != (wanted.quiet_until is None):
        raise Invalid.field("quiet_until", "needs both times, or neither")
    check_thresholds(wanted.thresholds)
    if wanted.webhook_url is not None and wanted.webhook_url != before.webhook_url:
        refuse_private(wanted.webhook_url, allowed, "webhook_url")
    message = _message_of(tx, wanted, before)
    usual = AlertSettings().limits()
    changed = {name: limits for name, limits in wanted.limits().items() if limits != usual[name]}
    tx.run(
        """
        UPDATE alert_settings
           SET recipient = :recipient, webhook_url = :webhook_url, message_to = :message_to,
               message_template = :message_template, quiet_from = :quiet_from,
               sent_from = :sent_from,
               quiet_until = :quiet_until, zone = :zone, thresholds = :thresholds, version = version + 1
        """,
        recipient=wanted.recipient,
        webhook_url=wanted.webhook_url,
        **message,
        quiet_from=wanted.quiet_from,
        quiet_until=wanted.quiet_until,
        zone=wanted.zone,
        thresholds=orjson.dumps(changed).decode(),
    )
    record(tx, "alert.changed", "workspace", int(tx.actor.workspace_id or 0))


def _message_of(tx: Transaction, wanted: AlertSettings, before: AlertSettings) -> dict[str, Any]:
    """What did not change is not looked at again: a template may have been taken back since."""
    if wanted.message_to is None:
        return {"message_to": None, "message_template": None, "sent_from": None}
    sent_from = tx.actor.workspace_id
    chosen = (wanted.message_to, wanted.message_template, sent_from)
    number = wanted.message_to
    if chosen != (before.message_to, before.message_template, before.sent_from):
        number = checked_number(tx, number, wanted.message_template)
    return {"message_to": number, "message_template": wanted.message_template, "sent_from": sent_from}


def ask_for_test(tx: Transaction) -> None:
    """The worker sends it. Raises Conflict where nobody is to be told."""
    found, _ = get_alert_settings(tx)
    if found.recipient is None and found.webhook_url is None and found.message_to is None:
        raise Conflict("Nobody is told yet. Save an e-mail address, a webhook or a WhatsApp number first.")
    tx.run("UPDATE alert_settings SET tested_at = :now, tried_at = NULL, outcome = NULL")


def asked_test(tx: Transaction) -> str | None:
    """When a test was asked for that was not sent yet."""
    found = tx.value("SELECT tested_at FROM alert_settings WHERE tested_at IS NOT NULL AND tried_at IS NULL")
    return None if found is None else str(found)


def settle_test(tx: Transaction, outcome: str) -> None:
    """`outcome` is empty when it was sent, else why it was not."""
    tx.run("UPDATE alert_settings SET tried_at = :now, outcome = :outcome", outcome=outcome)


def last_test(tx: Transaction) -> dict[str, str | None]:
    return tx.one("SELECT tested_at, tried_at, outcome FROM alert_settings") or {}
