"""Stored answers of repeatable requests: each commits with its change."""

from dataclasses import dataclass

import orjson

from crm.db.transaction import Transaction


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    fingerprint: str
    status: int
    headers: dict[str, str]
    body: bytes


def find_answer(tx: Transaction, key: str) -> StoredAnswer | None:
    row = tx.one(
        """
        SELECT fingerprint, status, headers, body
          FROM idempotency_keys
         WHERE workspace_id = :workspace_id
           AND user_id      = :actor_id
           AND key          = :key
        """,
        key=key,
    )
    if row is None:
        return None
    return StoredAnswer(row["fingerprint"], row["status"], orjson.loads(row["headers"]), row["body"])


def store_answer(tx: Transaction, key: str, answer: StoredAnswer) -> None:
    tx.run(
        """
        INSERT INTO idempotency_keys (workspace_id, user_id, key, fingerprint, status, headers,
                                      body, created_at)
        VALUES (:workspace_id, :actor_id, :key, :fingerprint, :status, :headers,
                :body, :now)
        """,
        key=key,
        fingerprint=answer.fingerprint,
        status=answer.status,
        headers=orjson.dumps(answer.headers).decode(),
        body=answer.body,
    )


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """One of the workspace, by its user and key."""

    user_id: int
    key: str
    headers: dict[str, str]
    body: bytes


def kept_answers(tx: Transaction) -> list[KeptAnswer]:
    """All of the workspace."""
    rows = tx.all(
        """
        SELECT user_id, key, headers, body
          FROM idempotency_keys
         WHERE workspace_id = :workspace_id
        """
    )
    return [KeptAnswer(row["user_id"], row["key"], orjson.loads(row["headers"]), row["body"]) for row in rows]


def replace_answer(
    tx: Transaction, answer: KeptAnswer, status: int, headers: dict[str, str], body: bytes
) -> None:
    """What a repeat gets from now on."""
    tx.run(
        """
        UPDATE idempotency_keys
           SET status = :status, headers = :headers, body = :body
         WHERE workspace_id = :workspace_id
           AND user_id = :user_id
           AND key = :key
        """,
        user_id=answer.user_id,
        key=answer.key,
        status=status,
        headers=orjson.dumps(headers).decode(),
        body=body,
    )


def forget_answers(tx: Transaction, before: str) -> int:
    """Remove the answers stored before a time (RFC 3339), in every workspace; returns how many."""
    return tx.run("DELETE FROM idempotency_keys WHERE created_at < :before", before=before)
