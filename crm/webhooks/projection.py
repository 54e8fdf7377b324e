"""From the ledger into the outbox: each webhook has a place in the history, up to which it was told.

The place moves in the transaction that queues the deliveries, so that a kill at any moment loses none of them
and makes none twice.
"""

from collections.abc import Mapping

import orjson

from crm.activity.sight import reader_for_all_admins
from crm.activity.verbs import settled
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Row, Transaction

STEP = 1_000
"""The most entries that one transaction looks at."""


def project_due(db: Database) -> int:
    """Queue what is new for all webhooks; returns how many deliveries that are."""
    behind = db.read(_behind, SYSTEM)
    return sum(db.write(project, Actor(row["workspace_id"], None), row["id"]) for row in behind)


def _behind(tx: Transaction) -> list[Row]:
    """The active webhooks that were not told of everything yet. `tx` is of SYSTEM."""
    return tx.all(
        """
        SELECT w.workspace_id, w.id
          FROM webhooks w
         WHERE w.active = 1
           AND w.deleted_at IS NULL
           AND EXISTS (SELECT 1
                         FROM activities a
                        WHERE a.workspace_id = w.workspace_id
                          AND a.seq > w.projected_seq)
        """
    )


def project(tx: Transaction, webhook_id: int) -> int:
    """Queue the next entries that this webhook wants; returns how many."""
    webhook = tx.one(
        """
        SELECT kinds, verbs, projected_seq
          FROM webhooks
         WHERE workspace_id = :workspace_id
           AND id = :webhook_id
        """,
        webhook_id=webhook_id,
    )
    if webhook is None:
        return 0
    rows = _entries_after(tx, webhook["projected_seq"])
    wanted = [row for row in rows if row["seen"] and _is_wanted(row, webhook)]
    _queue(tx, webhook_id, wanted)
    if rows:
        move_place(tx, webhook_id, rows[-1]["seq"])
    return len(wanted)


def _entries_after(tx: Transaction, seq: int) -> list[Row]:
    """`seen` is 0 for what is for one person alone."""
    seen = reader_for_all_admins(tx).condition.removeprefix("AND ")
    return tx.all(
        f"""
        SELECT a.id, a.seq, a.action, a.entity, a.entity_id, a.hash,
               CASE WHEN {seen} THEN 1 ELSE 0 END AS seen
          FROM activities a
         WHERE a.workspace_id = :workspace_id
           AND a.seq > :seq
         ORDER BY a.seq
         LIMIT {STEP}
        """,
        seq=seq,
    )


def _is_wanted(row: Row, webhook: Row) -> bool:
    kinds, verbs = (orjson.loads(webhook[name]) if webhook[name] else None for name in ("kinds", "verbs"))
    return (kinds is None or row["entity"] in kinds) and (verbs is None or verb_of(row) in verbs)


def verb_of(row: Mapping[str, str]) -> str:
    return settled(row["action"]).rpartition(".")[2]


def message_id_of(entry_hash: str) -> str:
    """The same for each attempt and each webhook, by which a receiver knows what it has already."""
    return f"evt_{entry_hash[:32]}"


def _queue(tx: Transaction, webhook_id: int, rows: list[Row]) -> None:
    tx.run_many(
        """
        INSERT INTO webhook_deliveries (workspace_id, webhook_id, activity_id, message_id, entity, entity_id,
                                        verb, state, due_at, created_at)
        VALUES (:workspace_id, :webhook_id, :activity_id, :message_id, :entity, :entity_id,
                :verb, 'queued', :now, :now)
        """,
        [
            {
                "webhook_id": webhook_id,
                "activity_id": row["id"],
                "message_id": message_id_of(row["hash"]),
                "entity": row["entity"],
                "entity_id": row["entity_id"],
                "verb": verb_of(row),
            }
            for row in rows
        ],
    )


def move_place(tx: Transaction, webhook_id: int, seq: int) -> None:
    """Up to which entry of the ledger it counts as told."""
    tx.run(
        """
        UPDATE webhooks
           SET projected_seq = :seq
         WHERE workspace_id = :workspace_id
           AND id = :webhook_id
        """,
        webhook_id=webhook_id,
        seq=seq,
    )
