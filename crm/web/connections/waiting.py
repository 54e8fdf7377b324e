"""A request that waits for a change: the loop keeps it, and no thread is used meanwhile.

The request is asked again about once a second. It costs one look each time, and so nobody has to tell this
process what others committed.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from crm.web.connections.connection import Connection

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

WAITED = "holdfast.waited_seconds"
LOOK_SECONDS = 0.5
MOST_WAITING = 200


class NothingYet(BaseException):
    """The view has nothing to answer for now. Error handlers must let it pass."""


def wait_for_more(environ: "WSGIEnvironment", seconds: float) -> None:
    """Ask this request again soon, unless it has waited for so long, or the server cannot keep it."""
    waited = environ.get(WAITED)
    if waited is not None and waited < seconds:
        raise NothingYet


class Waiting:
    """The requests that wait, each with when it is asked again, by the monotonic clock."""

    def __init__(self) -> None:
        self._next_look: dict[Connection, float] = {}

    @property
    def has_room(self) -> bool:
        return len(self._next_look) < MOST_WAITING

    def keep(self, conn: Connection) -> None:
        self._next_look[conn] = time.monotonic() + LOOK_SECONDS

    def ask_due(
        self, now: float, ask: Callable[[Connection], None], drop: Callable[[Connection], None]
    ) -> None:
        """Ask those again whose time has come, and drop those that nobody waits for any more."""
        for conn in [each for each, then in self._next_look.items() if now >= then]:
            del self._next_look[conn]
            (drop if conn.is_gone() else ask)(conn)
