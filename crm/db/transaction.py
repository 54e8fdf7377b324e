"""The transaction that an operation gets: `tx`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from crm import clock
from crm.db.actor import Actor
from crm.db.dialect import Dialect
from crm.db.session import EngineSession
from crm.db.values import Params, SQLValue

Row = dict[str, Any]


class Transaction:
    """A transaction with its actor; it binds `:workspace_id`, `:actor_id` and `:now` itself."""

    __slots__ = ("_bound", "_session", "_tenant", "actor")

    def __init__(self, session: EngineSession, actor: Actor) -> None:
        self.actor = actor
        self._session = session
        self._tenant = actor.workspace_id is not None
        self._bound: dict[str, SQLValue] = {"actor_id": actor.user_id, "now": None}
        if self._tenant:
            self._bound["workspace_id"] = actor.workspace_id

    @property
    def now(self) -> str:
        """The transaction's one moment: most reads never ask for it, so it is taken when first asked for."""
        if self._session.now is None:
            self._session.now = clock.timestamp()
        return self._session.now

    def all(self, sql: str, **params: SQLValue) -> list[Row]:
        columns, rows, _ = self._execute(sql, params)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def tuples(self, sql: str, **params: SQLValue) -> list[tuple[Any, ...]]:
        """The rows as the engine gives them: for lists, where making dicts costs more than the query."""
        return self._execute(sql, params)[1]

    def one(self, sql: str, **params: SQLValue) -> Row | None:
        """The first row, or None."""
        rows = self.all(sql, **params)
        return rows[0] if rows else None

    def value(self, sql: str, **params: SQLValue) -> Any:
        """The first column of the first row, or None."""
        _, rows, _ = self._execute(sql, params)
        return rows[0][0] if rows else None

    def run(self, sql: str, **params: SQLValue) -> int:
        """Run a statement; returns how many rows it changed."""
        return self._execute(sql, params)[2]

    def run_many(self, sql: str, rows: Sequence[Params]) -> list[tuple[SQLValue, ...]]:
        """Run a statement once for each of the rows, in their order; what all of them return.

        It takes no longer to say so than to run it once: for what one piece of work writes together.
        """
        whole = self._whole(sql, rows)
        return self._session.execute_many(sql, whole, tenant=self._tenant) if whole else []

    def insert_many(self, sql: str, rows: Sequence[Params]) -> list[int]:
        """The ids of an `INSERT … RETURNING id` that inserts each of the rows."""
        whole = self._whole(sql, rows)
        return self._session.insert_many(sql, whole, tenant=self._tenant) if whole else []

    def _whole(self, sql: str, rows: Sequence[Params]) -> list[Params]:
        if ":now" in sql:
            self._bound["now"] = self.now
        return [{**row, **self._bound} for row in rows]

    def insert(self, sql: str, **params: SQLValue) -> int:
        """The id that an `INSERT … RETURNING id` returned."""
        return int(self.value(sql, **params))

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Call it when the outermost transaction is durable; never if this part of it fails."""
        self._session.after_commit.append(callback)

    def defer_references(self) -> None:
        """Check at COMMIT that each row's references are there: until then rows may come in any order."""
        with self._session.guard:
            self._session.must_stand()
            self._session.defer_references()

    @property
    def dialect(self) -> Dialect:
        return self._session.dialect

    @property
    def carried(self) -> object:
        """What was given to all transactions when the database was opened."""
        return self._session.carried

    @property
    def remembered(self) -> dict[object, Any]:
        """What was read once for the whole transaction; whoever changes that clears it.

        A transaction that only reads may find in it what others read before, while nothing was committed: so
        each key names the workspace, and each value depends on nothing but the rows.
        """
        return self._session.remembered()

    @property
    def writable(self) -> bool:
        return self._session.kind == "write"

    def acting_as(self, actor: Actor) -> "Transaction":
        return self if actor == self.actor else Transaction(self._session, actor)

    @contextmanager
    def savepoint(self) -> Iterator["Transaction"]:
        """A part that can fail alone: its rows and callbacks are undone, the outer transaction goes on."""
        session = self._session
        name = f"part_{session.depth + 1}"
        promised = len(session.after_commit)
        self._control(f"SAVEPOINT {name}")
        session.depth += 1
        session.savepoints += 1
        try:
            yield self
            self._control(f"RELEASE {name}")
        except BaseException:
            del session.after_commit[promised:]
            self._undo(name)
            raise
        finally:
            session.depth -= 1

    def _execute(
        self, sql: str, params: dict[str, SQLValue]
    ) -> tuple[tuple[str, ...], list[tuple[SQLValue, ...]], int]:
        if ":now" in sql:
            self._bound["now"] = self.now
        if not params:
            return self._session.execute(sql, self._bound, tenant=self._tenant)
        if not self._bound.keys().isdisjoint(params):
            raise TypeError(f"the transaction binds {', '.join(self._bound)} by itself")
        return self._session.execute(sql, {**params, **self._bound}, tenant=self._tenant)

    def _control(self, sql: str) -> None:
        with self._session.guard:
            self._session.must_stand()
            self._session.control(sql)

    def _undo(self, name: str) -> None:
        self._session.forget()
        with self._session.guard:
            if self._session.over is None and self._session.stands:
                self._session.undo(name)
