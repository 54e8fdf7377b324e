"""Who sends a request."""

from dataclasses import dataclass
from typing import Literal, get_args

from crm.accounts.permissions import Role, Scope
from crm.db.actor import Actor
from crm.db.transaction import Row
from crm.locales import HOUSE
from crm.records.kind import Module

RIGHTS = ("import", "export", "merge")
"""What a workspace can let its members do."""
MODULES: tuple[Module, ...] = get_args(Module)


@dataclass(frozen=True, slots=True)
class Identity:
    """A live user, known by a session or an API token.

    `public_url` is what an owner of the workspace confirmed. `language`, `locale` and `timezone` are the
    user's own or else the workspace's; `locale` says how dates and numbers are written. `credential_id` is
    the id of the session or token. `refresh_due` asks the door to write its last use, by `touch_session` or
    `touch_token`. `switched_off` are the modules of the workspace that are out of sight.
    """

    user_id: int
    workspace_id: int
    workspace_name: str
    public_url: str | None
    role: Role
    name: str
    email: str
    language: str
    locale: str
    timezone: str
    kind: Literal["session", "token"]
    scope: Scope
    credential_id: int
    refresh_due: bool
    members_may: frozenset[str] = frozenset()
    switched_off: frozenset[Module] = frozenset()

    def actor(self, request_id: str = "") -> Actor:
        return Actor(self.workspace_id, self.user_id, request_id)


def identity_from(row: Row, kind: Literal["session", "token"], *, refresh_due: bool) -> Identity:
    return Identity(
        user_id=row["user_id"],
        workspace_id=row["workspace_id"],
        workspace_name=row["workspace_name"],
        public_url=row["public_url"],
        role=row["role"],
        name=row["name"],
        email=row["email"],
        language=row["language"],
        locale=row["locale"] or HOUSE,
        timezone=row["timezone"],
        kind=kind,
        scope=row["scope"],
        credential_id=row["credential_id"],
        refresh_due=refresh_due,
        members_may=frozenset(right for right in RIGHTS if row[f"members_{right}"]),
        switched_off=frozenset(module for module in MODULES if not row[f"module_{module}"]),
    )
