"""Log-in sessions: opaque, revocable, ended by disuse or by age."""

from dataclasses import dataclass
from datetime import timedelta

from crm import clock
from crm.accounts.credentials import hash_secret
from crm.accounts.identity import Identity, identity_from
from crm.activity import activity
from crm.db.actor import SYSTEM, Actor
from crm.db.transaction import Transaction
from crm.errors import Sentence
from crm.records.skeleton import Skeleton, missing

IDLE = timedelta(days=14)
LONGEST = timedelta(days=90)
REFRESH = timedelta(hours=1)
LONGEST_USER_AGENT = 400
SESSION_RECORD = Skeleton("session", "sessions", Sentence("session"))


@dataclass(frozen=True, slots=True)
class LoginPlace:
    """Where a request comes from."""

    address: str
    user_agent: str


@dataclass(frozen=True)
class Session:
    id: int
    user_agent: str
    address: str
    created_at: str
    last_seen_at: str
    expires_at: str


def identify_session(tx: Transaction, token: str) -> Identity | None:
    """The user of a live session. Each request needs it: one statement over unique keys, in no workspace."""
    row = tx.one(
        """
        SELECT s.id AS credential_id, 'write' AS scope, s.last_seen_at,
               u.id AS user_id, u.workspace_id, u.role, u.name, u.email, w.name AS workspace_name,
               w.public_url, w.members_import, w.members_export, w.members_merge,
               w.module_desk, w.module_quotes, w.module_conversations, w.module_campaigns,
               COALESCE(u.language, w.language) AS language, COALESCE(u.timezone, w.timezone) AS timezone,
               COALESCE(u.locale, NULLIF(u.language, 'en'), w.locale, NULLIF(w.language, 'en')) AS locale
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
    """Record the use and extend the session; at most hourly, so that reads do not write."""
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


def start_session(tx: Transaction, secret: str, place: LoginPlace) -> int:
    """A session of the acting user, known by `secret`; returns its id."""
    session_id = tx.insert(
        """
        INSERT INTO sessions (workspace_id, user_id, token_hash, user_agent, address,
                              created_at, last_seen_at, expires_at, ends_at)
        VALUES (:workspace_id, :actor_id, :token_hash, :user_agent, :address,
                :now, :now, :expires_at, :ends_at)
        RETURNING id
        """,
        token_hash=hash_secret(secret),
        user_agent=place.user_agent[:LONGEST_USER_AGENT],
        address=place.address,
        expires_at=clock.later(tx.now, IDLE),
        ends_at=clock.later(tx.now, LONGEST),
    )
    _record(tx, "session.started", session_id, after={"address": place.address})
    return session_id


def list_sessions(tx: Transaction) -> list[Session]:
    """The live sessions of the acting user, last used first."""
    rows = tx.all(
        """
        SELECT id, user_agent, address, created_at, last_seen_at, expires_at
          FROM sessions
         WHERE workspace_id = :workspace_id
           AND user_id = :actor_id
           AND expires_at > :now
         ORDER BY last_seen_at DESC, id DESC
        """
    )
    return [Session(**row) for row in rows]


def end_session(tx: Transaction, session_id: int) -> None:
    """End a session of the acting user. Raises NotFound, also for one of another user."""
    ended = tx.run(
        """
        DELETE FROM sessions
         WHERE workspace_id = :workspace_id
           AND user_id = :actor_id
           AND id = :session_id
        """,
        session_id=session_id,
    )
    if not ended:
        raise missing(SESSION_RECORD)
    _record(tx, "session.ended", session_id)


def end_session_of_browser(tx: Transaction, secret: str) -> None:
    """The session that a browser had before it logged in again, whoever it belonged to."""
    old = tx.acting_as(SYSTEM).one(
        "SELECT id, workspace_id, user_id FROM sessions WHERE token_hash = :token_hash",
        token_hash=hash_secret(secret),
    )
    if old is not None:
        end_session(tx.acting_as(Actor(old["workspace_id"], old["user_id"], tx.actor.request_id)), old["id"])


def end_other_sessions(tx: Transaction, but: int | None) -> int:
    """End all of the acting user's except one; returns how many."""
    others = tx.all(
        """
        SELECT id
          FROM sessions
         WHERE workspace_id = :workspace_id
           AND user_id = :actor_id
           AND id <> :but
        """,
        but=but or 0,
    )
    for session in others:
        end_session(tx, session["id"])
    return len(others)


def end_sessions(tx: Transaction, user_id: int) -> int:
    """End all sessions of a user, as part of a change that says why; returns how many."""
    return tx.run(
        "DELETE FROM sessions WHERE workspace_id = :workspace_id AND user_id = :user_id", user_id=user_id
    )


def end_all_sessions(tx: Transaction) -> int:
    """End everybody's sessions, as part of a change that says why; returns how many. `tx` is of SYSTEM."""
    return tx.run("DELETE FROM sessions")


def _record(tx: Transaction, action: str, session_id: int, after: dict[str, object] | None = None) -> None:
    user = ("user", int(tx.actor.user_id or 0))
    activity.record(tx, action, "session", session_id, after=after, subject=user)


def refreshed_before(now: str) -> str:
    """A use recorded before this moment is recorded again."""
    return clock.later(now, -REFRESH)
