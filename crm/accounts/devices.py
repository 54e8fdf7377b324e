"""Browsers in which a user has logged in before: strangers' guesses do not slow them down."""

from dataclasses import dataclass
from datetime import timedelta

from crm import clock
from crm.accounts.credentials import hash_secret
from crm.db.transaction import Transaction

LIFE = timedelta(days=180)
MOST = 20


@dataclass(frozen=True, slots=True)
class Device:
    user_id: int
    token_hash: str


def find_device(tx: Transaction, email: str, secret: str) -> Device | None:
    """When this secret was given to a user with that e-mail: it speaks for that account alone. `tx` is of
    SYSTEM.
    """
    row = tx.one(
        """
        SELECT d.user_id, d.token_hash
          FROM devices d
          JOIN users u ON u.workspace_id = d.workspace_id AND u.id = d.user_id
         WHERE d.token_hash = :token_hash
           AND d.expires_at > :now
           AND u.email = :email
        """,
        token_hash=hash_secret(secret),
        email=email,
    )
    return None if row is None else Device(**row)


def know_device(tx: Transaction, secret: str) -> None:
    """Remember the browser for the acting user, with a new secret at each log-in; keeps at most MOST."""
    tx.run(
        """
        INSERT INTO devices (workspace_id, user_id, token_hash, created_at, expires_at)
        VALUES (:workspace_id, :actor_id, :token_hash, :now, :expires_at)
        ON CONFLICT (token_hash) DO UPDATE
           SET expires_at = excluded.expires_at
        """,
        token_hash=hash_secret(secret),
        expires_at=clock.later(tx.now, LIFE),
    )
    tx.run(
        """
        DELETE FROM devices
         WHERE workspace_id = :workspace_id
           AND user_id = :actor_id
           AND id NOT IN (SELECT id
                            FROM devices
                           WHERE workspace_id = :workspace_id
                             AND user_id = :actor_id
                           ORDER BY expires_at DESC, id DESC
                           LIMIT :most)
        """,
        most=MOST,
    )


def forget_devices(tx: Transaction, user_id: int) -> None:
    tx.run("DELETE FROM devices WHERE workspace_id = :workspace_id AND user_id = :user_id", user_id=user_id)
