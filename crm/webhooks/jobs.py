"""The worker's jobs for webhooks."""

from datetime import timedelta
from functools import cache

import orjson

from crm import clock
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.secret_key import open_vault
from crm.webhooks.projection import project_due
from crm.webhooks.sending import Sender, send_due

KEPT = timedelta(days=30)
AT_ONCE = 500


def project_webhooks(db: Database, _settings: Settings) -> int:
    return project_due(db)


def send_webhooks(db: Database, settings: Settings) -> int:
    return send_due(db, _sender_of(settings))


@cache
def _sender_of(settings: Settings) -> Sender:
    return Sender(open_vault(settings), settings.webhook_allowed_ranges)


def forget_deliveries(db: Database, _settings: Settings) -> int:
    """Take those that arrived long ago out of the log; dead ones stay. Returns how many."""
    before = clock.as_text(clock.now() - KEPT)
    forgotten = count = db.write(_forget, SYSTEM, before)
    while count == AT_ONCE:
        count = db.write(_forget, SYSTEM, before)
        forgotten += count
    return forgotten


def _forget(tx: Transaction, before: str) -> int:
    """Some of them at a time, over all workspaces. `tx` is of SYSTEM."""
    old = tx.tuples(
        """
        SELECT id
          FROM webhook_deliveries
         WHERE state = 'done'
           AND settled_at < :before
         LIMIT :at_once
        """,
        before=before,
        at_once=AT_ONCE,
    )
    ids = orjson.dumps([row[0] for row in old]).decode()
    tx.run(
        """
        DELETE FROM webhook_attempts
         WHERE id IN (SELECT a.id
                        FROM webhook_deliveries d
                        JOIN webhook_attempts a ON a.workspace_id = d.workspace_id AND a.delivery_id = d.id
                       WHERE d.id IN (SELECT value FROM json_each(:ids)))
        """,
        ids=ids,
    )
    tx.run("DELETE FROM webhook_deliveries WHERE id IN (SELECT value FROM json_each(:ids))", ids=ids)
    return len(old)
