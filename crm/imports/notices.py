"""What pages say of imports: that one is under way, and how far; that one of the reader's has ended."""

from dataclasses import dataclass

from crm.db.transaction import Transaction

MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """Of all imports that are under way: rows that are in, of all rows."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ImportNotice:
    """An import that ended while its user did not wait for it."""

    id: int
    name: str
    state: str
    created: int
    updated: int
    problem_count: int


def imports_under_way(tx: Transaction) -> ImportProgress | None:
    row = tx.one(
        """
        SELECT COUNT(*) AS number, COALESCE(SUM(i.done), 0) AS done, COALESCE(SUM(i.total), 0) AS total
          FROM imports i
         WHERE i.workspace_id = :workspace_id
           AND i.state = 'running'
        """
    )
    return ImportProgress(int(row["done"]), int(row["total"])) if row and row["number"] else None


def ended_imports(tx: Transaction) -> list[ImportNotice]:
    """Of the asking user, the latest first; without files that were only discarded."""
    rows = tx.all(
        """
        SELECT i.id, i.name, i.state, i.created, i.updated, i.problems AS problem_count
          FROM imports i
         WHERE i.workspace_id = :workspace_id
           AND i.actor_id = :actor_id
           AND i.ended_at IS NOT NULL
           AND i.seen_at IS NULL
           AND (i.operation_id IS NOT NULL OR i.state = 'failed')
         ORDER BY i.id DESC
         LIMIT :most
        """,
        most=MOST_SHOWN,
    )
    return [ImportNotice(**row) for row in rows]


def mark_import_seen(tx: Transaction, import_id: int) -> None:
    """Nothing for an import of somebody else, or one that has not ended."""
    tx.run(
        """
        UPDATE imports
           SET seen_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :import_id
           AND actor_id = :actor_id
           AND ended_at IS NOT NULL
           AND seen_at IS NULL
        """,
        import_id=import_id,
    )
