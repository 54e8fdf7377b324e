"""One writer's part of a transaction, which it may share with others."""

from typing import TYPE_CHECKING

import apsw

from crm.db.session import Undone
from crm.db.sqlite.session import PooledConnection, SQLiteSession
from crm.db.sqlite.statements import StatementCatalog
from crm.db.statistics import Statistics

if TYPE_CHECKING:
    from crm.db.sqlite.writer import Writer

PART = "part_of_group"


class WritingSession(SQLiteSession):
    """`joined` while it is a savepoint beside the parts of others; `has_turn` until it hands that on."""

    __slots__ = ("_writer", "has_turn", "joined")

    def __init__(
        self,
        writer: "Writer",
        channel: PooledConnection,
        catalog: StatementCatalog,
        statistics: Statistics,
        *,
        joined: bool,
        deadline: float,
        statement_seconds: float,
    ) -> None:
        super().__init__(
            "write", channel, catalog, statistics, deadline=deadline, statement_seconds=statement_seconds
        )
        self._writer = writer
        self.joined = joined
        self.has_turn = True

    def commit(self) -> None:
        self._writer.commit(self)

    def defer_references(self) -> None:
        """Not for a group: a check that fails at COMMIT would fail for all of it."""
        if self.joined:
            self.broken = Undone()
            raise self.broken
        self._writer.close_group()
        super().defer_references()

    def roll_back(self) -> None:
        """Roll back only its own part, if others have done theirs and the connection is sound."""
        if not self.has_turn or (self.joined and not self.distrusted and self._undo_part()):
            return
        super().roll_back()

    def _undo_part(self) -> bool:
        if not self.connection.in_transaction:
            return False
        try:
            self.connection.execute(f"ROLLBACK TO {PART}")
            self.connection.execute(f"RELEASE {PART}")
        except apsw.Error:
            return False
        return True
