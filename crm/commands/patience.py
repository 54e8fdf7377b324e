"""Trying again while the database is busy, for commands that work for long."""

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from crm.errors import Busy

PATIENCE_SECONDS = 300.0
SHORTEST, LONGEST = 0.1, 2.0

P = ParamSpec("P")
T = TypeVar("T")


class Patience:
    """Calls what was refused as Busy again, until nothing has moved for `seconds`."""

    def __init__(self, seconds: float = PATIENCE_SECONDS) -> None:
        self._seconds = seconds
        self.renew()

    def renew(self) -> None:
        """Something has moved."""
        self._ends, self._pause = time.monotonic() + self._seconds, SHORTEST

    def __call__(self, operation: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        while True:
            try:
                return operation(*given, **named)
            except Busy:
                if time.monotonic() >= self._ends:
                    raise
                time.sleep(self._pause)
                self._pause = min(LONGEST, self._pause * 2)
