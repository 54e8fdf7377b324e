"""Log-in sessions: opaque, revocable, ended by disuse or by age."""

from datetime import timedelta

from crm import clock
from crm.accounts.credentials import hash_secret
from crm.accounts.identity import Identity, identity_from
from crm.db.transaction import Transaction

IDLE = timedelta(days=14)
LONGEST = timedelta(days=90)
REFRESH = timedelta(hours=1)


def identify_session(tx: Transaction, token: str) -> Identity | None:
    """Whose live session it is. Each request pays this: one statement over unique keys, of no tenant."""
    row = tx.one(
        """
        SELECT s.id AS credential_id, 'write' AS scope, s.last_seen_at,
               u.id AS user_id, u.workspace_id, u.role, u.name, u.email, w.name AS workspace_name,
               COALESCE(u.language, w.language) AS language, COALESCE(u.timezone, w.timezone) AS timezone
          FROM sessions s
          JOIN users u      ON u.id = s.user_id
          JOIN workspaces w ON w.id = u.workspace_id
         WHERE s.token_hash = :token_hash
           AND s.expires_at > :now
           AND u.disabled_at IS NULL
        """,
        token_hash=hash_secret(token),
    )
    if row is None:
        return None
    return identity_from(row, "session", refresh_due=row["last_seen_at"] <= refreshed_before(tx.now))


def touch_session(tx: Transaction, session_id: int) -> None:
    """Note the use and move the end of disuse; at most hourly, so that reads do not write."""
    tx.run(
        """
        UPDATE sessions
           SET last_seen_at = :now,
               expires_at   = CASE WHEN ends_at < :idle_end THEN ends_at ELSE :idle_end END
         WHERE id = :session_id
           AND workspace_id = :workspace_id
           AND last_seen_at <= :refreshed_before
           AND expires_at > :now
        """,
        session_id=session_id,
        idle_end=clock.later(tx.now, IDLE),
        refreshed_before=refreshed_before(tx.now),
    )


def refreshed_before(now: str) -> str:
    """The moment before which a noted use is old enough to be noted again."""
    return clock.later(now, -REFRESH)
