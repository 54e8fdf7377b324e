from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """On whose behalf a transaction runs; without a workspace it stands outside the tenant guard."""

    workspace_id: int | None
    user_id: int | None
    request_id: str = ""


SYSTEM = Actor(workspace_id=None, user_id=None)
