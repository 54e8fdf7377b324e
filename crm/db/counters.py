"""Counters that expire, shared by all processes: losing them costs nothing."""

from pathlib import Path
from typing import Protocol

from crm.db.sqlite.counters import SQLiteCounters


class Counters(Protocol):
    """Each raises CountingFailed."""

    def add(self, key: str, amount: int, seconds: float) -> tuple[int, float]:
        """Add to the counter, which restarts after so many seconds; returns count and seconds left."""

    def get(self, key: str) -> tuple[int, float]:
        """The count and the seconds left; zeros if there is none."""

    def clear(self, key: str) -> None: ...

    def reset(self) -> int:
        """Delete all counters; returns how many there were."""

    def close(self) -> None: ...


def counters_in(path: Path) -> Counters:
    """The counters in a file, which is created when first used."""
    return SQLiteCounters(path)
