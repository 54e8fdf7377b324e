"""What users change about themselves."""

from dataclasses import dataclass

from crm.accounts.attempts import claim_attempt, clear_attempts, user_bucket
from crm.accounts.devices import forget_devices
from crm.accounts.fields import PasswordChange, ProfileChanges, TokenFields, UserChanges
from crm.accounts.passwords import check_password, hash_password, verify_password
from crm.accounts.sessions import end_other_sessions, end_sessions
from crm.accounts.tokens import NewToken, create_token, revoke_tokens_of
from crm.accounts.users import (
    PASSWORD_CHANGED,
    PASSWORD_NEEDED,
    USER_RECORD,
    User,
    change_user,
    get_user,
    password_hash_of,
    update_user,
)
from crm.activity import activity
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid
from crm.records.skeleton import refuse_stale


@dataclass(frozen=True, slots=True)
class Ended:
    """What a new password ended: other sessions, and API tokens that could still be used."""

    sessions: int
    tokens: int


def get_profile(tx: Transaction) -> User:
    return get_user(tx, _me(tx))


def change_profile(
    db: Database, actor: Actor, changes: ProfileChanges, expected_version: int | None = None
) -> User:
    """Raises Invalid for another e-mail without the current password, Conflict for one that is in use."""
    wanted = changes.model_dump(exclude_unset=True, exclude={"current_password"})
    proof = _proof(db, actor, changes, db.read(get_profile, actor).email)
    return db.write(_update, actor, wanted, expected_version, proof)


def change_person(
    db: Database, actor: Actor, user_id: int, changes: UserChanges, expected_version: int | None = None
) -> User:
    """`change_user`, with the actor's current password where the e-mail changes."""
    email = db.read(get_user, actor, user_id).email
    proof = _proof(db, actor, changes, email)
    return db.write(change_user, actor, user_id, changes, expected_version, proof)


def change_password(db: Database, actor: Actor, fields: PasswordChange, session_id: int | None) -> Ended:
    """End every session but `session_id`, and every API token that is not to be kept."""
    user = db.read(get_profile, actor)
    password = check_password(
        fields.new_password.get_secret_value(), user.name, user.email, field="new_password"
    )
    old_hash = confirm_password(db, actor, fields.current_password.get_secret_value())
    new_hash = hash_password(password)
    return db.write(_replace_password, actor, old_hash, new_hash, session_id, keep_tokens=fields.keep_tokens)


def confirm_for_token(db: Database, actor: Actor, fields: TokenFields) -> str:
    """`confirm_password` of who wants a token. Raises Invalid also where none is given."""
    if fields.current_password is None:
        raise Invalid.field("current_password", "is required")
    return confirm_password(db, actor, fields.current_password.get_secret_value())


def confirm_password(db: Database, actor: Actor, given: str) -> str:
    """The hash that the current password fits. Raises Invalid, or TooMany while guesses are slowed down."""
    bucket = user_bucket(int(actor.user_id or 0))
    db.write(claim_attempt, SYSTEM, [bucket])
    password_hash = db.read(password_hash_of, actor)
    if not verify_password(password_hash, given):
        raise Invalid.field("current_password", "is wrong")
    db.write(clear_attempts, SYSTEM, [bucket])
    return password_hash


def make_token(tx: Transaction, fields: TokenFields, secret: str, maker: int | None, proof: str) -> NewToken:
    """`create_token` for who asks over the network. `proof` is the hash that their current password fits.

    Raises Conflict where the password was changed meanwhile: the new one ends the tokens of the old.
    """
    if proof != password_hash_of(tx):
        raise Conflict(PASSWORD_CHANGED)
    return create_token(tx, fields, secret, maker)


def reset_password(tx: Transaction, user_id: int, new_hash: str, *, keep_tokens: bool = False) -> Ended:
    """By the console, for a user who has lost the old one. Ends the user's sessions and tokens."""
    user = get_user(tx, user_id)
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
    return Ended(end_sessions(tx, user.id), 0 if keep_tokens else revoke_tokens_of(tx, user.id))


def _proof(db: Database, actor: Actor, changes: ProfileChanges | UserChanges, email: str) -> str | None:
    """The hash that the actor's password fits, where the e-mail changes by which somebody logs in."""
    if changes.model_dump(exclude_unset=True).get("email", email) == email:
        return None
    if changes.current_password is None:
        raise Invalid.field("current_password", PASSWORD_NEEDED)
    return confirm_password(db, actor, changes.current_password.get_secret_value())


def _update(
    tx: Transaction, wanted: dict[str, object], expected_version: int | None, proof: str | None
) -> User:
    user = get_profile(tx)
    refuse_stale(USER_RECORD, user, expected_version)
    update_user(tx, user, wanted, proof)
    return get_profile(tx)


def _replace_password(
    tx: Transaction, old_hash: str, new_hash: str, session_id: int | None, *, keep_tokens: bool
) -> Ended:
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
        raise Conflict(PASSWORD_CHANGED)
    activity.record(tx, "user.password_changed", "user", _me(tx))
    forget_devices(tx, _me(tx))
    tokens = 0 if keep_tokens else revoke_tokens_of(tx, _me(tx))
    return Ended(end_other_sessions(tx, session_id), tokens)


def _me(tx: Transaction) -> int:
    return int(tx.actor.user_id or 0)
