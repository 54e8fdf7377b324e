"""The seam between `Database` and the engine that stores the data."""

from dataclasses import dataclass, field
from typing import Protocol

from crm.db.session import EngineSession


@dataclass(frozen=True, slots=True)
class Pool:
    """The connections of one process now. `open` of at most `most` readers are open, `idle` of them are free;
    `waiting` threads wait for a reader, or for their turn to write.
    """

    most: int = 0
    open: int = 0
    idle: int = 0
    waiting: int = 0

    @property
    def free(self) -> int:
        """How many more could be at work."""
        return self.most - (self.open - self.idle)


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps by which the engine runs a statement, and statements that make indexes which would help."""

    steps: list[str]
    advice: list[str]


@dataclass(frozen=True, slots=True)
class Guards:
    """What the engine itself holds the program to. `history`: it cannot alter the history. `workspaces`: a
    statement that forgets the workspace sees no row of another. `making` makes the roles for both.
    """

    history: bool = True
    workspaces: bool = True
    making: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return self.history and self.workspaces


@dataclass(frozen=True, slots=True)
class ReplicaState:
    """`number` is its place in the setting; `lag` in seconds, None where it is away, for that `reason`."""

    number: int
    lag: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Followers:
    """What follows the data elsewhere. `archive_age`: for how many seconds a piece of the log waits to be
    archived, None where nothing is archived.
    """

    replicas: list[ReplicaState] = field(default_factory=list)
    archive_age: float | None = None


class Engine(Protocol):
    """One database, as one process uses it. It opens nothing before `start`, after any fork."""

    def start(self) -> None:
        """Raises Busy while the database is being replaced."""

    def begin_read(self, deadline: float, *, workspace_id: int | None = None) -> EngineSession:
        """On a snapshot that cannot write, for that workspace or for all. Raises Busy."""

    def begin_report(self, deadline: float, *, workspace_id: int | None = None) -> EngineSession | None:
        """As `begin_read`, on a replica that has all that was saved; None without one. Raises Busy."""

    def begin_write(
        self, deadline: float, *, alone: bool = False, claims: bool = False, workspace_id: int | None = None
    ) -> EngineSession:
        """The only one that writes to that workspace, or to all data. Raises Busy past the deadline.

        Unless it is to be `alone`, several may be committed together: what one of them does may undo all.
        One that `claims` takes a row that no other has, and may be beside others that do.
        """

    def give_back(self, session: EngineSession) -> None:
        """Release the resources of an ended session."""

    def version(self) -> int | None:
        """A number that changes with each commit; None if it is unknown."""

    def revision(self, table: str, version: int) -> int | None:
        """The number in a table of one row, as it was at that version or later; None if not known."""

    def pool(self) -> Pool:
        """The connections as they are now."""

    def log_bytes(self) -> int:
        """How large the log of changes is that are not yet in the data. Raises Busy."""

    def data_bytes(self) -> int:
        """How large all data is, uploads and log apart. Raises Busy."""

    def explain(self, sql: str) -> Plan | None:
        """Without running it; None for a text that is no statement of this database. Raises Busy."""

    def guards(self) -> Guards:
        """Where the engine has no roles, nothing is missing. Raises Busy."""

    def followers(self) -> Followers:
        """Replicas and the archive, as they are now. Raises Busy."""

    def table_sizes(self) -> list[tuple[str, int]]:
        """Tables with their bytes, indexes included, the largest first: it reads all of them. Raises Busy."""

    @property
    def product(self) -> str:
        """Its name and version."""

    def tidy(self) -> None:
        """Regular maintenance."""

    def clean_log(self) -> bool:
        """Leave nothing of earlier states beside the data; False while somebody still reads one."""

    def close(self, wait: float) -> bool:
        """Refuse new work, and wait that long for what runs; False when some of it did not end."""

    def end(self) -> None:
        """Everything was closed properly."""
