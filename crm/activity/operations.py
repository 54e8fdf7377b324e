"""Operations that write many entries of the ledger: a bulk change, and its undo."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import orjson

from crm.activity.verbs import settled
from crm.db.transaction import Row, Transaction
from crm.errors import NotFound


@dataclass(frozen=True, slots=True)
class Operation:
    """`undoes_id` is the operation that this one took back. `undone_cursor` is how far it has
    been taken back itself (of its entries, newest first), `undone_at` when that came to its end.
    """

    id: int
    actor_id: int | None
    undoes_id: int | None
    undone_cursor: str | None
    undone_at: str | None
    created_at: str


def begin_operation(tx: Transaction, *, undoes_id: int | None = None) -> Transaction:
    """The transaction whose entries belong to a new operation; `operation_of` returns its id."""
    operation_id = tx.insert(
        """
        INSERT INTO operations (workspace_id, actor_id, undoes_id, created_at)
        VALUES (:workspace_id, :actor_id, :undoes_id, :now)
        RETURNING id
        """,
        undoes_id=undoes_id,
    )
    return within_operation(tx, operation_id)


def within_operation(tx: Transaction, operation_id: int) -> Transaction:
    return tx.acting_as(replace(tx.actor, operation_id=operation_id))


def operation_of(tx: Transaction) -> int:
    """The operation of a transaction from `begin_operation`."""
    if tx.actor.operation_id is None:
        raise TypeError("the transaction belongs to no operation")
    return tx.actor.operation_id


def continue_operation(tx: Transaction, operation_id: int | None) -> Transaction:
    """The next step of the user's own operation; a new one if there is none, or if it was undone since."""
    found = None if operation_id is None else _find(tx, operation_id)
    if found is None or found.actor_id != tx.actor.user_id or found.undone_at or found.undone_cursor:
        return begin_operation(tx)
    return within_operation(tx, found.id)


def get_operation(tx: Transaction, operation_id: int) -> Operation:
    """Raises NotFound."""
    found = _find(tx, operation_id)
    if found is None:
        raise NotFound("There is no such operation.")
    return found


def undo_of(tx: Transaction, operation: Operation) -> Transaction:
    """The transaction whose entries belong to the operation that undoes this one, step by step."""
    begun: int | None = tx.value(
        """
        SELECT max(id)
          FROM operations
         WHERE workspace_id = :workspace_id
           AND undoes_id = :operation_id
        """,
        operation_id=operation.id,
    )
    return begin_operation(tx, undoes_id=operation.id) if begun is None else within_operation(tx, begun)


def mark_undone(tx: Transaction, operation_id: int, cursor: str | None) -> None:
    """`cursor` is where to continue; None at the end."""
    tx.run(
        """
        UPDATE operations
           SET undone_cursor = :cursor, undone_at = :undone_at
         WHERE workspace_id = :workspace_id
           AND id = :operation_id
        """,
        operation_id=operation_id,
        cursor=cursor,
        undone_at=tx.now if cursor is None else None,
    )


def join_operation(
    tx: Transaction, entries: Sequence[tuple[int, int, Iterable[str]]], *, action: str
) -> None:
    """Add entries to the actor's operation: the id of each, its number in the ledger, and its fields."""
    operation_id = operation_of(tx)
    tx.run_many(
        """
        INSERT INTO operation_entries (activity_id, workspace_id, operation_id)
        VALUES (:activity_id, :workspace_id, :operation_id)
        """,
        [{"activity_id": activity_id, "operation_id": operation_id} for activity_id, _, _ in entries],
    )
    changed = {",".join(sorted(fields)) for _, _, fields in entries}
    tx.run(
        """
        UPDATE operations
           SET action    = CASE WHEN entries = 0 OR action = :action THEN :action END,
               changed   = CASE WHEN (entries = 0 OR changed = :changed) AND :alike = 1 THEN :changed END,
               first_seq = COALESCE(first_seq, :first_seq),
               last_seq  = :last_seq,
               entries   = entries + :entries
         WHERE workspace_id = :workspace_id
           AND id = :operation_id
        """,
        operation_id=operation_id,
        first_seq=entries[0][1],
        last_seq=entries[-1][1],
        entries=len(entries),
        action=action,
        changed=min(changed),
        alike=int(len(changed) == 1),
    )


def measure_anew(tx: Transaction) -> None:
    """Count the entries of all operations of a workspace anew: figures from an imported file may be wrong."""
    tx.run(
        """
        UPDATE operations
           SET (entries, first_seq, last_seq, action) =
               (SELECT count(*), min(a.seq), max(a.seq),
                       CASE WHEN min(a.action) = max(a.action) THEN min(a.action) END
                  FROM operation_entries e
                  JOIN activities a ON a.id = e.activity_id
                 WHERE e.workspace_id = operations.workspace_id
                   AND e.operation_id = operations.id)
         WHERE workspace_id = :workspace_id
        """
    )


@dataclass(frozen=True, slots=True)
class Extent:
    """How many entries an operation has, from which number of the ledger to which; the action of all of them
    and the fields that they changed, where these are the same.
    """

    entries: int
    first_seq: int
    last_seq: int
    action: str | None
    changed: tuple[str, ...]
    undone: bool

    @property
    def in_one_piece(self) -> bool:
        """Whether its entries follow each other without another in between."""
        return self.last_seq - self.first_seq + 1 == self.entries


def measure_operations(tx: Transaction, ids: Iterable[int]) -> dict[int, Extent]:
    """The extents of the operations on a page of the ledger, in one statement."""
    rows = tx.all(
        """
        SELECT id, entries, first_seq, last_seq, action, changed, undone_at
          FROM operations
         WHERE workspace_id = :workspace_id
           AND entries > 0
           AND id IN (SELECT value FROM json_each(:ids))
        """,
        ids=orjson.dumps(sorted(set(ids))).decode(),
    )
    return {row["id"]: _extent(row) for row in rows}


def _extent(row: Row) -> Extent:
    return Extent(
        entries=row["entries"],
        first_seq=row["first_seq"],
        last_seq=row["last_seq"],
        action=settled(row["action"]) if row["action"] else None,
        changed=tuple(row["changed"].split(",")) if row["changed"] else (),
        undone=row["undone_at"] is not None,
    )


def _find(tx: Transaction, operation_id: int) -> Operation | None:
    row = tx.one(
        """
        SELECT id, actor_id, undoes_id, undone_cursor, undone_at, created_at
          FROM operations
         WHERE workspace_id = :workspace_id
           AND id = :operation_id
        """,
        operation_id=operation_id,
    )
    return Operation(**row) if row else None
