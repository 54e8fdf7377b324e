"""One activity for each change, in the same transaction: timeline and audit log at once."""

import secrets
from collections.abc import Mapping
from typing import Any

import orjson

from crm.activity.chain import ERASURE, GENESIS, hash_content, hash_entry
from crm.activity.operations import join_operation
from crm.db.transaction import Transaction


def record(
    tx: Transaction,
    action: str,
    entity: str,
    entity_id: int,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    subject: tuple[str, int] | None = None,
) -> int:
    """Append one entry to the ledger and return its id.

    `action` reads "client.created". `before` and `after` hold the changed fields, JSON-able, never a secret.
    `subject` is the record on whose timeline it appears, if that is another one: ("client", 42) for a file.
    """
    subject_name, subject_id = subject or (entity, entity_id)
    salt = secrets.token_hex(16)
    before_text, after_text = _as_json(before), _as_json(after)
    entry: dict[str, Any] = {
        **_next_link(tx),
        "workspace_id": tx.actor.workspace_id,
        "action": action,
        "entity": entity,
        "entity_id": entity_id,
        "subject": subject_name,
        "subject_id": subject_id,
        "actor_id": tx.actor.user_id,
        "request_id": tx.actor.request_id,
        "created_at": tx.now,
        "content_hash": hash_content(salt, before_text, after_text),
    }
    entry["hash"] = hash_entry(entry)
    activity_id = _append(tx, entry)
    tx.run(
        """
        INSERT INTO activity_contents (activity_id, workspace_id, salt, before, after)
        VALUES (:activity_id, :workspace_id, :salt, :before, :after)
        """,
        activity_id=activity_id,
        salt=salt,
        before=before_text,
        after=after_text,
    )
    if tx.actor.operation_id is not None:
        join_operation(tx, activity_id, seq=entry["seq"], action=action, changed=after or {})
    return activity_id


def changes(
    old: Mapping[str, object], new: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """The fields of `new` that differ from `old`: their values before, and after."""
    changed = [name for name in new if old.get(name) != new[name]]
    return {name: old.get(name) for name in changed}, {name: new[name] for name in changed}


def erase_contents(tx: Transaction, subject: str, subject_id: int) -> int:
    """Erase what the ledger says about one record, on a person's request; returns how many entries.

    The erasure is an entry, too: a chain with contents erased without one does not verify.
    """
    erased = tx.run(
        """
        UPDATE activity_contents
           SET salt = NULL, before = NULL, after = NULL, erased_at = :now
         WHERE workspace_id = :workspace_id
           AND erased_at IS NULL
           AND activity_id IN (SELECT id
                                 FROM activities
                                WHERE workspace_id = :workspace_id
                                  AND subject = :subject
                                  AND subject_id = :subject_id)
        """,
        subject=subject,
        subject_id=subject_id,
    )
    record(tx, ERASURE, subject, subject_id, after={"entries": erased})
    return erased


def _next_link(tx: Transaction) -> dict[str, object]:
    head = tx.one(
        """
        SELECT seq, hash
          FROM activities
         WHERE workspace_id = :workspace_id
         ORDER BY seq DESC
         LIMIT 1
        """
    )
    if head is None:
        return {"seq": 1, "previous_hash": GENESIS}
    return {"seq": head["seq"] + 1, "previous_hash": head["hash"]}


def _append(tx: Transaction, entry: Mapping[str, Any]) -> int:
    own = {name: value for name, value in entry.items() if name not in {"workspace_id", "actor_id"}}
    return tx.insert(
        """
        INSERT INTO activities (workspace_id, seq, action, entity, entity_id, subject, subject_id, actor_id,
                                request_id, created_at, content_hash, previous_hash, hash)
        VALUES (:workspace_id, :seq, :action, :entity, :entity_id, :subject, :subject_id, :actor_id,
                :request_id, :created_at, :content_hash, :previous_hash, :hash)
        RETURNING id
        """,
        **own,
    )


def _as_json(fields: Mapping[str, object] | None) -> str | None:
    return None if fields is None else orjson.dumps(fields).decode()
