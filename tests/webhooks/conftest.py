"""A receiver, and the worker's part of telling it."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from crm.db.actor import Actor
from crm.db.database import Database
from crm.fields import parse_fields
from crm.vault import Vault
from crm.webhooks.deliveries import Delivery, list_deliveries
from crm.webhooks.fields import NewWebhook
from crm.webhooks.projection import project_due
from crm.webhooks.sending import Sender, send_due
from crm.webhooks.signing import new_webhook_secret
from crm.webhooks.webhook import NewlyMade
from crm.webhooks.webhooks import create_webhook
from tests.support.cast import Cast
from tests.support.receivers import Receiver

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
VAULT = Vault("k" * 40)


@dataclass(frozen=True, slots=True)
class Telling:
    """`told()` does what the worker does, until nothing is due."""

    db: Database
    who: Actor
    receiver: Receiver

    def hook(self, url: str = "", **given: Any) -> NewlyMade:
        fields = parse_fields(NewWebhook, {"name": "Program", "url": url or self.receiver.url, **given})
        return self.db.write(create_webhook, self.who, VAULT, LOOPBACK, fields, new_webhook_secret())

    def told(self) -> int:
        project_due(self.db)
        return send_due(self.db, Sender(VAULT, LOOPBACK), seconds=20)

    def log(self, webhook_id: int) -> list[Delivery]:
        """The oldest first."""
        return self.db.read(list_deliveries, self.who, webhook_id, limit=200).rows[::-1]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def telling(db: Database, cast: Cast, receiver: Receiver) -> Telling:
    return Telling(db, cast.owner, receiver)
