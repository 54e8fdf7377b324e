"""Who may do what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from crm.records.kind import Who
from crm.records.kinds import Kinds

Role = Literal["owner", "admin", "member", "viewer"]
Scope = Literal["read", "write", "monitor"]
UserScope = Literal["read", "write"]

ROLES: tuple[Role, ...] = get_args(Role)
SCOPES: tuple[Scope, ...] = get_args(Scope)
MONITORING = frozenset({"monitoring.read", "monitoring.acknowledge"})
"""All that a token of the scope `monitor` may, which is made on the machine itself."""

WHO: Mapping[Who, frozenset[str]] = {
    "everyone": frozenset(ROLES),
    "workers": frozenset({"owner", "admin", "member"}),
    "allowed": frozenset({"owner", "admin"}),
    "admins": frozenset({"owner", "admin"}),
    "owners": frozenset({"owner"}),
}
OF_NO_KIND: Mapping[str, Who] = {
    "activities.read": "everyone",
    "activities.undo": "workers",
    "backups.read": "admins",
    "backups.manage": "admins",
    "backups.download": "owners",
    **dict.fromkeys(sorted(MONITORING), "admins"),
    "monitoring.manage": "admins",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """`reads` marks what changes nothing, and is therefore open to a token that may only read. `allows` is
    the right by which a workspace can open it to members: `export` of "leads.export".
    """

    roles: frozenset[str]
    reads: bool = False
    allows: str = ""


@dataclass(frozen=True, slots=True)
class Permissions:
    """The one table that every door asks: what each kind of record says of its own, and what is of none."""

    rules: Mapping[str, Rule]
    modules: Mapping[str, frozenset[str]]
    """Of each area that a workspace can switch off: the modules of which one must be on."""

    def allow(
        self, role: str, permission: str, scope: Scope = "write", members_may: Collection[str] = ()
    ) -> bool:
        """Whether the role may, by a session or a token of that scope. Raises KeyError for an unknown one."""
        rule = self.rules[permission]
        among = role in rule.roles or (role == "member" and rule.allows in members_may)
        if scope == "monitor":
            return among and permission in MONITORING
        return among and (rule.reads or scope == "write")

    def is_off(self, area: str, switched_off: Collection[str]) -> bool:
        """Whether the workspace has switched off all modules of which it is a part."""
        modules = self.modules.get(area)
        return modules is not None and modules <= frozenset(switched_off)


@cache
def permissions_of(kinds: Kinds) -> Permissions:
    return Permissions(
        {name: Rule(WHO[who], _reads(name), _allows(name, who)) for name, who in _table(kinds).items()},
        {kind.area: frozenset(kind.modules) for kind in kinds if kind.modules},
    )


def _table(kinds: Kinds) -> dict[str, Who]:
    of_kinds = {f"{kind.area}.{what}": who for kind in kinds for what, who in kind.permissions.items()}
    return {**of_kinds, **OF_NO_KIND}


def _allows(permission: str, who: Who) -> str:
    return permission.rpartition(".")[2] if who == "allowed" else ""


def _reads(permission: str) -> bool:
    return permission.endswith(".read")


def outranks(role: Role, other: Role) -> bool:
    """Whether `role` is above `other`; ROLES runs from the highest down."""
    return ROLES.index(role) < ROLES.index(other)
