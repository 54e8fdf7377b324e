"""Templates and other ready-made texts: listed whole, removed from the choice, restored, in all rooms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from crm.db.transaction import Row, Transaction
from crm.records.free_names import refuse_name_taken
from crm.records.skeleton import Deletable, Skeleton, facts_of, in_trash, live, refuse_stale
from crm.records.tombstones import bury, unbury

D = TypeVar("D", bound=Deletable)
MOST_REMOVED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateRecords(Generic[D]):
    """Of one kind. `select` is its SQL up to the conditions, `order` the columns that sort the choice, `made`
    makes one of a row. `refuse_taken` raises Conflict where another has the name of one that comes back; left
    out, no two may have one name.
    """

    record: Skeleton
    select: str
    order: str
    made: Callable[[Row], D]
    refuse_taken: Callable[[Transaction, D], None] | None = None

    def choice(self, tx: Transaction) -> list[D]:
        return [
            self.made(row) for row in tx.all(f"{self.select} AND deleted_at IS NULL ORDER BY {self.order}")
        ]

    def removed(self, tx: Transaction) -> list[D]:
        """Those that can be restored, the last removed first."""
        rows = tx.all(
            f"{self.select} AND deleted_at IS NOT NULL ORDER BY deleted_at DESC, id DESC LIMIT :most",
            most=MOST_REMOVED,
        )
        return [self.made(row) for row in rows]

    def find(self, tx: Transaction, record_id: int) -> D | None:
        """A removed one, too."""
        row = tx.one(f"{self.select} AND id = :record_id", record_id=record_id)
        return self.made(row) if row else None

    def get(self, tx: Transaction, record_id: int) -> D:
        """Raises NotFound, for a removed one too."""
        return live(self.record, self.find(tx, record_id))

    def remove(self, tx: Transaction, record_id: int, *, expected_version: int | None = None) -> None:
        """From the choice; it can be restored. Raises NotFound and Stale."""
        found = self.get(tx, record_id)
        refuse_stale(self.record, found, expected_version)
        bury(tx, self.record, found, facts=facts_of(self.record, found))

    def restore(self, tx: Transaction, record_id: int) -> D:
        """Raises NotFound, and Conflict where another has its name by now."""
        found = in_trash(self.record, self.find(tx, record_id))
        if self.refuse_taken is None:
            refuse_name_taken(tx, self.record, getattr(found, self.record.known_by))
        else:
            self.refuse_taken(tx, found)
        unbury(tx, self.record, found, facts=facts_of(self.record, found))
        return self.get(tx, record_id)
