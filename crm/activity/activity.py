"""One activity for each change, in the same transaction: timeline and audit log at once."""

import secrets
from collections.abc import Mapping, Sequence
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
    content = _content(before, after)
    entry = _entry(tx, _next_link(tx), (action, entity, entity_id), subject or (entity, entity_id), content)
    activity_id = tx.insert(APPEND, **_own(entry))
    tx.run(KEEP, activity_id=activity_id, **content)
    if tx.actor.operation_id is not None:
        join_operation(tx, [(activity_id, entry["seq"], after or {})], action=action)
    return activity_id


def record_many(
    tx: Transaction, action: str, entity: str, changed: Sequence[tuple[int, Mapping[str, object]]]
) -> None:
    """The same entry for each of several records: its id, and the fields after the change. In one pass."""
    link, entries, contents = _next_link(tx), [], []
    for entity_id, after in changed:
        content = _content(None, after)
        entry = _entry(tx, link, (action, entity, entity_id), (entity, entity_id), content)
        link = {"seq": entry["seq"] + 1, "previous_hash": entry["hash"]}
        entries.append(_own(entry))
        contents.append(content)
    ids = tx.insert_many(APPEND, entries)
    tx.run_many(KEEP, [{"activity_id": each, **content} for each, content in zip(ids, contents, strict=True)])
    if tx.actor.operation_id is not None and ids:
        joining = zip(ids, entries, changed, strict=True)
        join_operation(
            tx, [(each, entry["seq"], after) for each, entry, (_, after) in joining], action=action
        )


def _content(before: Mapping[str, object] | None, after: Mapping[str, object] | None) -> dict[str, Any]:
    return {"salt": secrets.token_hex(16), "before": _as_json(before), "after": _as_json(after)}


def _entry(
    tx: Transaction,
    link: Mapping[str, object],
    change: tuple[str, str, int],
    subject: tuple[str, int],
    content: Mapping[str, Any],
) -> dict[str, Any]:
    """`change` is the action, the kind of record and its id."""
    action, entity, entity_id = change
    entry: dict[str, Any] = {
        **link,
        "workspace_id": tx.actor.workspace_id,
        "action": action,
        "entity": entity,
        "entity_id": entity_id,
        "subject": subject[0],
        "subject_id": subject[1],
        "actor_id": tx.actor.user_id,
        "request_id": tx.actor.request_id,
        "created_at": tx.now,
        "content_hash": hash_content(content["salt"], content["before"], content["after"]),
    }
    entry["hash"] = hash_entry(entry)
    return entry


def _own(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Without what the transaction binds by itself."""
    return {name: value for name, value in entry.items() if name not in {"workspace_id", "actor_id"}}


APPEND = """
        INSERT INTO activities (workspace_id, seq, action, entity, entity_id, subject, subject_id, actor_id,
                                request_id, created_at, content_hash, previous_hash, hash)
        VALUES (:workspace_id, :seq, :action, :entity, :entity_id, :subject, :subject_id, :actor_id,
                :request_id, :created_at, :content_hash, :previous_hash, :hash)
        RETURNING id
"""
KEEP = """
        INSERT INTO activity_contents (activity_id, workspace_id, salt, before, after)
        VALUES (:activity_id, :workspace_id, :salt, :before, :after)
"""


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


def _as_json(fields: Mapping[str, object] | None) -> str | None:
    return None if fields is None else orjson.dumps(fields).decode()
