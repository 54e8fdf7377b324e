"""API tokens: named, read or write, expiring, shown once."""

from crm.accounts.credentials import hash_secret
from crm.accounts.identity import Identity, identity_from
from crm.accounts.sessions import refreshed_before
from crm.db.transaction import Transaction

PREFIX = "hf_"


def identify_token(tx: Transaction, token: str) -> Identity | None:
    """Whose live token it is. Each request pays this: one statement over unique keys, of no tenant."""
    row = tx.one(
        """
        SELECT t.id AS credential_id, t.scope, t.last_used_at,
               u.id AS user_id, u.workspace_id, u.role, u.name, u.email, w.name AS workspace_name,
               COALESCE(u.language, w.language) AS language, COALESCE(u.timezone, w.timezone) AS timezone
          FROM tokens t
          JOIN users u      ON u.id = t.user_id
          JOIN workspaces w ON w.id = u.workspace_id
         WHERE t.token_hash = :token_hash
           AND t.expires_at > :now
           AND t.revoked_at IS NULL
           AND u.disabled_at IS NULL
        """,
        token_hash=hash_secret(token),
    )
    if row is None:
        return None
    last_used_at = row["last_used_at"]
    due = last_used_at is None or last_used_at <= refreshed_before(tx.now)
    return identity_from(row, "token", refresh_due=due)


def touch_token(tx: Transaction, token_id: int) -> None:
    """Note the use; at most hourly, so that reads do not write."""
    tx.run(
        """
        UPDATE tokens
           SET last_used_at = :now
         WHERE id = :token_id
           AND workspace_id = :workspace_id
           AND (last_used_at IS NULL OR last_used_at <= :refreshed_before)
        """,
        token_id=token_id,
        refreshed_before=refreshed_before(tx.now),
    )
