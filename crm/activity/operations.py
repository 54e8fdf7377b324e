"""One act that writes many entries of the ledger: a change of many records, and its undo."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import orjson

from crm.activity.verbs import settled
from crm.db.transaction import Transaction
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
    """The transaction whose entries belong to a new operation: `operation_of` tells its id."""
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
    """Of a transaction that `begin_operation` gave."""
    if tx.actor.operation_id is None:
        raise TypeError("the transaction belongs to no operation")
    return tx.actor.operation_id


def continue_operation(tx: Transaction, operation_id: int | None) -> Transaction:
    """The next step of one's own operation; a new one where there is none, or where it was undone since."""
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
    """The transaction whose entries belong to the operation that takes this one back, step by step."""
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
    """`cursor` is where to go on; None ends it."""
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


@dataclass(frozen=True, slots=True)
class Extent:
    """How many entries an operation has, and the action of all of them where it is one."""

    entries: int
    action: str | None
    undone: bool


def measure_operations(tx: Transaction, ids: Iterable[int]) -> dict[int, Extent]:
    """Of a page of the ledger, in one statement."""
    rows = tx.all(
        """
        SELECT o.id, count(*) AS entries, min(a.action) AS first, max(a.action) AS last,
               o.undone_at IS NOT NULL AS undone
          FROM operations o
          JOIN operation_entries e ON e.workspace_id = o.workspace_id AND e.operation_id = o.id
          JOIN activities a        ON a.id = e.activity_id
         WHERE o.workspace_id = :workspace_id
           AND o.id IN (SELECT value FROM json_each(:ids))
         GROUP BY o.id, o.undone_at
        """,
        ids=orjson.dumps(sorted(set(ids))).decode(),
    )
    return {
        row["id"]: Extent(
            row["entries"],
            settled(row["first"]) if row["first"] == row["last"] else None,
            bool(row["undone"]),
        )
        for row in rows
    }


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
