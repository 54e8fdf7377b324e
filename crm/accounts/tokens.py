"""API tokens: named, read or write, expiring, shown once."""

from dataclasses import asdict, dataclass
from datetime import timedelta

from crm import clock
from crm.accounts.credentials import hash_secret
from crm.accounts.fields import TokenFields
from crm.accounts.identity import Identity, identity_from
from crm.accounts.permissions import Scope
from crm.accounts.sessions import refreshed_before
from crm.activity import activity
from crm.db.transaction import Transaction
from crm.errors import Conflict, Sentence
from crm.records.skeleton import Skeleton, existing

PREFIX = "hf_"
HINT_LENGTH = 4
MOST_TOKENS = 50

TOKEN_RECORD = Skeleton("token", "tokens", Sentence("token"))
LIVE = """
    SELECT id, name, scope, hint, maker_id, created_at, expires_at, last_used_at
      FROM tokens
     WHERE workspace_id = :workspace_id
       AND user_id = :actor_id
       AND revoked_at IS NULL
"""


@dataclass(frozen=True)
class Token:
    """`hint` is how the secret starts; `last_used_at` is true to the hour. `maker_id` is the token that it
    was made with, and ends with.
    """

    id: int
    name: str
    scope: Scope
    hint: str
    maker_id: int | None
    created_at: str
    expires_at: str
    last_used_at: str | None


@dataclass(frozen=True, slots=True)
class NewToken(Token):
    """A token with its secret, which is shown only once."""

    token: str


def identify_token(tx: Transaction, token: str) -> Identity | None:
    """The user of a live token. Each request needs this: one statement over unique keys, in no workspace."""
    row = tx.one(
        """
        SELECT t.id AS credential_id, t.scope, t.last_used_at,
               u.id AS user_id, u.workspace_id, u.role, u.name, u.email, w.name AS workspace_name,
               w.public_url, w.members_import, w.members_export, w.members_merge,
               w.module_desk, w.module_quotes, w.module_conversations, w.module_campaigns,
               COALESCE(u.language, w.language) AS language, COALESCE(u.timezone, w.timezone) AS timezone,
               COALESCE(u.locale, NULLIF(u.language, 'en'), w.locale, NULLIF(w.language, 'en')) AS locale
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
    """Record the use; at most hourly, so that reads do not write."""
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


def create_token(
    tx: Transaction, fields: TokenFields, secret: str, maker: int | None = None, *, monitors: bool = False
) -> NewToken:
    """A token of the acting user, known by `PREFIX + secret`. It ends with the token `maker`. One that
    `monitors` sees the figures of the whole server and nothing else: it is made on the machine alone.

    Raises Conflict when the user has as many as one may have.
    """
    _check_room(tx)
    token = PREFIX + secret
    scope: Scope = "monitor" if monitors else fields.scope
    expires_at = clock.later(tx.now, timedelta(days=fields.days))
    if maker is not None:
        expires_at = min(expires_at, get_token(tx, maker).expires_at)
    token_id = tx.insert(
        """
        INSERT INTO tokens (workspace_id, user_id, name, scope, hint, token_hash, maker_id,
                            created_at, expires_at)
        VALUES (:workspace_id, :actor_id, :name, :scope, :hint, :token_hash, :maker_id,
                :now, :expires_at)
        RETURNING id
        """,
        name=fields.name,
        scope=scope,
        hint=token[: len(PREFIX) + HINT_LENGTH],
        token_hash=hash_secret(token),
        maker_id=maker,
        expires_at=expires_at,
    )
    _record(
        tx,
        "token.created",
        token_id,
        after={"name": fields.name, "scope": scope, "expires_at": expires_at},
    )
    return NewToken(**asdict(get_token(tx, token_id)), token=token)


def list_tokens(tx: Transaction) -> list[Token]:
    """The acting user's tokens, newest first, until revoked: an expired one explains why a program failed."""
    return [Token(**row) for row in tx.all(f"{LIVE} ORDER BY id DESC")]


def get_token(tx: Transaction, token_id: int) -> Token:
    """Raises NotFound for a token of another user, or a revoked one."""
    return Token(**existing(TOKEN_RECORD, tx.one(f"{LIVE} AND id = :token_id", token_id=token_id)))


def revoke_token(tx: Transaction, token_id: int) -> None:
    """Revoke it and all tokens made with it. Raises NotFound for one of another user, or a revoked one."""
    get_token(tx, token_id)
    for token in _made_with(tx, token_id):
        tx.run(
            "UPDATE tokens SET revoked_at = :now WHERE workspace_id = :workspace_id AND id = :token_id",
            token_id=token.id,
        )
        _record(tx, "token.revoked", token.id, before={"name": token.name, "scope": token.scope})


def revoke_tokens_of(tx: Transaction, user_id: int) -> int:
    """Revoke all tokens of a user, as part of a change that says why; returns how many were still valid."""
    live = _count_live(tx, user_id)
    tx.run(
        """
        UPDATE tokens
           SET revoked_at = :now
         WHERE workspace_id = :workspace_id
           AND user_id = :user_id
           AND revoked_at IS NULL
        """,
        user_id=user_id,
    )
    return live


def end_monitor_tokens(tx: Transaction) -> None:
    """Of a workspace that came from another server: they were made by who runs that one."""
    tx.run(
        """
        UPDATE tokens
           SET revoked_at = :now
         WHERE workspace_id = :workspace_id
           AND scope = 'monitor'
           AND revoked_at IS NULL
        """
    )


def _made_with(tx: Transaction, token_id: int) -> list[Token]:
    """The acting user's token, and all tokens that were made with it or with those."""
    rows = tx.all(
        f"""
        WITH RECURSIVE made (id) AS (
            SELECT t.id
              FROM tokens t
             WHERE t.workspace_id = :workspace_id
               AND t.user_id = :actor_id
               AND t.id = :token_id
             UNION
            SELECT t.id
              FROM tokens t
              JOIN made m ON t.maker_id = m.id
             WHERE t.workspace_id = :workspace_id
               AND t.user_id = :actor_id
        )
        {LIVE}
           AND id IN (SELECT m.id FROM made m)
         ORDER BY id
        """,
        token_id=token_id,
    )
    return [Token(**row) for row in rows]


def _check_room(tx: Transaction) -> None:
    if _count_live(tx, int(tx.actor.user_id or 0)) >= MOST_TOKENS:
        raise Conflict(
            Sentence("You already have {n} API tokens, the maximum. Revoke one first.", n=MOST_TOKENS)
        )


def _count_live(tx: Transaction, user_id: int) -> int:
    return int(
        tx.value(
            """
            SELECT count(*)
              FROM tokens
             WHERE workspace_id = :workspace_id
               AND user_id = :user_id
               AND revoked_at IS NULL
               AND expires_at > :now
            """,
            user_id=user_id,
        )
    )


def _record(tx: Transaction, action: str, token_id: int, **content: dict[str, object]) -> None:
    user = ("user", int(tx.actor.user_id or 0))
    activity.record(tx, action, "token", token_id, subject=user, **content)
