"""Who may do what: the one table that every door asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["owner", "admin", "member", "viewer"]
Scope = Literal["read", "write"]

ROLES: tuple[Role, ...] = get_args(Role)
SCOPES: tuple[Scope, ...] = get_args(Scope)

_EVERYONE = frozenset(ROLES)
_WORKERS = frozenset({"owner", "admin", "member"})
_ADMINS = frozenset({"owner", "admin"})
_OWNERS = frozenset({"owner"})


@dataclass(frozen=True, slots=True)
class Rule:
    """`reads` marks what changes nothing, and is therefore open to a token that may only read."""

    roles: frozenset[str]
    reads: bool = False


PERMISSIONS: Mapping[str, Rule] = {
    "self.read":        Rule(_EVERYONE, reads=True),
    "self.write":       Rule(_EVERYONE),
    "users.read":       Rule(_EVERYONE, reads=True),
    "users.manage":     Rule(_ADMINS),
    "views.read":       Rule(_EVERYONE, reads=True),
    "views.write":      Rule(_EVERYONE),
    "views.share":      Rule(_ADMINS),
    "workspace.read":   Rule(_EVERYONE, reads=True),
    "workspace.manage": Rule(_ADMINS),
    "backups.read":     Rule(_ADMINS, reads=True),
    "backups.manage":   Rule(_ADMINS),
    "backups.download": Rule(_OWNERS),
    "workspace.export": Rule(_OWNERS),
    "workspace.import": Rule(_OWNERS),
    "activities.read":  Rule(_EVERYONE, reads=True),
    "activities.undo":  Rule(_WORKERS),
    "clients.read":     Rule(_EVERYONE, reads=True),
    "clients.write":    Rule(_WORKERS),
    "clients.delete":   Rule(_WORKERS),
    "files.read":       Rule(_EVERYONE, reads=True),
    "files.write":      Rule(_WORKERS),
    "files.delete":     Rule(_WORKERS),
    "leads.read":       Rule(_EVERYONE, reads=True),
    "leads.write":      Rule(_WORKERS),
    "leads.delete":     Rule(_WORKERS),
    "pipelines.read":   Rule(_EVERYONE, reads=True),
    "pipelines.manage": Rule(_ADMINS),
    "notes.read":       Rule(_EVERYONE, reads=True),
    "notes.write":      Rule(_WORKERS),
    "tasks.read":       Rule(_EVERYONE, reads=True),
    "tasks.write":      Rule(_WORKERS),
    "conversations.read":  Rule(_EVERYONE, reads=True),
    "conversations.write": Rule(_WORKERS),
    "channels.read":    Rule(_EVERYONE, reads=True),
    "channels.manage":  Rule(_ADMINS),
}  # fmt: skip


def allows(role: str, permission: str, scope: Scope = "write") -> bool:
    """Whether the role may, by a session or a token of that scope. An unknown permission is a KeyError."""
    rule = PERMISSIONS[permission]
    return role in rule.roles and (rule.reads or scope == "write")


def outranks(role: Role, other: Role) -> bool:
    """Whether `role` stands above `other`; ROLES runs from the highest down."""
    return ROLES.index(role) < ROLES.index(other)
