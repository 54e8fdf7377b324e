"""The seam between `Database` and the engine that stores the data."""

from typing import Protocol

from crm.db.session import EngineSession


class Engine(Protocol):
    """One database, as one process uses it. It opens nothing before `start`, after any fork."""

    def start(self) -> None:
        """Raises Busy while the database is being replaced."""

    def begin_read(self, deadline: float) -> EngineSession:
        """On a snapshot that cannot write. Raises Busy."""

    def begin_write(self, deadline: float, *, alone: bool = False) -> EngineSession:
        """The only one that writes. Raises Busy past the deadline.

        Unless it is to be `alone`, several may be committed together: what one of them does may undo all.
        """

    def give_back(self, session: EngineSession) -> None:
        """Release the resources of an ended session."""

    def version(self) -> int | None:
        """A number that changes with each commit; None if it is unknown."""

    def revision(self, table: str, version: int) -> int | None:
        """The number in a table of one row, as it was at that version or later; None if not known."""

    def tidy(self) -> None:
        """Regular maintenance."""

    def clean_log(self) -> bool:
        """Leave nothing of earlier states beside the data; False while somebody still reads one."""

    def close(self, wait: float) -> bool:
        """Refuse new work, and wait that long for what runs; False when some of it did not end."""

    def end(self) -> None:
        """Everything was closed properly."""
