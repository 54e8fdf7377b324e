"""Alerts by a webhook of its own, signed as all webhooks are."""

from typing import TYPE_CHECKING

import orjson

from crm import clock
from crm.config import Settings
from crm.mail.smtp import NotSent
from crm.monitoring.alert_secret import alert_secret
from crm.monitoring.notices import Notice
from crm.webhooks.signing import request_headers, sign
from crm.when_used import WhenUsed

if TYPE_CHECKING:
    from crm.webhooks import posting
else:
    posting = WhenUsed("crm.webhooks.posting")


def send_to_webhook(settings: Settings, url: str, told: Notice) -> None:
    """Raises NotSent."""
    now = clock.timestamp()
    body = orjson.dumps({"type": told.type, "timestamp": now, "data": told.data})
    seconds = int(clock.from_text(now).timestamp())
    headers = request_headers(told.name, seconds, sign([alert_secret(settings)], told.name, seconds, body))
    try:
        answer = posting.post(url, headers, body, settings.webhook_allowed_ranges)
    except posting.NotReached as error:
        raise NotSent(f"The webhook: {error}") from None
    if answer.problem is not None:
        raise NotSent(f"The webhook: {answer.problem}")
