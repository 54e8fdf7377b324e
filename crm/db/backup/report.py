"""Progress reports of long work, and its failure."""

from typing import Protocol

from crm.errors import CrmError


class BackupFailed(CrmError):
    """The backup, or the work on it, did not succeed; what was there before is untouched."""


class Report(Protocol):
    def step(self, text: str) -> None:
        """A step has begun or is done: one line."""

    def progress(self, done: int, total: int) -> None:
        """Report how far the current step is."""


class Silence:
    def step(self, text: str) -> None:
        """Nobody listens."""

    def progress(self, done: int, total: int) -> None:
        """Nobody listens."""


def in_words(size: int) -> str:
    """A number of bytes in units that people read, such as MB."""
    amount = float(size)
    for unit in ("B", "KB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.2f} GB"
