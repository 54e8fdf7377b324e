"""The ways by which alerts are told: those that are set."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from crm.config import Settings
from crm.db.database import Database
from crm.monitoring.alert_settings import AlertSettings
from crm.monitoring.hooking import send_to_webhook
from crm.monitoring.incidents import Means
from crm.monitoring.letters import send_alert_letter
from crm.monitoring.messaging import send_message
from crm.monitoring.notices import Notice


@dataclass(frozen=True, slots=True)
class Way:
    """`send` raises NotSent."""

    means: Means
    send: Callable[[Notice], None]


def ways_of(db: Database, settings: Settings, found: AlertSettings) -> Iterator[Way]:
    if found.recipient is not None:
        yield Way("mail", partial(send_alert_letter, settings, found.recipient))
    if found.webhook_url is not None:
        yield Way("webhook", partial(send_to_webhook, settings, found.webhook_url))
    if found.message_to is not None:
        yield Way("message", partial(send_message, db, found))
