"""Deactivating a user: from the commit on, their sessions and tokens are refused."""

from crm.accounts.devices import forget_devices
from crm.accounts.sessions import end_sessions
from crm.accounts.tokens import revoke_tokens_of
from crm.activity import activity
from crm.db.transaction import Transaction


def disable(tx: Transaction, user_id: int) -> None:
    """What they held is gone for good: enabling them again revives none of it."""
    _set_disabled(tx, user_id, tx.now)
    end_sessions(tx, user_id)
    forget_devices(tx, user_id)
    tx.run(
        "DELETE FROM invitations WHERE workspace_id = :workspace_id AND created_by = :user_id",
        user_id=user_id,
    )
    revoke_tokens_of(tx, user_id)
    activity.record(
        tx, "user.disabled", "user", user_id, before={"disabled": False}, after={"disabled": True}
    )


def enable(tx: Transaction, user_id: int) -> None:
    _set_disabled(tx, user_id, None)
    activity.record(tx, "user.enabled", "user", user_id, before={"disabled": True}, after={"disabled": False})


def _set_disabled(tx: Transaction, user_id: int, disabled_at: str | None) -> None:
    tx.run(
        """
        UPDATE users
           SET disabled_at = :disabled_at, version = version + 1, updated_at = :now
         WHERE id = :user_id
           AND workspace_id = :workspace_id
        """,
        user_id=user_id,
        disabled_at=disabled_at,
    )
