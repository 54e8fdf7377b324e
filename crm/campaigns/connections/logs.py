"""What the logs of a connection share: the newest entries of one, and a single entry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from crm.campaigns.connections.connection import get_connection
from crm.db.keyset import Page, decode_cursor, page_of
from crm.db.transaction import Transaction
from crm.errors import NotFound


class Entry(Protocol):
    @property
    def id(self) -> int: ...


E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, slots=True)
class ConnectionLog(Generic[E]):
    """`shown` selects the entries of `:connection_id`, from a table with this alias; `entry` makes
    one of a row. `gone` is said where there is none of that id.
    """

    shown: str
    alias: str
    entry: Callable[..., E]
    gone: str

    def page(
        self,
        tx: Transaction,
        connection_id: int,
        *,
        state: str | None = None,
        limit: int,
        cursor: str | None = None,
    ) -> Page[E]:
        """The newest first. Raises NotFound, and Invalid naming `cursor`."""
        get_connection(tx, connection_id)
        below = decode_cursor(cursor, (int,))[0] if cursor else None
        rows = tx.all(
            f"""
            {self.shown}
            {f"AND {self.alias}.state = :state" if state is not None else ""}
            {f"AND {self.alias}.id < :below" if below is not None else ""}
             ORDER BY {self.alias}.id DESC
             LIMIT :limit
            """,
            connection_id=connection_id,
            state=state,
            below=below,
            limit=limit + 1,
        )
        return page_of([self.entry(**row) for row in rows], limit, lambda each: (each.id,))

    def get(self, tx: Transaction, connection_id: int, entry_id: int) -> E:
        """Raises NotFound."""
        get_connection(tx, connection_id)
        sql = f"{self.shown} AND {self.alias}.id = :entry_id"
        row = tx.one(sql, connection_id=connection_id, entry_id=entry_id)
        if row is None:
            raise NotFound(self.gone)
        return self.entry(**row)
