from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """The user and workspace for which a transaction runs. Without a workspace the tenant guard is off.

    `operation_id` is the bulk operation to which its changes belong.
    """

    workspace_id: int | None
    user_id: int | None
    request_id: str = ""
    operation_id: int | None = None


SYSTEM = Actor(workspace_id=None, user_id=None)
