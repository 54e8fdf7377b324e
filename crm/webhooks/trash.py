"""Deleting webhooks, and restoring them."""

from crm.db.transaction import Transaction
from crm.records.skeleton import refuse_stale
from crm.records.tombstones import bury, unbury
from crm.webhooks.webhook import WEBHOOK_RECORD, Webhook, get_webhook
from crm.webhooks.webhooks import restorable


def delete_webhook(tx: Transaction, webhook_id: int, *, expected_version: int | None = None) -> None:
    """Nothing more is sent to it; its log is kept. Raises NotFound and Stale."""
    found = get_webhook(tx, webhook_id)
    refuse_stale(WEBHOOK_RECORD, found, expected_version)
    bury(tx, WEBHOOK_RECORD, found)


def restore_webhook(tx: Transaction, webhook_id: int) -> Webhook:
    """What happened meanwhile is sent. Raises NotFound, and Conflict where there are as many as may be."""
    unbury(tx, WEBHOOK_RECORD, restorable(tx, webhook_id))
    return get_webhook(tx, webhook_id)
