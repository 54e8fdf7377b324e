"""The users of a workspace."""

from dataclasses import asdict, dataclass
from typing import Any

from crm.accounts.disabling import disable, enable
from crm.accounts.fields import UserChanges, UserFields
from crm.accounts.permissions import Role, outranks
from crm.activity import activity
from crm.db.transaction import Transaction
from crm.errors import Conflict, Forbidden, Invalid, Sentence
from crm.fields import name_key
from crm.records.skeleton import Skeleton, existing, refuse_stale

TAKEN = Sentence("is already in use")
PASSWORD_NEEDED = Sentence("is required to change the e-mail")
PASSWORD_CHANGED = Sentence("The password was changed elsewhere in the meantime.")
USER_RECORD = Skeleton("user", "users", Sentence("user"))
USER = """
    SELECT u.id, u.email, u.name, u.role, u.language, u.locale, u.timezone, u.disabled_at, u.version,
           u.created_at, u.updated_at,
           (SELECT MAX(s.last_seen_at)
              FROM sessions s
             WHERE s.workspace_id = u.workspace_id
               AND s.user_id = u.id) AS last_seen_at
      FROM users u
     WHERE u.workspace_id = :workspace_id
"""


@dataclass(frozen=True)
class User:
    """`last_seen_at` is of live sessions; a language, locale or time zone of None is the workspace's."""

    id: int
    email: str
    name: str
    role: Role
    language: str | None
    locale: str | None
    timezone: str | None
    disabled_at: str | None
    version: int
    created_at: str
    updated_at: str
    last_seen_at: str | None


@dataclass(frozen=True, slots=True)
class FoundUser:
    user_id: int
    workspace_id: int
    workspace_name: str
    email: str
    name: str
    disabled_at: str | None


def find_users_by_email(tx: Transaction, email: str) -> list[FoundUser]:
    """The users of all workspaces with this e-mail, the oldest account first. `tx` is of SYSTEM."""
    rows = tx.all(
        """
        SELECT u.id AS user_id, u.workspace_id, w.name AS workspace_name, u.email, u.name, u.disabled_at
          FROM users u
          JOIN workspaces w ON w.id = u.workspace_id
         WHERE u.email = :email
         ORDER BY u.id
        """,
        email=email.strip().lower(),
    )
    return [FoundUser(**row) for row in rows]


def list_users(tx: Transaction) -> list[User]:
    """All of the workspace, by name; the disabled ones last."""
    rows = tx.all(f"{USER} ORDER BY u.disabled_at IS NOT NULL, u.name_key")
    return [User(**row) for row in rows]


def get_user(tx: Transaction, user_id: int) -> User:
    """Raises NotFound."""
    return User(**existing(USER_RECORD, tx.one(f"{USER} AND u.id = :user_id", user_id=user_id)))


def create_user(tx: Transaction, fields: UserFields, password_hash: str) -> User:
    """Raises Conflict when the e-mail or the name is taken, Forbidden for a role above the actor's own."""
    check_rank(tx, fields.role)
    user_id = insert_user(
        tx, email=fields.email, name=fields.name, role=fields.role, password_hash=password_hash
    )
    return get_user(tx, user_id)


def insert_user(tx: Transaction, *, email: str, name: str, role: Role, password_hash: str) -> int:
    """Write the row and its activity, without checking permissions; returns the id."""
    check_free(tx, {"email": email, "name": name})
    user_id = tx.insert(
        """
        INSERT INTO users (workspace_id, email, name, name_key, role, password_hash, created_at, updated_at)
        VALUES (:workspace_id, :email, :name, :name_key, :role, :password_hash, :now, :now)
        RETURNING id
        """,
        email=email,
        name=name,
        name_key=name_key(name),
        role=role,
        password_hash=password_hash,
    )
    activity.record(tx, "user.created", "user", user_id, after={"email": email, "name": name, "role": role})
    return user_id


def change_user(
    tx: Transaction,
    user_id: int,
    changes: UserChanges,
    expected_version: int | None = None,
    proof: str | None = None,
) -> User:
    """Rename, readdress, give another role, disable or enable. A disabled user is out at once everywhere.

    `proof` as in `update_user`. Raises Stale, Conflict (a taken name or e-mail, the last owner, oneself),
    Forbidden (somebody above), Invalid.
    """
    user = get_user(tx, user_id)
    refuse_stale(USER_RECORD, user, expected_version)
    wanted = changes.model_dump(exclude_unset=True, exclude={"current_password"})
    check_rank(tx, user.role, wanted.get("role", user.role))
    disabled = wanted.pop("disabled", user.disabled_at is not None)
    _check_owner_stays(tx, user, wanted.get("role", user.role), disabled=disabled)
    update_user(tx, user, wanted, proof)
    if disabled and user.disabled_at is None:
        disable(tx, user_id)
    if not disabled and user.disabled_at is not None:
        enable(tx, user_id)
    return get_user(tx, user_id)


def update_user(tx: Transaction, user: User, wanted: dict[str, Any], proof: str | None = None) -> None:
    """Write the columns that differ, with their activity; any of email, name, role, language, locale,
    timezone.

    `proof` is the hash that the actor's current password was found to fit. Raises Invalid where a user
    without it changes an e-mail, by which somebody logs in; the console has none.
    """
    before, after = activity.changes(asdict(user), wanted)
    if not after:
        return
    if "email" in after and tx.actor.user_id is not None and proof != password_hash_of(tx):
        raise Invalid.field("current_password", PASSWORD_NEEDED)
    check_free(tx, after, but=user.id)
    new = asdict(user) | after
    tx.run(
        """
        UPDATE users
           SET email = :email, name = :name, name_key = :name_key, role = :role,
               language = :language, locale = :locale, timezone = :timezone,
               version = version + 1, updated_at = :now
         WHERE id = :user_id
           AND workspace_id = :workspace_id
        """,
        user_id=user.id,
        email=new["email"],
        name=new["name"],
        name_key=name_key(new["name"]),
        role=new["role"],
        language=new["language"],
        locale=new["locale"],
        timezone=new["timezone"],
    )
    activity.record(tx, "user.changed", "user", user.id, before=before, after=after)


def password_hash_of(tx: Transaction) -> str:
    """The password hash of the acting user."""
    return str(
        tx.value("SELECT password_hash FROM users WHERE workspace_id = :workspace_id AND id = :actor_id")
    )


def check_rank(tx: Transaction, *roles: Role) -> None:
    """Nobody makes, changes or locks out somebody of a higher role; the console may do all."""
    if tx.actor.user_id is None:
        return
    mine: Role = tx.value("SELECT role FROM users WHERE workspace_id = :workspace_id AND id = :actor_id")
    if any(outranks(role, mine) for role in roles):
        raise Forbidden("Only an owner may do this.")


def check_free(tx: Transaction, wanted: dict[str, Any], but: int = 0) -> None:
    """E-mails and names are unique within one workspace; nothing is said about other workspaces."""
    taken = []
    if "email" in wanted and tx.value(
        """
        SELECT 1
          FROM users
         WHERE workspace_id = :workspace_id
           AND email = :email
           AND id <> :but
        """,
        email=wanted["email"],
        but=but,
    ):
        taken.append("email")
    if "name" in wanted and tx.value(
        """
        SELECT 1
          FROM users
         WHERE workspace_id = :workspace_id
           AND name_key = :name_key
           AND id <> :but
        """,
        name_key=name_key(wanted["name"]),
        but=but,
    ):
        taken.append("name")
    if taken:
        raise in_use(*taken)


def in_use(*fields: str) -> Conflict:
    return Conflict(
        Sentence("Already in use: {fields}.", fields=", ".join(fields)),
        {"errors": [{"field": field, "message": TAKEN} for field in fields]},
    )


def _check_owner_stays(tx: Transaction, user: User, role: Role, *, disabled: bool) -> None:
    if disabled and user.disabled_at is None and user.id == tx.actor.user_id:
        raise Conflict("You cannot deactivate yourself. Another owner or admin can.")
    was_owner = user.role == "owner" and user.disabled_at is None
    if not was_owner or (role == "owner" and not disabled):
        return
    others = tx.value(
        """
        SELECT COUNT(*)
          FROM users
         WHERE workspace_id = :workspace_id
           AND role = 'owner'
           AND disabled_at IS NULL
           AND id <> :user_id
        """,
        user_id=user.id,
    )
    if not others:
        raise Conflict("A workspace needs at least one owner. Make another user an owner first.")
