"""What users change about themselves."""

from crm.accounts.attempts import claim_attempt, clear_attempts, user_bucket
from crm.accounts.devices import forget_devices
from crm.accounts.fields import PasswordChange, ProfileChanges
from crm.accounts.passwords import check_password, hash_password, verify_password
from crm.accounts.sessions import end_other_sessions, end_sessions
from crm.accounts.users import User, check_version, show_user, update_user
from crm.activity import activity
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid


def show_profile(tx: Transaction) -> User:
    return show_user(tx, _me(tx))


def change_profile(
    db: Database, actor: Actor, changes: ProfileChanges, expected_version: int | None = None
) -> User:
    """Raises Invalid for another e-mail without the current password, Conflict for one that is in use."""
    user = db.read(show_profile, actor)
    wanted = changes.model_dump(exclude_unset=True, exclude={"current_password"})
    if wanted.get("email", user.email) != user.email:
        if changes.current_password is None:
            raise Invalid.field("current_password", "is required for another e-mail")
        confirm_password(db, actor, changes.current_password.get_secret_value())
    return db.write(_update, actor, wanted, expected_version)


def change_password(db: Database, actor: Actor, fields: PasswordChange, session_id: int | None) -> int:
    """End every session but `session_id`; returns how many. API tokens stay: no password made them."""
    user = db.read(show_profile, actor)
    password = check_password(
        fields.new_password.get_secret_value(), user.name, user.email, field="new_password"
    )
    old_hash = confirm_password(db, actor, fields.current_password.get_secret_value())
    return db.write(_replace_password, actor, old_hash, hash_password(password), session_id)


def confirm_password(db: Database, actor: Actor, given: str) -> str:
    """The hash that the current password fits. Raises Invalid, or TooMany while guesses are slowed down."""
    bucket = user_bucket(int(actor.user_id or 0))
    db.write(claim_attempt, SYSTEM, [bucket])
    password_hash = db.read(_password_hash, actor)
    if not verify_password(password_hash, given):
        raise Invalid.field("current_password", "is wrong")
    db.write(clear_attempts, SYSTEM, [bucket])
    return password_hash


def reset_password(tx: Transaction, user_id: int, new_hash: str) -> None:
    """By the console, for a user who has lost the old one. Ends the user's sessions."""
    user = show_user(tx, user_id)
    tx.run(
        """
        UPDATE users
           SET password_hash = :new_hash, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :user_id
        """,
        new_hash=new_hash,
        user_id=user.id,
    )
    activity.record(tx, "user.password_reset", "user", user.id)
    forget_devices(tx, user.id)
    end_sessions(tx, user.id)


def _update(tx: Transaction, wanted: dict[str, object], expected_version: int | None) -> User:
    user = show_profile(tx)
    check_version(user, expected_version)
    update_user(tx, user, wanted)
    return show_profile(tx)


def _password_hash(tx: Transaction) -> str:
    return str(
        tx.value("SELECT password_hash FROM users WHERE workspace_id = :workspace_id AND id = :actor_id")
    )


def _replace_password(tx: Transaction, old_hash: str, new_hash: str, session_id: int | None) -> int:
    changed = tx.run(
        """
        UPDATE users
           SET password_hash = :new_hash, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :actor_id
           AND password_hash = :old_hash
        """,
        new_hash=new_hash,
        old_hash=old_hash,
    )
    if not changed:
        raise Conflict("The password was changed elsewhere meanwhile.")
    activity.record(tx, "user.password_changed", "user", _me(tx))
    forget_devices(tx, _me(tx))
    return end_other_sessions(tx, session_id)


def _me(tx: Transaction) -> int:
    return int(tx.actor.user_id or 0)
