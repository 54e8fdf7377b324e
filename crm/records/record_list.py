"""The list of a kind: filtered, sorted, searched, in keyset pages, for all kinds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from crm.db.keyset import Page
from crm.db.list_pages import Identified, count_list, first_of, read_list
from crm.db.list_parts import Listed, ListRow, Part, Sort
from crm.db.listing import COUNT_LIMIT, Count
from crm.db.transaction import Transaction
from crm.db.values import SQLValue

SUGGESTIONS = 5


class OfTrash(Protocol):
    @property
    def deleted(self) -> bool: ...


F = TypeVar("F", bound=OfTrash)
R = TypeVar("R", bound=Identified)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordList(Generic[F, R]):
    """`shown` is what the acting user's page shows, `sorts` the orders for the one that is asked for, `parts`
    the filters that are set, or None when one cannot match anything. The first `width` columns of a row make
    a record, by what `reading` gives. `first` are the filters of what is suggested before all others.
    `values` are those that the columns name.
    """

    filters: Callable[..., F]
    shown: Callable[[Transaction], Listed]
    sorts: Callable[[Transaction, str | None], Mapping[str, Sort]]
    parts: Callable[[Transaction, F], Sequence[Part] | None]
    reading: Callable[[Transaction], Callable[[ListRow], R]]
    width: int
    first: Mapping[str, Any] = field(default_factory=dict)
    values: Callable[[Transaction], Mapping[str, SQLValue]] = field(default=lambda _tx: {})

    def page(
        self, tx: Transaction, wanted: F, *, sort: str | None = None, limit: int, cursor: str | None = None
    ) -> Page[R]:
        """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
        return read_list(
            tx,
            self.shown(tx).sorted_by(self.sorts(tx, sort)),
            self.parts(tx, wanted),
            self.reading(tx),
            width=self.width,
            sort=sort,
            deleted=wanted.deleted,
            limit=limit,
            cursor=cursor,
            **self.values(tx),
        )

    def count(self, tx: Transaction, wanted: F, *, limit: int | None = COUNT_LIMIT) -> Count:
        """How many such a list has. To stay quick it stops counting at `limit`; None counts all."""
        return count_list(tx, self.shown(tx), self.parts(tx, wanted), deleted=wanted.deleted, limit=limit)

    def suggest(self, tx: Transaction, text: str, *, limit: int = SUGGESTIONS) -> list[R]:
        """The newest few for what is being typed."""
        best, all_of_them = self.filters(q=text, **self.first), self.filters(q=text)
        return first_of(limit, lambda wanted: self.page(tx, wanted, limit=limit).rows, best, all_of_them)
