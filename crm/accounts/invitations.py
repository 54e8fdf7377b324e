"""Invitations: a link that makes one user, once."""

from dataclasses import asdict, dataclass

from crm import clock
from crm.accounts.credentials import hash_secret
from crm.accounts.fields import INVITATION_LIFE, InvitationFields, JoinFields
from crm.accounts.passwords import check_password, hash_password
from crm.accounts.permissions import Role, outranks, permissions_of
from crm.accounts.users import check_rank, in_use, insert_user
from crm.activity import activity
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Row, Transaction
from crm.errors import Invalid, NotFound, Sentence
from crm.records.kinds import kinds_of
from crm.records.skeleton import Skeleton, existing


@dataclass(frozen=True)
class Invitation:
    """`email` is None when the invited person may choose it; `created_by` is a name."""

    id: int
    role: Role
    email: str | None
    created_by: str
    created_at: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class NewInvitation(Invitation):
    """With the secret of its link, which is shown this once."""

    token: str


@dataclass(frozen=True, slots=True)
class Welcome:
    """What an invitation link shows."""

    workspace_name: str
    role: Role
    email: str | None


INVITATION_RECORD = Skeleton("invitation", "invitations", Sentence("invitation"))
INVITATION = """
    SELECT i.id, i.role, i.email, u.name AS created_by, i.created_at, i.expires_at
      FROM invitations i
      JOIN users u ON u.workspace_id = i.workspace_id AND u.id = i.created_by
     WHERE i.workspace_id = :workspace_id
       AND i.expires_at > :now
"""


def create_invitation(tx: Transaction, fields: InvitationFields, secret: str) -> NewInvitation:
    """Raises Forbidden for a role above the actor's own, Conflict for the e-mail of somebody who is in here.

    Nobody learns whether the e-mail is in use in another workspace: whoever joins gets an account here.
    """
    check_rank(tx, fields.role)
    if fields.email is not None:
        _check_not_in(tx, fields.email)
    expires_at = clock.later(tx.now, INVITATION_LIFE)
    invitation_id = tx.insert(
        """
        INSERT INTO invitations (workspace_id, email, role, token_hash, created_by, created_at, expires_at)
        VALUES (:workspace_id, :email, :role, :token_hash, :actor_id, :now, :expires_at)
        RETURNING id
        """,
        email=fields.email,
        role=fields.role,
        token_hash=hash_secret(secret),
        expires_at=expires_at,
    )
    after = {"email": fields.email, "role": fields.role, "expires_at": expires_at}
    activity.record(tx, "invitation.created", "invitation", invitation_id, after=after)
    return NewInvitation(**asdict(get_invitation(tx, invitation_id)), token=secret)


def _check_not_in(tx: Transaction, email: str) -> None:
    if tx.value("SELECT 1 FROM users WHERE workspace_id = :workspace_id AND email = :email", email=email):
        raise in_use("email")


def list_invitations(tx: Transaction) -> list[Invitation]:
    """Those that can still be accepted, newest first."""
    return [Invitation(**row) for row in tx.all(f"{INVITATION} ORDER BY i.id DESC")]


def revoke_invitation(tx: Transaction, invitation_id: int) -> None:
    invitation = get_invitation(tx, invitation_id)
    _remove(tx, invitation_id)
    before = {"email": invitation.email, "role": invitation.role}
    activity.record(tx, "invitation.revoked", "invitation", invitation_id, before=before)


def show_welcome(tx: Transaction, secret: str) -> Welcome:
    """`tx` is of SYSTEM. Raises NotFound for a link that is unknown, used, revoked or over."""
    row = _get_live(tx, secret)
    return Welcome(row["workspace_name"], row["role"], row["email"])


def join_workspace(db: Database, fields: JoinFields, request_id: str) -> Actor:
    """The new user. Raises as `accept_invitation`, and Invalid for a weak password."""
    welcome = db.read(show_welcome, SYSTEM, fields.token.get_secret_value())
    email = welcome.email or fields.email or ""
    password = check_password(fields.password.get_secret_value(), fields.name, email, welcome.workspace_name)
    return db.write(accept_invitation, Actor(None, None, request_id), fields, hash_password(password))


def accept_invitation(tx: Transaction, fields: JoinFields, password_hash: str) -> Actor:
    """The new user, as whom the rest of the request acts. `tx` is of SYSTEM.

    Raises NotFound as `show_welcome`, Conflict when e-mail or name is taken: the link stays usable then.
    """
    row = _get_live(tx, fields.token.get_secret_value())
    email = row["email"] or fields.email
    if email is None:
        raise Invalid.field("email", "is required")
    inside = tx.acting_as(Actor(row["workspace_id"], None, tx.actor.request_id))
    user_id = insert_user(
        inside, email=email, name=fields.name, role=row["role"], password_hash=password_hash
    )
    guest = Actor(row["workspace_id"], user_id, tx.actor.request_id)
    _remove(inside, row["id"])
    after = {"user_id": user_id, "role": row["role"]}
    activity.record(tx.acting_as(guest), "invitation.accepted", "invitation", row["id"], after=after)
    return guest


def get_invitation(tx: Transaction, invitation_id: int) -> Invitation:
    """Raises NotFound."""
    row = tx.one(f"{INVITATION} AND i.id = :invitation_id", invitation_id=invitation_id)
    return Invitation(**existing(INVITATION_RECORD, row))


def _get_live(tx: Transaction, secret: str) -> Row:
    """Whoever invited must still be allowed to: a link does not outlive its maker's rights."""
    row = tx.one(
        """
        SELECT i.id, i.workspace_id, i.role, i.email, w.name AS workspace_name, u.role AS host_role
          FROM invitations i
          JOIN workspaces w ON w.id = i.workspace_id
          JOIN users u      ON u.workspace_id = i.workspace_id AND u.id = i.created_by
         WHERE i.token_hash = :token_hash
           AND i.expires_at > :now
           AND u.disabled_at IS NULL
        """,
        token_hash=hash_secret(secret),
    )
    manages = permissions_of(kinds_of(tx)).allow(row["host_role"], "users.manage") if row else False
    if row is None or not manages or outranks(row["role"], row["host_role"]):
        raise NotFound("This invitation has expired, was revoked or was already used. Ask for a new link.")
    return row


def _remove(tx: Transaction, invitation_id: int) -> None:
    tx.run(
        "DELETE FROM invitations WHERE workspace_id = :workspace_id AND id = :invitation_id",
        invitation_id=invitation_id,
    )
