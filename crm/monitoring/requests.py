"""The requests that this process answered, by method, route and status."""

import threading

from crm.db.durations import Durations

ROUTES = 4_000
OTHER = "ANY (other) 0"


class RequestFigures:
    """`note` is called at each request, from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_key: dict[str, Durations] = {}

    def note(self, method: str, route: str, status: int, duration: int) -> None:
        """`duration` is in nanoseconds."""
        key = f"{method} {route} {status}"
        with self._lock:
            durations = self._by_key.get(key)
            if durations is None:
                durations = self._by_key.setdefault(self._room_for(key), Durations())
            durations.note(duration)

    def _room_for(self, key: str) -> str:
        return key if len(self._by_key) < ROUTES else OTHER

    def go_on_from(self, counted: dict[str, Durations]) -> None:
        """Add what a predecessor counted."""
        with self._lock:
            for key, durations in counted.items():
                self._by_key.setdefault(key, Durations()).add(durations)

    def copy(self) -> dict[str, Durations]:
        with self._lock:
            return {key: durations.copy() for key, durations in self._by_key.items()}
