"""A webhook as it is read."""

from dataclasses import dataclass

import orjson

from crm.db.transaction import Row, Transaction
from crm.errors import Sentence
from crm.records.skeleton import Skeleton, in_trash, live

WEBHOOK_RECORD = Skeleton(
    "webhook", "webhooks", Sentence("webhook"), facts=("name", "url", "kinds", "verbs", "active")
)
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class Webhook:
    """`kinds` and `verbs` are None for all. A receiver that answered 410 at `gone_at` gets nothing more until
    it is made active again. Until `former_until` a replaced secret signs, too. One that came with an imported
    workspace has no secret until it is replaced. `waiting` and `dead` count deliveries, at most 1,000.
    """

    id: int
    name: str
    url: str
    kinds: list[str] | None
    verbs: list[str] | None
    active: bool
    has_secret: bool
    gone_at: str | None
    former_until: str | None
    waiting: int
    dead: int
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None


@dataclass(frozen=True, slots=True)
class NewlyMade(Webhook):
    """A webhook with its secret, which is shown only once."""

    secret: str


def _counted(states: str) -> str:
    return f"""(SELECT count(*)
                  FROM (SELECT d.id
                          FROM webhook_deliveries d
                         WHERE d.workspace_id = w.workspace_id
                           AND d.webhook_id = w.id
                           AND d.state IN ({states})
                         LIMIT {MOST_COUNTED}) few)"""


SHOWN = f"""
    SELECT w.id, w.name, w.url, w.kinds, w.verbs, w.active, w.gone_at,
           CASE WHEN length(w.sealed_secret) > 0 THEN 1 ELSE 0 END AS has_secret,
           CASE WHEN w.former_until > :now THEN w.former_until ELSE NULL END AS former_until,
           {_counted("'queued', 'sending'")} AS waiting,
           {_counted("'dead'")} AS dead,
           w.version, w.created_at, w.updated_at, w.deleted_at
      FROM webhooks w
     WHERE w.workspace_id = :workspace_id
"""


def list_webhooks(tx: Transaction, *, deleted: bool = False) -> list[Webhook]:
    """All of the workspace, the newest first."""
    which = "IS NOT NULL" if deleted else "IS NULL"
    return [as_webhook(row) for row in tx.all(f"{SHOWN} AND w.deleted_at {which} ORDER BY w.id DESC")]


def find_webhook(tx: Transaction, webhook_id: int) -> Webhook | None:
    row = tx.one(f"{SHOWN} AND w.id = :webhook_id", webhook_id=webhook_id)
    return as_webhook(row) if row else None


def get_webhook(tx: Transaction, webhook_id: int) -> Webhook:
    """Raises NotFound."""
    return live(WEBHOOK_RECORD, find_webhook(tx, webhook_id))


def get_deleted_webhook(tx: Transaction, webhook_id: int) -> Webhook:
    """Raises NotFound unless it is in the trash."""
    return in_trash(WEBHOOK_RECORD, find_webhook(tx, webhook_id))


def as_webhook(row: Row) -> Webhook:
    chosen = {name: orjson.loads(row[name]) if row[name] else None for name in ("kinds", "verbs")}
    return Webhook(**{**row, **chosen, "active": bool(row["active"]), "has_secret": bool(row["has_secret"])})
