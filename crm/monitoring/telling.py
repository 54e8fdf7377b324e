"""The ways by which alerts are told: those that are set, and when one that failed is tried again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from crm import clock
from crm.config import Settings
from crm.db.database import Database
from crm.mail.smtp import NotSent
from crm.monitoring.alert_settings import AlertSettings
from crm.monitoring.hooking import send_to_webhook
from crm.monitoring.incidents import Means
from crm.monitoring.letters import send_alert_letter
from crm.monitoring.messaging import send_message
from crm.monitoring.notices import Notice
from crm.webhooks.retries import DELAYS, delay_after

log = structlog.get_logger("crm.alerts")


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


class Patience:
    """Sends, and tries again what failed at the distances that webhooks have, each notice by its own.

    What was sent, and could not be written down because the database was busy, is not sent again.
    """

    def __init__(self) -> None:
        self._sent = set[tuple[Means, str]]()
        self._failed: dict[tuple[Means, str], tuple[int, datetime]] = {}

    def is_due(self, way: Way, told: Notice) -> bool:
        _, due = self._failed.get((way.means, told.name), (0, None))
        return due is None or due <= clock.now()

    def send(self, way: Way, told: Notice) -> bool:
        """Whether it was sent, now or before."""
        key = way.means, told.name
        if key in self._sent:
            return True
        try:
            way.send(told)
        except NotSent as error:
            tries = self._failed.get(key, (0, None))[0] + 1
            self._failed[key] = tries, clock.now() + (delay_after(tries, None) or DELAYS[-1])
            log.warning("an alert could not be sent", notice=told.name, means=way.means, reason=str(error))
            return False
        self._failed.pop(key, None)
        self._sent.add(key)
        return True

    def forget(self, way: Way, told: Notice) -> None:
        """It is written down that it was sent."""
        self._sent.discard((way.means, told.name))
