"""A disabled user is out everywhere from the commit on: look-ups of sessions and tokens refuse him."""

from crm.activity import activity
from crm.db.transaction import Transaction


def disable(tx: Transaction, user_id: int) -> None:
    """What he held is gone for good, so that enabling him again revives none of it."""
    _set_disabled(tx, user_id, tx.now)
    for sql in (
        "DELETE FROM sessions    WHERE workspace_id = :workspace_id AND user_id    = :user_id",
        "DELETE FROM devices     WHERE workspace_id = :workspace_id AND user_id    = :user_id",
        "DELETE FROM invitations WHERE workspace_id = :workspace_id AND created_by = :user_id",
        """
        UPDATE tokens
           SET revoked_at = :now
         WHERE workspace_id = :workspace_id
           AND user_id = :user_id
           AND revoked_at IS NULL
        """,
    ):
        tx.run(sql, user_id=user_id)
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
