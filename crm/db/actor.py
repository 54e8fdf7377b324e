from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """On whose behalf a transaction runs; without a workspace it is outside the tenant guard.

    `operation_id` names the act of many changes that it is part of.
    """

    workspace_id: int | None
    user_id: int | None
    request_id: str = ""
    operation_id: int | None = None


SYSTEM = Actor(workspace_id=None, user_id=None)
