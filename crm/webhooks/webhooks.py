"""Creating and changing webhooks, and replacing their secrets."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import orjson

from crm import clock
from crm.activity import activity
from crm.activity.timeline import ledger_head
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, Sentence
from crm.records.kinds import kinds_of
from crm.records.skeleton import differing, facts_of, given_facts, refuse_stale
from crm.vault import Vault
from crm.webhooks.addresses import Ranges, refuse_private
from crm.webhooks.fields import NewWebhook, WebhookChanges
from crm.webhooks.projection import move_place
from crm.webhooks.sealed_secrets import seal_secret
from crm.webhooks.webhook import (
    WEBHOOK_RECORD,
    NewlyMade,
    Webhook,
    get_deleted_webhook,
    get_webhook,
    list_webhooks,
)

MOST_WEBHOOKS = 50
UNSIGNED = "needs a secret first: the workspace was imported without it, so replace it"


def create_webhook(
    tx: Transaction, vault: Vault, allowed: Ranges, fields: NewWebhook, secret: str
) -> NewlyMade:
    """It is told of what happens from now on. Raises Invalid, and Conflict where there are too many."""
    _check(tx, allowed, fields.url, fields.kinds)
    _refuse_more(tx)
    webhook_id = tx.insert(
        """
        INSERT INTO webhooks (workspace_id, name, url, kinds, verbs, sealed_secret, projected_seq,
                              created_at, updated_at)
        VALUES (:workspace_id, :name, :url, :kinds, :verbs, :sealed_secret, :projected_seq,
                :now, :now)
        RETURNING id
        """,
        name=fields.name,
        url=fields.url,
        kinds=_as_json(fields.kinds),
        verbs=_as_json(fields.verbs),
        sealed_secret=seal_secret(vault, secret, tx.actor.workspace_id),
        projected_seq=ledger_head(tx),
    )
    made = get_webhook(tx, webhook_id)
    activity.record(tx, "webhook.created", "webhook", webhook_id, after=given_facts(WEBHOOK_RECORD, made))
    return NewlyMade(**asdict(made), secret=secret)


def change_webhook(
    tx: Transaction,
    allowed: Ranges,
    webhook_id: int,
    changes: WebhookChanges,
    *,
    expected_version: int | None = None,
) -> Webhook:
    """Raises NotFound, Stale and Invalid."""
    old = get_webhook(tx, webhook_id)
    refuse_stale(WEBHOOK_RECORD, old, expected_version)
    given = changes.model_dump(exclude_unset=True, exclude={"catch_up"})
    values = differing(WEBHOOK_RECORD, old, given)
    if not values:
        return old
    _check(tx, allowed, values.get("url", old.url), values.get("kinds"))
    if values.get("active") and not old.has_secret:
        raise Invalid.field("active", UNSIGNED)
    if values.get("active") and not changes.catch_up:
        move_place(tx, webhook_id, ledger_head(tx))
    set_facts(tx, old, values)
    return get_webhook(tx, webhook_id)


def set_facts(tx: Transaction, old: Webhook, values: dict[str, Any], gone_at: str | None = None) -> None:
    """With the entry in the ledger. `values` are the facts that differ."""
    new = {**facts_of(WEBHOOK_RECORD, old), **values}
    tx.run(
        """
        UPDATE webhooks
           SET name = :name, url = :url, kinds = :kinds, verbs = :verbs, active = :active, gone_at = :gone_at,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :webhook_id
        """,
        webhook_id=old.id,
        name=new["name"],
        url=new["url"],
        kinds=_as_json(new["kinds"]),
        verbs=_as_json(new["verbs"]),
        active=int(new["active"]),
        gone_at=gone_at or (None if new["active"] else old.gone_at),
    )
    before, after = activity.changes(facts_of(WEBHOOK_RECORD, old), values)
    activity.record(tx, "webhook.changed", "webhook", old.id, before=before, after=after)


def webhook_facts(tx: Transaction, webhook_id: int) -> dict[str, Any]:
    return facts_of(WEBHOOK_RECORD, get_webhook(tx, webhook_id))


def rotate_secret(
    tx: Transaction, vault: Vault, webhook_id: int, secret: str, overlap_hours: int
) -> NewlyMade:
    """A new secret; the former one signs beside it for some hours. Raises NotFound."""
    old = get_webhook(tx, webhook_id)
    until = clock.later(tx.now, timedelta(hours=overlap_hours)) if old.has_secret else None
    tx.run(
        """
        UPDATE webhooks
           SET sealed_former = sealed_secret, former_until = :former_until, sealed_secret = :sealed_secret,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :webhook_id
        """,
        webhook_id=webhook_id,
        former_until=until,
        sealed_secret=seal_secret(vault, secret, tx.actor.workspace_id),
    )
    activity.record(tx, "webhook.secret_replaced", "webhook", webhook_id, after={"former_until": until})
    return NewlyMade(**asdict(get_webhook(tx, webhook_id)), secret=secret)


def restorable(tx: Transaction, webhook_id: int) -> Webhook:
    """Raises NotFound unless it is in the trash, and Conflict where there is no room for it."""
    found = get_deleted_webhook(tx, webhook_id)
    _refuse_more(tx)
    return found


def _refuse_more(tx: Transaction) -> None:
    if len(list_webhooks(tx)) >= MOST_WEBHOOKS:
        raise Conflict(Sentence("A workspace can have at most {n} webhooks.", n=MOST_WEBHOOKS))


def _check(tx: Transaction, allowed: Ranges, url: str, kinds: list[str] | None) -> None:
    refuse_private(url, allowed)
    odd = [name for name in kinds or [] if name not in kinds_of(tx).by_name]
    if odd:
        raise Invalid.field(
            "kinds", Sentence("has a kind of record that is not known: {kind}", kind=repr(odd[0]))
        )


def _as_json(names: list[str] | None) -> str | None:
    return None if names is None else orjson.dumps(names).decode()
