"""Events that arrive and are projected, without a web server in between."""

from typing import Any

from crm.conversations.inbound.deliveries import Delivery, receive_delivery
from crm.conversations.inbound.projection import project_due
from crm.conversations.whatsapp.cloud_api import CloudApi
from crm.conversations.whatsapp.kind import WHATSAPP
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Row
from crm.vault import Vault
from tests.support.whatsapp import delivery, signature

MEDIA = {"whatsapp": CloudApi("http://127.0.0.1:9")}


def arrive(db: Database, vault: Vault, *parts: dict[str, Any], **envelope: Any) -> None:
    """Deliver the parts in one signed POST and project them."""
    deliver(db, vault, delivery(*parts, **envelope))


def deliver(db: Database, vault: Vault, raw: bytes) -> None:
    assert receive_delivery(db, vault, Delivery(WHATSAPP, raw, signature(raw)), "request").accepted
    project_due(db)


def rows(db: Database, sql: str, **params: Any) -> list[Row]:
    """Over all workspaces."""
    return db.read(lambda tx: tx.all(sql, **params), SYSTEM)


def value(db: Database, sql: str, **params: Any) -> Any:
    return db.read(lambda tx: tx.value(sql, **params), SYSTEM)


COUNTS = """
    SELECT (SELECT count(*) FROM clients) AS clients, (SELECT count(*) FROM conversations) AS conversations,
           (SELECT count(*) FROM messages) AS messages, (SELECT count(*) FROM message_statuses) AS statuses,
           (SELECT count(*) FROM inbound_events WHERE state = 'done') AS done,
           (SELECT count(*) FROM inbound_events WHERE state = 'waiting') AS waiting,
           (SELECT count(*) FROM inbound_events WHERE state = 'quarantined') AS quarantined
"""


def counts(db: Database) -> dict[str, int]:
    return rows(db, COUNTS)[0]
