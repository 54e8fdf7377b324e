"""A request that waits for a change: the loop keeps it, and no thread is used meanwhile.

The loop looks twice a second whether anybody has committed anything, which costs a few microseconds for all
that wait. Only then a request is asked again: so nobody has to tell this process what others committed.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from crm.web.connections.connection import Connection
from crm.web.connections.looks import LOOK_SECONDS, Look

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

WAITED = "holdfast.waited_seconds"
MOST_WAITING = 200


class NothingYet(BaseException):
    """The view has nothing to answer for now. Error handlers must let it pass."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look


def wait_for_more(
    environ: "WSGIEnvironment",
    seconds: float,
    version: Callable[[], int | None],
    seen: int | None,
    every: float = LOOK_SECONDS,
) -> None:
    """Ask this request again after a commit, unless it has waited for so long, or the server cannot keep it.

    `seen` is what `version` was before the view looked for what it waits for.
    """
    waited = environ.get(WAITED)
    if waited is not None and waited < seconds:
        raise NothingYet(Look(version, seen, seconds - waited, every))


class Waiting:
    """The requests that wait, each with its look and when that was, by the monotonic clock."""

    def __init__(self) -> None:
        self._looks: dict[Connection, tuple[Look, float]] = {}

    @property
    def has_room(self) -> bool:
        return len(self._looks) < MOST_WAITING

    def keep(self, conn: Connection, look: Look) -> None:
        self._looks[conn] = look, time.monotonic()

    def ask_due(
        self, now: float, ask: Callable[[Connection], None], drop: Callable[[Connection], None], stops: bool
    ) -> None:
        """Ask those again whose time has come, all of them if the server `stops`, and drop those that nobody
        waits for any more.
        """
        versions: dict[Callable[[], int | None], int | None] = {}
        for conn, (look, then) in list(self._looks.items()):
            if conn.is_gone():
                del self._looks[conn]
                drop(conn)
            elif stops or now >= then + look.rest or (now >= then + look.every and _moved(look, versions)):
                del self._looks[conn]
                ask(conn)


def _moved(look: Look, versions: dict[Callable[[], int | None], int | None]) -> bool:
    if look.version not in versions:
        versions[look.version] = look.version()
    return look.seen is None or versions[look.version] != look.seen
