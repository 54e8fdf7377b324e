"""How records that a search finds go to the trash and come back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.records.skeleton import Deletable, Skeleton, in_trash, refuse_stale
from crm.records.tombstones import bury, unbury

D = TypeVar("D", bound=Deletable)


def _nothing(_tx: Transaction, _record: object) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTrash(Generic[D]):
    """Of one kind. `leaving` and `returning` do what this kind alone has to do before, and raise Conflict
    where a record may not go or come back; `index` puts one that is back into the `search`.
    """

    record: Skeleton
    get: Callable[[Transaction, int], D]
    find: Callable[[Transaction, int], D | None]
    search: str
    index: Callable[[Transaction, D], object]
    leaving: Callable[[Transaction, D], None] = _nothing
    returning: Callable[[Transaction, D], None] = _nothing

    def delete(self, tx: Transaction, record_id: int, *, expected_version: int | None = None) -> None:
        """Raises NotFound, Stale, and Conflict."""
        found = self.get(tx, record_id)
        refuse_stale(self.record, found, expected_version)
        self.leaving(tx, found)
        forget_texts(tx, self.search, record_id)
        bury(tx, self.record, found)

    def restore(self, tx: Transaction, record_id: int, *, expected_version: int | None = None) -> D:
        """Raises NotFound unless it is in the trash, Stale, and Conflict."""
        old = in_trash(self.record, self.find(tx, record_id))
        refuse_stale(self.record, old, expected_version)
        self.returning(tx, old)
        unbury(tx, self.record, old)
        self.index(tx, self.get(tx, record_id))
        return self.get(tx, record_id)
