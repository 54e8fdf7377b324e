"""SQL that each engine writes in its own way: lists, full-text search, and where ids go on.

All other SQL is written once, beside its operation.
"""

from collections.abc import Sequence
from typing import Protocol

from crm.db.list_parts import Hits, Listed, ListRow, Looked, Order, Part, Rows
from crm.db.search_query import Query
from crm.db.values import Params, SQLValue


class Runs(Protocol):
    """A transaction, as far as a dialect asks it."""

    def tuples(self, sql: str, **params: SQLValue) -> list[ListRow]: ...

    def value(self, sql: str, **params: SQLValue) -> object: ...

    def run(self, sql: str, **params: SQLValue) -> int: ...

    def run_many(self, sql: str, rows: Sequence[Params]) -> object: ...


class Dialect(Protocol):
    def read_page(
        self,
        tx: Runs,
        listed: Listed,
        parts: Sequence[Part],
        order: Order,
        *,
        after: Sequence[str | int] | None,
        deleted: bool,
        limit: int,
        shown: Params,
    ) -> Looked[ListRow]: ...

    def count_page(
        self, tx: Runs, listed: Listed, parts: Sequence[Part], *, deleted: bool, limit: int | None
    ) -> tuple[int, bool]: ...

    def plan_rows(self, tx: Runs, listed: Listed, parts: Sequence[Part], walk: Part) -> Rows: ...

    def hits(self, query: Query, table: str, alias: str) -> Hits: ...

    def holds(self, query: Query, texts: str, joined: str) -> tuple[str, Params]: ...

    def index_texts(self, tx: Runs, table: str, row_id: int, texts: Sequence[str]) -> None: ...

    def index_many(self, tx: Runs, table: str, rows: Sequence[tuple[int, Sequence[str]]]) -> None: ...

    def forget_texts(self, tx: Runs, table: str, row_id: int) -> None: ...

    def last_id(self, tx: Runs, table: str) -> int:
        """The highest id of a row that is or was there, as far as that is known."""

    def keep_ids(self, tx: Runs, table: str, last: int) -> None:
        """Those up to `last` are for whoever asks: nobody else is given one of them."""
