"""A read-only copy of the database with the interface of `Database`, without deadlines."""

from collections.abc import Callable, Iterator
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from crm.db.actor import Actor
from crm.db.tables import Table
from crm.db.transaction import Transaction
from crm.db.values import SQLValue

P = ParamSpec("P")
T = TypeVar("T")


class Copy(Protocol):
    def read(
        self, fn: Callable[Concatenate[Transaction, P], T], actor: Actor, *args: P.args, **kwargs: P.kwargs
    ) -> T: ...

    def rows(self, sql: str, *values: SQLValue) -> list[tuple[SQLValue, ...]]:
        """For what is of no workspace: a text made from the schema, with `?` for each value."""

    def each(self, sql: str) -> Iterator[tuple[SQLValue, ...]]:
        """The rows of such a text, whatever their number; one text at a time."""

    def tables(self) -> dict[str, Table]: ...
