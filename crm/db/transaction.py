"""What an operation sees of the database: `tx`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from crm import clock
from crm.db.actor import Actor
from crm.db.session import Session, SQLiteValue

Row = dict[str, Any]


class Transaction:
    """A transaction with its actor, whose `:workspace_id`, `:actor_id` and `:now` it binds by itself."""

    __slots__ = ("_bound", "_session", "_tenant", "actor", "now")

    def __init__(self, session: Session, actor: Actor, now: str | None = None) -> None:
        self.actor = actor
        self.now = now or clock.timestamp()
        self._session = session
        self._tenant = actor.workspace_id is not None
        self._bound: dict[str, SQLiteValue] = {"actor_id": actor.user_id, "now": self.now}
        if self._tenant:
            self._bound["workspace_id"] = actor.workspace_id

    def all(self, sql: str, **params: SQLiteValue) -> list[Row]:
        statement, rows = self._session.execute(sql, {**params, **self._bound}, tenant=self._tenant)
        columns = statement.columns
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def one(self, sql: str, **params: SQLiteValue) -> Row | None:
        """The first row, or None."""
        rows = self.all(sql, **params)
        return rows[0] if rows else None

    def value(self, sql: str, **params: SQLiteValue) -> Any:
        """The first column of the first row, or None."""
        _, rows = self._session.execute(sql, {**params, **self._bound}, tenant=self._tenant)
        return rows[0][0] if rows else None

    def run(self, sql: str, **params: SQLiteValue) -> int:
        """How many rows the statement changed."""
        self._session.execute(sql, {**params, **self._bound}, tenant=self._tenant)
        return self._session.connection.changes()

    def insert(self, sql: str, **params: SQLiteValue) -> int:
        """The id that an `INSERT … RETURNING id` returned."""
        return int(self.value(sql, **params))

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Call it once the outermost transaction is durable; never when this part of it fails."""
        self._session.after_commit.append(callback)

    @property
    def writable(self) -> bool:
        return self._session.kind == "write"

    def acting_as(self, actor: Actor) -> "Transaction":
        return self if actor == self.actor else Transaction(self._session, actor, self.now)

    @contextmanager
    def savepoint(self) -> Iterator["Transaction"]:
        """A part that can fail alone: its rows and its callbacks go, the outer transaction stays."""
        session = self._session
        session.depth += 1
        name = f"part_{session.depth}"
        promised = len(session.after_commit)
        self._control(f"SAVEPOINT {name}")
        try:
            yield self
            self._control(f"RELEASE {name}")
        except BaseException:
            del session.after_commit[promised:]
            self._undo(name)
            raise
        finally:
            session.depth -= 1

    def _control(self, sql: str) -> None:
        with self._session.guard:
            self._session.must_stand()
            self._session.control(sql)

    def _undo(self, name: str) -> None:
        with self._session.guard:
            if self._session.over is None and self._session.connection.in_transaction:
                self._session.control(f"ROLLBACK TO {name}")
                self._session.control(f"RELEASE {name}")
