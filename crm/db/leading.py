"""Which worker runs the jobs: on a file the only one there is, on a server the one with the lease."""

from typing import Any, Protocol

from crm.config import Settings
from crm.when_used import WhenUsed

server: Any = WhenUsed("crm.db.postgres.lease")


class Lease(Protocol):
    @property
    def held(self) -> bool:
        """Whether jobs may be begun."""

    def take(self) -> bool:
        """Whether this worker leads now."""

    def give_up(self) -> None:
        """Let another one lead."""


class AlwaysHeld:
    """The lock of the file has been taken: nobody else is there."""

    held = True

    def take(self) -> bool:
        return True

    def give_up(self) -> None:
        """The lock ends with the process."""


def lease_of(settings: Settings) -> Lease:
    if settings.database_url is None:
        return AlwaysHeld()
    made: Lease = server.ServerLease(settings.database_url.get_secret_value(), settings.sqlite_path)
    return made
